//! Which items of a standard a record may prove, each with the reason: its form says so, its activity
//! says so, or its words are the item's.
//!
//! A person decides. Leaves out learning from what people chose: the reason must be one that anybody can
//! check.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{
    areas::standards::{Item, Standard},
    evidence_kind::EvidenceKind,
    forms::{Form, Purpose},
    words::grams,
};

/// Most items that are suggested because of words alone.
const BY_WORDS: usize = 4;
/// Which share of an item's words must be in the text, by their weight.
const SHARE: f64 = 0.25;

/// An item that a record may prove, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    pub item: String,
    /// The record's form is made for it.
    #[serde(default)]
    pub by_form: bool,
    /// The record's activity is for it.
    #[serde(default)]
    pub by_activity: bool,
    /// The item's words that the record uses too.
    #[serde(default)]
    pub words: Vec<String>,
}

/// The items of `standard` that fit, the best reason first. Codes that the standard doesn't have are
/// left out.
pub fn suggest(
    standard: &Standard,
    form: &[String],
    activity: &[String],
    text: &str,
) -> Vec<Suggestion> {
    let shared = shared_words(standard, text);
    let mut found: Vec<(f64, Suggestion)> = Vec::new();
    for placed in standard.items() {
        let code = &placed.item.code;
        let (share, words) = shared.get(code.as_str()).cloned().unwrap_or_default();
        let suggestion = Suggestion {
            item: code.clone(),
            by_form: form.contains(code),
            by_activity: activity.contains(code),
            words,
        };
        let named = f64::from(u8::from(suggestion.by_form) + u8::from(suggestion.by_activity));
        if named > 0.0 || share >= SHARE {
            found.push((named + share, suggestion));
        }
    }
    found.sort_by(|(left, _), (right, _)| right.total_cmp(left));
    let mut by_words = 0;
    found
        .into_iter()
        .map(|(_, suggestion)| suggestion)
        .filter(|it| {
            let named = it.by_form || it.by_activity;
            by_words += usize::from(!named);
            named || by_words <= BY_WORDS
        })
        .collect()
}

/// Of each item that shares two words or more with the text: which share of its words, and which.
fn shared_words<'a>(standard: &'a Standard, text: &str) -> BTreeMap<&'a str, (f64, Vec<String>)> {
    let known: BTreeSet<String> = grams(text).into_iter().collect();
    let items: Vec<(&Item, Vec<String>)> = standard
        .items()
        .map(|placed| (placed.item, grams(&placed.item.title)))
        .collect();
    let mut in_items: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, own) in &items {
        for gram in own.iter().collect::<BTreeSet<_>>() {
            *in_items.entry(gram).or_insert(0) += 1;
        }
    }
    // What many items say (开展, 每年) tells none of them apart.
    let weight = |gram: &String| {
        let count = in_items.get(gram.as_str()).copied().unwrap_or(1);
        let rarity = items.len() as f64 / count as f64;
        if rarity < 8.0 { 0.0 } else { rarity.ln() }
    };
    let mut shared = BTreeMap::new();
    for (item, own) in &items {
        let all: f64 = own.iter().map(weight).sum();
        let common: Vec<&String> = own
            .iter()
            .filter(|gram| known.contains(*gram) && weight(gram) > 0.0)
            .collect();
        if common.len() < 2 || all <= 0.0 {
            continue;
        }
        let share = common.iter().map(|gram| weight(gram)).sum::<f64>() / all;
        shared.insert(item.code.as_str(), (share, joined(&item.title, &known)));
    }
    shared
}

/// The stretches of the title whose pairs are all known, longest first, at most three.
fn joined(title: &str, known: &BTreeSet<String>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for run in crate::words::runs(title) {
        match run {
            crate::words::Run::Word(word) => {
                if known.contains(&word) && !found.contains(&word) {
                    found.push(word);
                }
            }
            crate::words::Run::Han(run) => {
                let mut open: Option<String> = None;
                for pair in run.windows(2) {
                    if known.contains(&pair.iter().collect::<String>()) {
                        match &mut open {
                            Some(word) => word.push(pair[1]),
                            None => open = Some(pair.iter().collect()),
                        }
                    } else {
                        found.extend(open.take());
                    }
                }
                found.extend(open);
            }
        }
    }
    found.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
    found.dedup();
    found.truncate(3);
    found
}

/// As what kinds of evidence the records of a form may stand, the most fitting first.
pub fn kinds_of(form: &Form) -> &'static [EvidenceKind] {
    use EvidenceKind as Kind;
    match form.id.as_str() {
        "meeting" => &[Kind::Minutes, Kind::Ledger],
        "study_note" => &[Kind::Note],
        "theory_test" => &[Kind::Paper, Kind::Ledger],
        "study_session" => &[Kind::Minutes, Kind::Ledger],
        "publicity" => &[Kind::Brief, Kind::Link, Kind::Screenshot, Kind::Ledger],
        "budget_entry" => &[Kind::Voucher, Kind::Ledger],
        _ => match form.settings.purpose {
            Some(Purpose::Inspection | Purpose::Patrol) => &[Kind::CheckForm, Kind::Ledger],
            _ => &[Kind::Ledger, Kind::CheckForm, Kind::Brief],
        },
    }
}

/// As what a record of the form proves the item: what the item asks for, if it may be that.
pub fn kind_for(form: &Form, item: &Item) -> EvidenceKind {
    let kinds = kinds_of(form);
    let asked = |kind: &&EvidenceKind| item.evidence.iter().any(|it| it.kind == **kind);
    let first = kinds.first().copied().unwrap_or(EvidenceKind::Ledger);
    kinds.iter().find(asked).copied().unwrap_or(first)
}
