//! Assessment standards (测评标准): what a city asks of a civilized unit, as a tree of projects, contents
//! and items, with points, rules and the evidence that each item wants.
//!
//! The JSON is a public format: an office can be given one and hand it on. Leaves out what proves an
//! item (`super::evidence`) and how a city's own table is read.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{decimal::Decimal, evidence_kind::EvidenceKind, ids::StandardId};

pub const SCHEMA_VERSION: u32 = 1;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Standard {
    pub schema_version: u32,
    pub title: String,
    /// What kind of units it is for, in the document's words.
    #[serde(default)]
    pub applies_to: String,
    pub total_points: Decimal,
    /// From how many points a unit passes, if the document says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pass_line: Option<Decimal>,
    /// How many years one round lasts: 2 or 3.
    pub cycle_years: u8,
    #[serde(default)]
    pub note: String,
    #[serde(default)]
    pub preconditions: Vec<Precondition>,
    #[serde(default)]
    pub negative_list: Vec<Negative>,
    #[serde(default)]
    pub bonus: Bonus,
    pub projects: Vec<Project>,
}

/// 测评项目, such as *组织领导与创建机制（12分）*.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Project {
    pub code: String,
    pub title: String,
    pub points: Decimal,
    pub contents: Vec<Content>,
}

/// 测评内容, a part of a project.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Content {
    pub code: String,
    pub title: String,
    pub points: Decimal,
    pub items: Vec<Item>,
}

/// 测评标准, the line that is scored. Its code is unique in the standard.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Item {
    pub code: String,
    pub title: String,
    pub points: Decimal,
    pub scoring: Scoring,
    /// The rule in the document's own words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub scoring_text: String,
    #[serde(default)]
    pub methods: Vec<Method>,
    #[serde(default)]
    pub evidence: Vec<Requirement>,
    #[serde(default)]
    pub frequency: Frequency,
    /// The department that answers for it: its name, or a code of the built-in standard (`office`).
    #[serde(default, alias = "owner_role")]
    pub owner: String,
    /// Which paragraph of the city's plan it carries out.
    #[serde(default, alias = "seed_section")]
    pub section: String,
    #[serde(default)]
    pub sources: Vec<String>,
}

crate::tagged! {
    "Scoring", tag = "type";
    /// How an item's points are found. Points never fall below zero.
    #[derive(Clone, Debug, PartialEq)]
    pub enum Scoring {
        /// 不符合即不得分.
        AllOrNothing,
        /// Each missing thing costs `step` points.
        DeductPerMissing {
            step: Decimal,
            #[serde(default)]
            unit: String,
        },
        /// Each whole percent below the target costs `step_per_percent` points.
        DeductPerPercentBelow {
            target_percent: Decimal,
            step_per_percent: Decimal,
        },
        /// So many places are looked at; each that fails costs `step_per_fail` points.
        SampleCheck {
            sample_size: i64,
            step_per_fail: Decimal,
        },
        /// So often in the period; each time less costs `step` points.
        CountInPeriod {
            target: i64,
            period: Period,
            step: Decimal,
        },
        /// The share of the target that is reached, of the points.
        RatioOfTarget {
            target: Decimal,
            #[serde(default)]
            unit: String,
        },
        /// A grade, and which share of the points it brings.
        StateAbc {
            levels: BTreeMap<String, Decimal>,
        },
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    Cycle,
    Year,
    HalfYear,
    Quarter,
    Month,
    Week,
}

/// 测评方式.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    MaterialReview,
    OnsiteInspection,
    Questionnaire,
    DepartmentOpinion,
    OnlineSubmission,
}

impl Method {
    pub const ALL: [Self; 5] = [
        Self::MaterialReview,
        Self::OnsiteInspection,
        Self::Questionnaire,
        Self::DepartmentOpinion,
        Self::OnlineSubmission,
    ];

    pub fn name(self) -> (&'static str, &'static str) {
        match self {
            Self::MaterialReview => ("材料审核", "Review of material"),
            Self::OnsiteInspection => ("实地考察", "Visit on site"),
            Self::Questionnaire => ("问卷调查", "Questionnaire"),
            Self::DepartmentOpinion => ("征求部门意见", "Opinion of departments"),
            Self::OnlineSubmission => ("网上申报", "Online submission"),
        }
    }
}

/// How often what the item asks for is to be done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Frequency {
    Once,
    #[default]
    Yearly,
    HalfYear,
    Quarterly,
    Monthly,
    Weekly,
    /// Whenever there is an activity of the kind.
    PerEvent,
    /// By festivals and other days of the calendar.
    ByCalendar,
    /// When a campaign is ordered.
    ByCampaign,
}

