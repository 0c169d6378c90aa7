//! Which evidence of an activity's items this phone doesn't have yet: a hint on site, never a demand.
//!
//! Leaves out where the rows come from.

use std::collections::BTreeMap;

use crate::{
    areas::standards::WantedItem,
    coverage::{Proof, Proven},
    evidence_kind::EvidenceKind,
};

/// What is missing, of the items together: one photo serves all that want photos.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    pub kind: EvidenceKind,
    pub count: i64,
}

/// What the phone has for one activity.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct There {
    pub photos: i64,
    /// Somebody's attendance is recorded: that is the sign-in list.
    pub sign_in: bool,
    /// The forms of the records, each as often as there are records.
    pub forms: Vec<String>,
}

/// What each kind lacks most, over the items.
pub fn missing(items: &[&WantedItem], there: &There) -> Vec<Missing> {
    let mut counts: BTreeMap<EvidenceKind, i64> = BTreeMap::new();
    counts.insert(EvidenceKind::Photo, there.photos);
    counts.insert(EvidenceKind::SignIn, i64::from(there.sign_in));
    for form in &there.forms {
        if let Some(kind) = record_kind(form) {
            *counts.entry(kind).or_default() += 1;
        }
    }
    let proofs = items.iter().flat_map(|item| {
        counts.iter().map(|(kind, count)| Proof {
            item: &item.code,
            kind: *kind,
            count: *count,
        })
    });
    let proven: Proven<'_> = proofs.collect();
    let mut lacking: BTreeMap<EvidenceKind, i64> = BTreeMap::new();
    for item in items {
        for requirement in &item.evidence {
            let there = proven.count(&item.code, requirement.kind);
            let count = (requirement.min - there).max(0);
            let most = lacking.entry(requirement.kind).or_default();
            *most = (*most).max(count);
        }
    }
    lacking
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .map(|(kind, count)| Missing { kind, count })
        .collect()
}

/// What a record of one of the built-in forms is, as evidence.
fn record_kind(form: &str) -> Option<EvidenceKind> {
    Some(match form {
        "meeting" | "study_session" => EvidenceKind::Minutes,
        "publicity" => EvidenceKind::Brief,
        "study_note" => EvidenceKind::Note,
        "theory_test" => EvidenceKind::Paper,
        "blood_drive" | "assistance" | "law_outreach" | "enforcement_visit" => EvidenceKind::Ledger,
        "inspection" | "patrol" | "small_hotel" | "hair_beauty" | "bathhouse" | "entertainment"
        | "medical_epidemic" | "school_health" | "secondary_water" | "office_inspection"
        | "premises_recheck" => EvidenceKind::CheckForm,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::areas::standards::Requirement;

    fn item(code: &str, wanted: &[(EvidenceKind, i64)]) -> WantedItem {
        let evidence = wanted.iter().map(|(kind, min)| Requirement {
            kind: *kind,
            label: kind.name().0.to_owned(),
            min: *min,
            note: String::new(),
        });
        WantedItem {
            code: code.to_owned(),
            title: code.to_owned(),
            evidence: evidence.collect(),
        }
    }

    #[test]
    fn a_photo_serves_all_items_that_want_photos() {
        let (photo, sign) = (EvidenceKind::Photo, EvidenceKind::SignIn);
        let one = item("A", &[(photo, 3), (sign, 1)]);
        let other = item("B", &[(photo, 2), (EvidenceKind::Minutes, 1)]);
        let there = There {
            photos: 1,
            sign_in: false,
            forms: vec!["meeting".to_owned()],
        };
        let lacking = missing(&[&one, &other], &there);
        let lacking: Vec<_> = lacking.iter().map(|it| (it.kind, it.count)).collect();
        assert_eq!(lacking, [(sign, 1), (photo, 2)]);
    }

    #[test]
    fn nothing_is_missing_of_items_that_ask_for_nothing() {
        assert_eq!(missing(&[&item("A", &[])], &There::default()), []);
        assert_eq!(missing(&[], &There::default()), []);
    }
}
