//! Later verdicts: what became of an operation that first had to wait or that a rule refused.
//!
//! A row like any other, so that every phone of its author hears of it exactly once. Leaves out the
//! first verdict, which is the answer to the push.

use serde::{Deserialize, Serialize};

use crate::{
    ids::{OpId, PersonId},
    operation::RecordRef,
    time::Timestamp,
    verdict::Outcome,
};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LaterVerdict {
    pub op_id: OpId,
    /// Grows each time that something is decided about the operation.
    pub revision: i64,
    /// Who sent the operation.
    pub person_id: PersonId,
    /// `None` when the operation didn't say which record it is about.
    #[serde(default)]
    pub record: Option<RecordRef>,
    pub outcome: Outcome,
    pub at: Timestamp,
    /// Who in the office decided; `None` when nobody had to.
    #[serde(default)]
    pub by: Option<PersonId>,
    /// Why the office won't take it in; the matter is closed then.
    #[serde(default)]
    pub closed: Option<String>,
}

impl LaterVerdict {
    /// Whether the content counts now.
    pub fn is_taken_in(&self) -> bool {
        self.outcome.takes_effect()
    }
}
