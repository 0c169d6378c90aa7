//! The self-assessment of a year, as the office sees it and as a department sees its part of it.

use serde::{Deserialize, Serialize};

use crate::{
    areas::standards::{Bonus, Negative, Precondition, Scoring},
    coverage::Progress,
    decimal::Decimal,
    ids::DepartmentId,
    scoring::{Facts, Scored, score},
    self_assessment::{Marks, Proposal, Stage, Total},
    text::Text,
    time::Timestamp,
};

use super::evidence::NeedLine;

/// `GET /api/office/self-assessment?year=`; `…/table.xlsx` and `…/report.docx` are the same to take away.
///
/// `GET /api/my/self-assessment?year=` is the part that one's own department answers for: its items and what
/// they come to, nothing of what stands beside the items.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SelfAssessment {
    pub year: i32,
    /// Those that can be assessed, the newest first.
    pub years: Vec<i32>,
    /// The standard's; empty when there is none yet.
    pub title: String,
    /// Whose part this is; empty for somebody without a department. `None`: all of it.
    pub department: Option<String>,
    /// Of the marks and of what is closed; each opinion has its own.
    pub revision: i64,
    pub closed: Option<Closed>,
    pub total: Total,
    pub projects: Vec<AssessedProject>,
    pub marks: Marks,
    pub preconditions: Vec<Precondition>,
    pub negative_list: Vec<Negative>,
    pub bonus: Bonus,
    /// What was said about items that the standard no longer has: code and words.
    pub left_over: Vec<(String, String)>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closed {
    pub by: String,
    pub at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AssessedProject {
    pub code: String,
    pub title: String,
    pub items: Vec<AssessedItem>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AssessedItem {
    pub code: String,
    pub title: String,
    pub points: Decimal,
    pub scoring: Scoring,
    /// The rule in the document's own words.
    pub rule: Text,
    /// The department that answers for it this year.
    pub owner: String,
    pub assigned: Assigned,
    pub progress: Progress,
    pub needs: Vec<NeedLine>,
    pub pieces: i64,
    /// What the material gives by itself.
    pub proposal: Option<Proposal>,
    pub department: Option<Opinion>,
    pub office: Option<Opinion>,
}

/// Which department the office chose for an item and a year.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assigned {
    /// 0 where nobody chose yet.
    pub revision: i64,
    /// `None`: whom the standard names.
    pub department_id: Option<DepartmentId>,
    pub by_standard: String,
}

/// What somebody found about an item.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Opinion {
    pub revision: i64,
    pub facts: Facts,
    pub narrative: String,
    pub by: String,
    pub at: Timestamp,
}

/// `PUT /api/office/self-assessment/items/{code}?year=`. Each of these says which revision was seen, 0 for
/// what nobody wrote yet: a year begins with the first word about it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Say {
    pub stage: Stage,
    pub revision: i64,
    pub facts: Facts,
    #[serde(default)]
    pub narrative: String,
}

/// `PUT /api/my/self-assessment/items/{code}?year=`: the word of one's own department.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SayForDepartment {
    pub revision: i64,
    pub facts: Facts,
    #[serde(default)]
    pub narrative: String,
}

/// `PUT /api/office/self-assessment/items/{code}/department?year=`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assign {
    pub revision: i64,
    /// `None`: whom the standard names.
    pub department_id: Option<DepartmentId>,
}

/// `PUT /api/office/self-assessment/marks?year=`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mark {
    pub revision: i64,
    pub marks: Marks,
}

/// `POST /api/office/self-assessment/close?year=`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Close {
    pub revision: i64,
}

/// `POST /api/office/self-assessment/reopen?year=`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reopen {
    pub revision: i64,
    pub reason: String,
}

impl AssessedItem {
    pub fn opinion(&self, stage: Stage) -> Option<&Opinion> {
        match stage {
            Stage::Department => self.department.as_ref(),
            Stage::Office => self.office.as_ref(),
        }
    }

    /// Whose word counts.
    pub fn counts(&self) -> Option<&Opinion> {
        self.office.as_ref().or(self.department.as_ref())
    }

    /// The points for facts; `None` if the rule asks for others (it may have changed since).
    pub fn scored(&self, facts: &Facts) -> Option<Scored> {
        score(&self.scoring, self.points, facts).ok()
    }

    /// What the item has, if it is assessed.
    pub fn standing(&self) -> Option<Scored> {
        self.scored(&self.counts()?.facts)
    }

    /// Points that are lost, as assessed or else as the material says; all if neither tells.
    pub fn gap(&self) -> Decimal {
        let proposed = || self.scored(&self.proposal.as_ref()?.facts);
        let scored = self.standing().or_else(proposed);
        scored.map_or(self.points, |it| it.lost())
    }
}

impl SelfAssessment {
    pub fn items(&self) -> impl Iterator<Item = &AssessedItem> {
        self.projects.iter().flat_map(|project| &project.items)
    }

    /// Items that lose points, what would gain most first.
    pub fn gaps(&self) -> Vec<&AssessedItem> {
        let lost = self.items().filter(|item| item.gap() > Decimal::ZERO);
        let mut gaps: Vec<&AssessedItem> = lost.collect();
        // Stable: equal ones stay in the document's order.
        gaps.sort_by_key(|item| std::cmp::Reverse(item.gap()));
        gaps
    }
}
