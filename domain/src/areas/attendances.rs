//! Attendances (签到签退): facts that somebody came or left, and the service minutes they add up to.
//!
//! A fact is never edited (class A of docs/sync.md): two phones may record the same arrival, then
//! the earliest counts and the others stay, marked. Nothing is refused at the gate; what looks wrong
//! is flagged for a person to look at.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    ids::{ActivityId, AttendanceId, PersonId},
    time::{MINUTE_MS, Timestamp},
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attendance {
    pub id: AttendanceId,
    pub revision: i64,
    pub activity_id: ActivityId,
    pub person_id: PersonId,
    pub direction: Direction,
    pub at: Timestamp,
    pub method: Method,
    pub recorded_by: PersonId,
    pub proof: ProofState,
    #[serde(default)]
    pub flags: Vec<Flag>,
    /// SHA-256 (hex) of the handwritten signature's picture, if one was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    In,
    Out,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// The volunteer scanned the rotating code on the organizer's phone.
    Display,
    /// The organizer scanned the volunteer's personal code.
    Scan,
    /// The recorder ticked the roster.
    Roster,
    /// The volunteer typed the six digits spoken at the gate.
    CodeWord,
}

impl Method {
    pub fn name(self) -> (&'static str, &'static str) {
        match self {
            Self::Display => ("扫动态码", "Scanned the code"),
            Self::Scan => ("被扫个人码", "Personal code"),
            Self::Roster => ("名单登记", "Ticked on the roster"),
            Self::CodeWord => ("口令", "Code word"),
        }
    }
}

/// What the server found when it checked the proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProofState {
    /// Not yet at the server.
    Pending,
    /// Signature, window and slot (or the code word) are right.
    Verified,
    /// A recorder vouches for it; there is nothing to compute.
    Vouched,
    /// Something doesn't fit; the flags say what.
    Doubtful,
}

/// A reason for a person to look at an attendance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    /// An earlier fact of the same direction counts instead.
    Duplicate,
    /// The code can't be read as one of ours.
    UnreadableCode,
    /// The code was made for another activity, direction or person.
    OtherCode,
    /// The signature is wrong.
    BadSignature,
    /// The certificate is unknown, expired or revoked.
    BadCertificate,
    /// The code's time slot is far from when the phone says that it was scanned.
    SlotFarFromCapture,
    /// Outside the activity's time, early arrival and late leaving included.
    OutsideActivity,
    /// The code word is not the one spoken at this gate.
    WrongCodeWord,
    /// Too many code words were tried.
    TooManyTries,
    /// The same device recorded many people by their own codes.
    OneDeviceManyPeople,
    /// The person was at another place at the same time.
    TwoPlaces,
    /// A check-out without a check-in before it.
    NoCheckIn,
    /// The activity was cancelled.
    ActivityCancelled,
}

impl Flag {
    pub fn name(self) -> (&'static str, &'static str) {
        match self {
            Self::Duplicate => ("重复记录", "Recorded twice"),
            Self::UnreadableCode => ("二维码无法识别", "Unreadable code"),
            Self::OtherCode => ("二维码不属于本次活动", "Code of something else"),
            Self::BadSignature => ("二维码签名不符", "Wrong signature"),
            Self::BadCertificate => ("二维码凭证无效", "Invalid certificate"),
            Self::SlotFarFromCapture => (
                "扫码时间与二维码时间相差较大",
                "Scanned far from the code's time",
            ),
            Self::OutsideActivity => ("不在活动时间内", "Outside the activity's time"),
            Self::WrongCodeWord => ("口令不符", "Wrong code word"),
            Self::TooManyTries => ("口令尝试次数过多", "Too many tries"),
            Self::OneDeviceManyPeople => ("同一手机登记多人", "One phone for many people"),
            Self::TwoPlaces => ("同一时间在两处", "In two places at once"),
            Self::NoCheckIn => ("未签到先签退", "Left without arriving"),
            Self::ActivityCancelled => ("活动已取消", "Activity cancelled"),
        }
    }
}

crate::tagged! {
    "AttendanceChange", tag = "type";
    /// The change a phone asks for: both directions carry the same content.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum AttendanceChange {
        Record {
            activity_id: ActivityId,
            person_id: PersonId,
            direction: Direction,
            proof: Proof,
        },
    }
}

crate::tagged! {
    "Proof", tag = "method";
    /// What the phone holds as proof, raw; the server judges it on arrival.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum Proof {
        /// The text of the rotating code.
        Display {
            code: String,
        },
        /// The text of the volunteer's personal code.
        Scan {
            code: String,
        },
        Roster {
            /// SHA-256 (hex) of the signature's picture, sent as a blob.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            signature: Option<String>,
        },
        CodeWord {
            digits: String,
        },
    }
}

impl Proof {
    pub fn method(&self) -> Method {
        match self {
            Self::Display { .. } => Method::Display,
            Self::Scan { .. } => Method::Scan,
            Self::Roster { .. } => Method::Roster,
            Self::CodeWord { .. } => Method::CodeWord,
        }
    }
}

/// One person's presence at one activity, derived from the facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presence {
    pub person_id: PersonId,
    pub arrived: Option<Timestamp>,
    pub left: Option<Timestamp>,
    /// Service minutes, whole, rounded down; 0 until both ends are known.
    pub minutes: i64,
    pub flags: Vec<Flag>,
}

/// Derives each person's presence from the facts of one activity; the earliest arrival and the
/// latest leaving count.
pub fn presences(facts: &[Attendance]) -> BTreeMap<PersonId, Presence> {
    let mut found: BTreeMap<PersonId, Presence> = BTreeMap::new();
    for fact in facts {
        let presence = found.entry(fact.person_id).or_insert_with(|| Presence {
            person_id: fact.person_id,
            arrived: None,
            left: None,
            minutes: 0,
            flags: Vec::new(),
        });
        match fact.direction {
            Direction::In => {
                presence.arrived = Some(
                    presence
                        .arrived
                        .map_or(fact.at, |earlier| earlier.min(fact.at)),
                );
            }
            Direction::Out => {
                presence.left = Some(presence.left.map_or(fact.at, |later| later.max(fact.at)));
            }
        }
        for flag in &fact.flags {
            if *flag != Flag::Duplicate && !presence.flags.contains(flag) {
                presence.flags.push(*flag);
            }
        }
    }
    for presence in found.values_mut() {
        if let (Some(arrived), Some(left)) = (presence.arrived, presence.left) {
            presence.minutes = (left.since(arrived) / MINUTE_MS).max(0);
        }
    }
    found
}
