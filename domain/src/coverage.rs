//! Coverage: what each item of the standard wants, what of it is there, and what is missing.
//!
//! Where the proofs come from (the ledger in the office, an activity's records on a phone) is the
//! caller's business; so is which year they are for.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    areas::standards::{Item, Requirement},
    evidence_kind::EvidenceKind,
};

/// So many pieces of one kind that prove an item: a photo counts one, a record as often as the caller
/// says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proof<'a> {
    pub item: &'a str,
    pub kind: EvidenceKind,
    pub count: i64,
}

/// How many pieces of each kind prove each item.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proven<'a>(BTreeMap<(&'a str, EvidenceKind), i64>);

impl<'a> FromIterator<Proof<'a>> for Proven<'a> {
    fn from_iter<I: IntoIterator<Item = Proof<'a>>>(proofs: I) -> Self {
        let mut counts = BTreeMap::new();
        for proof in proofs {
            *counts.entry((proof.item, proof.kind)).or_insert(0) += proof.count;
        }
        Self(counts)
    }
}

impl Proven<'_> {
    pub fn count(&self, item: &str, kind: EvidenceKind) -> i64 {
        self.0.get(&(item, kind)).copied().unwrap_or(0)
    }

    /// What of an item's requirements is there. Where several ask for the same kind, no piece serves two:
    /// each gets what it asks for in turn, the last of them the rest.
    pub fn of<'b>(&self, item: &'b Item) -> Coverage<'b> {
        let mut left: BTreeMap<EvidenceKind, i64> = BTreeMap::new();
        let mut needs = Vec::with_capacity(item.evidence.len());
        for (position, requirement) in item.evidence.iter().enumerate() {
            let kind = requirement.kind;
            let all = || self.count(&item.code, kind);
            let left = left.entry(kind).or_insert_with(all);
            let mut later = item.evidence[position + 1..].iter();
            let there = if later.any(|other| other.kind == kind) {
                (*left).min(requirement.min)
            } else {
                *left
            };
            *left -= there;
            needs.push(Need { requirement, there });
        }
        Coverage { item, needs }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Coverage<'a> {
    pub item: &'a Item,
    pub needs: Vec<Need<'a>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Need<'a> {
    pub requirement: &'a Requirement,
    pub there: i64,
}

impl Need<'_> {
    pub fn missing(self) -> i64 {
        (self.requirement.min - self.there).max(0)
    }
}

/// How far an item's material has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Progress {
    Nothing,
    Some,
    Complete,
}

impl Coverage<'_> {
    /// An item that asks for nothing is complete.
    pub fn progress(&self) -> Progress {
        if self.needs.iter().all(|need| need.missing() == 0) {
            Progress::Complete
        } else if self.needs.iter().all(|need| need.there == 0) {
            Progress::Nothing
        } else {
            Progress::Some
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::areas::standards::Standard;

    #[test]
    fn what_is_there_counts_for_its_item_and_kind_only() {
        let standard: Standard =
            serde_json::from_str(include_str!("../../templates/standard.json"))
                .expect("the sample standard is one");
        let item = standard.item("Ⅰ-1-2").expect("it is in the sample").item;
        let proof = |item, kind, count| Proof { item, kind, count };
        let of = |proofs: &[Proof<'_>]| {
            let proven: Proven<'_> = proofs.iter().copied().collect();
            let coverage = proven.of(item);
            let missing: Vec<i64> = coverage.needs.iter().map(|need| need.missing()).collect();
            (coverage.progress(), missing)
        };
        assert_eq!(of(&[]), (Progress::Nothing, vec![2, 2]));
        assert_eq!(
            of(&[
                proof("Ⅰ-1-2", EvidenceKind::Minutes, 1),
                proof("Ⅰ-1-2", EvidenceKind::Photo, 5),
                proof("Ⅰ-1-3", EvidenceKind::Minutes, 1),
            ]),
            (Progress::Some, vec![1, 0])
        );
        assert_eq!(
            of(&[
                proof("Ⅰ-1-2", EvidenceKind::Minutes, 1),
                proof("Ⅰ-1-2", EvidenceKind::Minutes, 1),
                proof("Ⅰ-1-2", EvidenceKind::Photo, 2),
            ]),
            (Progress::Complete, vec![0, 0])
        );
    }

    #[test]
    fn one_piece_meets_one_of_two_requirements_of_its_kind() {
        let standard: Standard =
            serde_json::from_str(include_str!("../../templates/standard.json"))
                .expect("the sample standard is one");
        let mut item = standard
            .item("Ⅰ-1-2")
            .expect("it is in the sample")
            .item
            .clone();
        let asks = |label: &str| Requirement {
            kind: EvidenceKind::Plan,
            label: label.to_owned(),
            min: 1,
            note: String::new(),
        };
        item.evidence = vec![asks("方案"), asks("计划")];
        for (count, there, progress) in [
            (0, [0, 0], Progress::Nothing),
            (1, [1, 0], Progress::Some),
            (2, [1, 1], Progress::Complete),
            (5, [1, 4], Progress::Complete),
        ] {
            let proof = Proof {
                item: "Ⅰ-1-2",
                kind: EvidenceKind::Plan,
                count,
            };
            let proven: Proven<'_> = [proof].into_iter().collect();
            let coverage = proven.of(&item);
            let found: Vec<i64> = coverage.needs.iter().map(|need| need.there).collect();
            assert_eq!((found, coverage.progress()), (there.to_vec(), progress));
        }
    }
}