impl Frequency {
    pub const ALL: [Self; 9] = [
        Self::Once,
        Self::Yearly,
        Self::HalfYear,
        Self::Quarterly,
        Self::Monthly,
        Self::Weekly,
        Self::PerEvent,
        Self::ByCalendar,
        Self::ByCampaign,
    ];

    pub fn name(self) -> (&'static str, &'static str) {
        match self {
            Self::Once => ("一次", "Once"),
            Self::Yearly => ("每年", "Every year"),
            Self::HalfYear => ("每半年", "Every half year"),
            Self::Quarterly => ("每季度", "Every quarter"),
            Self::Monthly => ("每月", "Every month"),
            Self::Weekly => ("每周", "Every week"),
            Self::PerEvent => ("每次活动", "Each time"),
            Self::ByCalendar => ("按节日", "By the calendar"),
            Self::ByCampaign => ("按专项", "By campaign"),
        }
    }
}

/// What an item wants to be proven by, such as *现场照片×3*.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requirement {
    pub kind: EvidenceKind,
    /// The document's own word for it.
    pub label: String,
    /// How many at least in one year's material; in the whole round where the item is done once.
    pub min: i64,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// 前提条件: without it there is no application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Precondition {
    pub code: String,
    pub title: String,
    #[serde(default)]
    pub sources: Vec<String>,
}

/// 负面清单: what costs the title or points.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Negative {
    pub code: String,
    pub title: String,
    pub effect: NegativeEffect,
    /// How long before the assessment counts; the whole round if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window_months: Option<u32>,
    /// What it costs each time, where the effect is to deduct.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<Decimal>,
    #[serde(default)]
    pub sources: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NegativeEffect {
    /// 一票否决.
    Veto,
    Deduct,
}

/// 加分项, together no more than the cap.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Bonus {
    #[serde(default)]
    pub cap: Decimal,
    #[serde(default)]
    pub items: Vec<BonusItem>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BonusItem {
    pub code: String,
    pub title: String,
    pub max_points: Decimal,
    #[serde(default)]
    pub sources: Vec<String>,
}

/// An item with the groups that it stands in.
#[derive(Clone, Copy, Debug)]
pub struct Placed<'a> {
    pub project: &'a Project,
    pub content: &'a Content,
    pub item: &'a Item,
}

/// The current standard as it travels to phones: what each item wants of one occasion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WantedStandard {
    pub id: StandardId,
    pub revision: i64,
    pub title: String,
    pub items: Vec<WantedItem>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WantedItem {
    pub code: String,
    pub title: String,
    #[serde(default)]
    pub evidence: Vec<Requirement>,
}

impl Standard {
    /// What phones are told of it.
    pub fn wanted(&self, id: StandardId, revision: i64) -> WantedStandard {
        let items = self.items().map(|placed| WantedItem {
            code: placed.item.code.clone(),
            title: placed.item.title.clone(),
            evidence: placed.item.on_one_occasion(),
        });
        WantedStandard {
            id,
            revision,
            title: self.title.clone(),
            items: items.collect(),
        }
    }

    /// All items in the document's order.
    pub fn items(&self) -> impl Iterator<Item = Placed<'_>> {
        self.projects.iter().flat_map(|project| {
            project.contents.iter().flat_map(move |content| {
                content.items.iter().map(move |item| Placed {
                    project,
                    content,
                    item,
                })
            })
        })
    }

    pub fn item(&self, code: &str) -> Option<Placed<'_>> {
        self.items().find(|placed| placed.item.code == code)
    }
}

impl Item {
    /// What it wants of each occasion: a year's pieces over the times that it is to be done in a year.
    pub fn on_one_occasion(&self) -> Vec<Requirement> {
        let times = match self.scoring {
            Scoring::CountInPeriod { target, period, .. } => period.over_a_year(target.max(1)),
            _ => 1,
        };
        let each = self.evidence.iter().map(|wanted| Requirement {
            min: wanted
                .min
                .saturating_add(times - 1)
                .checked_div(times)
                .unwrap_or(1),
            ..wanted.clone()
        });
        each.collect()
    }
}

impl Period {
    /// How often in a year something is to be done that is asked for so often in a period.
    pub fn over_a_year(self, target: i64) -> i64 {
        target.saturating_mul(self.in_year())
    }

    /// How many of them begin in a year; a round counts as one.
    pub fn in_year(self) -> i64 {
        match self {
            Self::Cycle | Self::Year => 1,
            Self::HalfYear => 2,
            Self::Quarter => 4,
            Self::Month => 12,
            Self::Week => 52,
        }
    }
}
