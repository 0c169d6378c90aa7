//! Evidence packs: what would be in one, and an item's sheet.
//!
//! - `GET /api/office/packs?year=2026` → [`PackSummary`]
//! - `GET /api/office/packs/sheet?year=2026&item=Ⅰ-1-2` → [`ItemSheet`]
//! - `GET /api/office/packs/pack.zip?year=2026&scope=Ⅰ&ticket=…` → the archive; without `scope` the whole
//!   standard. `ticket`: the moment (ms) at which it was asked for, by which
//!   `GET /api/office/packs/progress?ticket=…` → `Option<`[`PackProgress`]`>` finds it

use serde::{Deserialize, Serialize};

use super::evidence::NeedLine;
use crate::{Decimal, EvidenceKind, Text, self_assessment::Assessed};

/// What a year's material would make, item by item.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PackSummary {
    pub year: i32,
    /// The standard's title; `None` while the organization has no standard.
    pub standard: Option<String>,
    /// Years for which there is material, the latest first.
    pub years: Vec<i32>,
    pub projects: Vec<PackProject>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PackProject {
    pub code: String,
    pub title: String,
    pub items: Vec<PackItem>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PackItem {
    pub code: String,
    pub title: String,
    pub points: Decimal,
    /// Files that the pack will have for it, its sheet included.
    pub files: i64,
    /// About how many bytes they take.
    pub bytes: i64,
    pub needs: Vec<NeedLine>,
    /// Material whose date isn't of the year, or that has none.
    pub other_year: i64,
    pub left_out: Vec<LeftOut>,
}

impl PackItem {
    pub fn missing(&self) -> i64 {
        self.needs.iter().map(NeedLine::missing).sum()
    }
}

/// How far a download is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackProgress {
    pub ticket: i64,
    pub state: PackState,
    /// Of about all bytes; 100 once it is whole.
    pub percent: i64,
    pub bytes: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PackState {
    Making,
    Whole,
    /// The server couldn't complete it, or nobody read on.
    Broken,
}

/// Something of the ledger that a pack doesn't hold, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    pub kind: EvidenceKind,
    pub title: String,
    pub why: WhyLeftOut,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhyLeftOut {
    NotApproved,
    Withdrawn,
    NotStored,
    Sensitive,
    FacesShown,
    Cancelled,
    Repeated,
    Unreadable,
    Gone,
}

impl WhyLeftOut {
    pub fn name(self) -> (&'static str, &'static str) {
        match self {
            Self::NotApproved => ("未审核通过", "Not approved"),
            Self::Withdrawn => ("已撤回", "Withdrawn"),
            Self::NotStored => ("原件尚未上传", "Its file hasn’t arrived"),
            Self::Sensitive => ("含敏感信息", "Sensitive"),
            Self::FacesShown => ("未确认遮挡正脸", "Faces may be seen"),
            Self::Cancelled => ("活动已取消", "Activity cancelled"),
            Self::Repeated => ("与本条目另一件相同", "Same as another of this item"),
            Self::Unreadable => ("表单版本读不出", "Its form can’t be read"),
            Self::Gone => ("找不到原件", "Not found"),
        }
    }

    pub fn describe(self) -> Text {
        let (zh, en) = self.name();
        Text::new(zh, en)
    }
}

/// What is to be known of a piece beside what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// Its date lies in another year.
    OtherYear,
    /// There is no date on it.
    Undated,
    /// A photo that wasn't taken on the spot.
    Album,
    /// Written down a day or more after it happened.
    Late,
    /// The photo's file says another day than the record.
    TimeDiffers,
    /// Without the names of those who came.
    Headcount,
}

impl Mark {
    pub fn name(self) -> (&'static str, &'static str) {
        match self {
            Self::OtherYear => ("非本年度", "Other year"),
            Self::Undated => ("未注明日期", "Undated"),
            Self::Album => ("相册照片", "From the album"),
            Self::Late => ("事后补录", "Written down later"),
            Self::TimeDiffers => ("照片时间与记录不一致", "The photo’s time differs"),
            Self::Headcount => ("仅列人数", "Number of people only"),
        }
    }
}

/// One item with all that proves it: the sheet that an assessor reads first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ItemSheet {
    pub organization: String,
    pub standard: String,
    pub year: i32,
    pub project: String,
    pub content: String,
    pub code: String,
    pub title: String,
    pub points: Decimal,
    pub scoring: String,
    /// What the year's self-assessment says of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assessed: Option<Assessed>,
    pub needs: Vec<NeedLine>,
    pub lines: Vec<SheetLine>,
    pub left_out: Vec<LeftOut>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SheetLine {
    pub number: i64,
    pub kind: EvidenceKind,
    pub title: String,
    /// 文号.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub document_no: String,
    /// 责任者.
    pub responsible: String,
    /// As `2026-03-05`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub passage: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub marks: Vec<Mark>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caption: Option<Caption>,
    /// The blob of the small picture, of a photo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thumbnail: Option<String>,
    /// The file's name in the item's folder.
    pub file: String,
}

/// A photo's four facts; what isn't known is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caption {
    pub time: String,
    pub place: String,
    pub people: String,
    pub topic: String,
}
