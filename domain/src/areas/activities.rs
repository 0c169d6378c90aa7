//! Activities (活动): what takes place when and where, and who organizes it.
//!
//! The office makes and edits them online; phones pull them. Leaves out who came (attendances).

use serde::{Deserialize, Serialize};

use crate::{
    ids::{ActivityId, DepartmentId, PersonId},
    time::{MINUTE_MS, Timestamp},
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    pub id: ActivityId,
    pub revision: i64,
    pub title: String,
    pub kind: ActivityKind,
    pub place: String,
    #[serde(default)]
    pub details: String,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
    /// Whose phone shows the code, scans people and ticks the roster.
    pub organizer_id: PersonId,
    pub department_id: Option<DepartmentId>,
    /// How many people can sign up; `None` means as many as want.
    #[serde(default)]
    pub capacity: Option<i64>,
    /// Standard items that it can prove, such as `Ⅳ-2-1`.
    #[serde(default)]
    pub items: Vec<String>,
    pub state: ActivityState,
    /// Shown to anybody who has the link.
    #[serde(default)]
    pub public: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActivityKind {
    /// 志愿服务
    VolunteerService,
    /// 无偿献血
    BloodDonation,
    /// 普法宣传
    LawOutreach,
    /// 集中学习
    StudySession,
    /// 我们的节日
    OurFestival,
    /// 文体活动
    CultureSport,
    /// 道德讲堂
    MoralLecture,
    /// 爱心帮扶
    Assistance,
    /// 其他
    Other,
}

impl ActivityKind {
    /// Whether the time that people spend there is voluntary service, which certificates and notices are about.
    pub fn is_service(self) -> bool {
        self == Self::VolunteerService
    }

    pub const ALL: [Self; 9] = [
        Self::VolunteerService,
        Self::BloodDonation,
        Self::LawOutreach,
        Self::StudySession,
        Self::OurFestival,
        Self::CultureSport,
        Self::MoralLecture,
        Self::Assistance,
        Self::Other,
    ];

    pub fn name(self) -> (&'static str, &'static str) {
        match self {
            Self::VolunteerService => ("志愿服务", "Volunteer service"),
            Self::BloodDonation => ("无偿献血", "Blood donation"),
            Self::LawOutreach => ("普法宣传", "Law outreach"),
            Self::StudySession => ("集中学习", "Study session"),
            Self::OurFestival => ("我们的节日", "Our festivals"),
            Self::CultureSport => ("文体活动", "Culture and sport"),
            Self::MoralLecture => ("道德讲堂", "Moral lecture"),
            Self::Assistance => ("爱心帮扶", "Assistance"),
            Self::Other => ("其他活动", "Other"),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActivityState {
    Planned,
    Cancelled,
}

/// How long before the start a check-in counts as being for this activity.
pub const EARLY_MS: i64 = 120 * MINUTE_MS;
/// How long after the end a check-out still counts as being for this activity.
pub const LATE_MS: i64 = 240 * MINUTE_MS;

impl Activity {
    /// Whether `at` lies within the activity, early arrival and late leaving included.
    pub fn admits(&self, at: Timestamp) -> bool {
        at >= self.starts_at.plus_ms(-EARLY_MS) && at <= self.ends_at.plus_ms(LATE_MS)
    }
}

/// What only the organizer's phone and the office hold: the means to prove presence at the gate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gate {
    pub activity_id: ActivityId,
    pub revision: i64,
    /// Six digits to be spoken at the gate.
    pub code_word: String,
}
