//! Self-assessment (对标自查自评): of a year, what a department and then the office find about each item,
//! and what that comes to.
//!
//! Points follow from an item's rule and the facts (`scoring`); nobody types them. It speaks of items and
//! never of persons.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike as _, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::{
    areas::standards::{Frequency, Item, NegativeEffect, Period, Scoring, Standard},
    decimal::Decimal,
    scoring::Facts,
    text::Text,
};

/// Longest narrative, in characters.
pub const NARRATIVE: usize = 500;

/// Who says it. The office's word counts; until there is one, the department's does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    Department,
    Office,
}

impl Stage {
    pub const ALL: [Self; 2] = [Self::Department, Self::Office];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Department => "department",
            Self::Office => "office",
        }
    }

    pub fn name(self) -> (&'static str, &'static str) {
        match self {
            Self::Department => ("科室自评", "The department"),
            Self::Office => ("创建办复核", "The office"),
        }
    }
}

/// What is said beside the items: preconditions, the negative list, bonus points.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Marks {
    /// By code.
    #[serde(default)]
    pub preconditions: BTreeMap<String, Condition>,
    #[serde(default)]
    pub negatives: BTreeMap<String, Happened>,
    #[serde(default)]
    pub bonus: BTreeMap<String, Claim>,
}

/// Whether a precondition is met; `None` is open.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "StoredCondition")]
pub struct Condition {
    pub met: Option<bool>,
    pub note: String,
}

/// Years that were marked before notes were known hold the word alone.
#[derive(Deserialize)]
#[serde(untagged)]
enum StoredCondition {
    Word(bool),
    Whole {
        met: Option<bool>,
        #[serde(default)]
        note: String,
    },
}

impl From<StoredCondition> for Condition {
    fn from(stored: StoredCondition) -> Self {
        match stored {
            StoredCondition::Word(met) => Self {
                met: Some(met),
                note: String::new(),
            },
            StoredCondition::Whole { met, note } => Self { met, note },
        }
    }
}

/// How often something of the negative list happened.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Happened {
    pub times: i64,
    #[serde(default)]
    pub note: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    pub points: Decimal,
    #[serde(default)]
    pub note: String,
}

/// What it all comes to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Total {
    /// What all items could bring.
    pub of: Decimal,
    /// What the assessed ones bring.
    pub points: Decimal,
    /// What those could bring that nobody assessed.
    pub open: Decimal,
    /// For the negative list.
    pub deducted: Decimal,
    /// Up to the cap.
    pub bonus: Decimal,
    /// Points, less what is deducted, and bonus; never below zero.
    pub total: Decimal,
    /// Codes of preconditions that are said not to be met.
    pub unmet: Vec<String>,
    /// Codes of what happened and costs the title.
    pub vetoes: Vec<String>,
    pub pass_line: Option<Decimal>,
}

impl Total {
    /// `points`: of an item, if it is assessed.
    pub fn of(
        standard: &Standard,
        marks: &Marks,
        points: impl Fn(&Item) -> Option<Decimal>,
    ) -> Self {
        let (mut of, mut sum, mut open) = (Decimal::ZERO, Decimal::ZERO, Decimal::ZERO);
        for placed in standard.items() {
            of = of + placed.item.points;
            match points(placed.item) {
                Some(points) => sum = sum + points,
                None => open = open + placed.item.points,
            }
        }
        let happened = |code: &str| marks.negatives.get(code).map_or(0, |it| it.times.max(0));
        let mut deducted = Decimal::ZERO;
        let mut vetoes = Vec::new();
        for negative in &standard.negative_list {
            let times = happened(&negative.code);
            match negative.effect {
                NegativeEffect::Veto if times > 0 => vetoes.push(negative.code.clone()),
                NegativeEffect::Veto => {}
                NegativeEffect::Deduct => {
                    let each = negative.points.unwrap_or(Decimal::ZERO);
                    deducted = deducted + each.times_whole(times);
                }
            }
        }
        let claimed = standard.bonus.items.iter().map(|item| {
            let claim = marks.bonus.get(&item.code);
            let points = claim.map_or(Decimal::ZERO, |claim| claim.points);
            points.max(Decimal::ZERO).min(item.max_points)
        });
        let bonus = claimed.sum::<Decimal>().min(standard.bonus.cap);
        let unmet = standard
            .preconditions
            .iter()
            .map(|it| &it.code)
            .filter(|code| {
                let said = marks.preconditions.get(*code);
                said.is_some_and(|it| it.met == Some(false))
            })
            .cloned()
            .collect();
        Self {
            of,
            points: sum,
            open,
            deducted,
            bonus,
            total: (sum - deducted + bonus).max(Decimal::ZERO),
            unmet,
            vetoes,
            pass_line: standard.pass_line,
        }
    }
}

/// Whether a department is among those whom a standard names as responsible: `办公室、工会`. `各科室` names
/// none of them: the office chooses one.
pub fn is_named(responsible: &str, department: &str) -> bool {
    let mut names = responsible.split(['、', '，', ',', '；', ';', '/', '\n']);
    names.any(|name| !name.trim().is_empty() && name.trim() == department.trim())
}

/// What an assessment says of an item, as a pack and a report tell it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assessed {
    pub points: Decimal,
    /// In Chinese.
    pub working: String,
    pub narrative: String,
}

/// Facts that the year's material gives by itself, and from where, for a person to correct.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Proposal {
    pub facts: Facts,
    pub why: Text,
}

/// `missing`: what the item's evidence still lacks, a label and how many each. `occasions`: the days of its
/// records, activities and documents, photos left out. A rule about shares, samples or grades gives none,
/// nor does a year to come.
pub fn propose(
    item: &Item,
    missing: &[(&str, i64)],
    occasions: &[NaiveDate],
    year: i32,
    today: NaiveDate,
) -> Option<Proposal> {
    match &item.scoring {
        // Where the standard names no evidence, the ledger can't tell.
        Scoring::AllOrNothing | Scoring::DeductPerMissing { .. } if item.evidence.is_empty() => {
            None
        }
        Scoring::AllOrNothing => Some(Proposal {
            facts: Facts::Met {
                met: missing.is_empty(),
            },
            why: lacking(missing),
        }),
        Scoring::DeductPerMissing { .. } => Some(Proposal {
            facts: Facts::Missing {
                missing: missing.iter().map(|(_, count)| count).sum(),
            },
            why: lacking(missing),
        }),
        // The ledger of a year holds a whole round only of what is done once.
        Scoring::CountInPeriod {
            period: Period::Cycle,
            ..
        } if item.frequency != Frequency::Once => None,
        Scoring::CountInPeriod { target, period, .. } => {
            counted(*target, *period, occasions, year, today)
        }
        _ => None,
    }
}

fn lacking(missing: &[(&str, i64)]) -> Text {
    if missing.is_empty() {
        return Text::new(
            "台账里这一项的材料已齐",
            "The ledger has all that the item asks for",
        );
    }
    let parts: Vec<String> = missing
        .iter()
        .map(|(label, count)| format!("{label}×{count}"))
        .collect();
    Text::new(
        format!("台账里还缺：{}", parts.join("、")),
        format!("The ledger still lacks: {}", parts.join(", ")),
    )
}

/// How often it was done; where it is due several times a year, the periods over which it fell short
/// count.
fn counted(
    target: i64,
    period: Period,
    occasions: &[NaiveDate],
    year: i32,
    today: NaiveDate,
) -> Option<Proposal> {
    if year > today.year() {
        return None;
    }
    // The same day twice is one occasion with several records of it.
    let days: BTreeSet<NaiveDate> = occasions.iter().copied().collect();
    let in_year: Vec<NaiveDate> = days
        .iter()
        .copied()
        .filter(|it| it.year() == year)
        .collect();
    let all = in_year.len() as i64;
    let periods = match period {
        Period::Cycle => {
            let all = days.len() as i64;
            return Some(Proposal {
                facts: Facts::Count { count: all },
                why: times(all),
            });
        }
        Period::Year => 1,
        _ => period.in_year(),
    };
    let begun = if year < today.year() {
        periods
    } else {
        which_of(today, period, periods) + 1
    };
    let mut there: BTreeMap<i64, i64> = BTreeMap::new();
    for day in &in_year {
        *there.entry(which_of(*day, period, periods)).or_insert(0) += 1;
    }
    let short: i64 = (0..begun)
        .map(|at| (target - there.get(&at).copied().unwrap_or(0)).max(0))
        .sum();
    if period == Period::Year {
        return Some(Proposal {
            facts: Facts::Count { count: all },
            why: times(all),
        });
    }
    // What isn't due yet isn't missing.
    Some(Proposal {
        facts: Facts::Count {
            count: period.over_a_year(target).saturating_sub(short),
        },
        why: Text::new(
            format!("台账里有 {all} 次；已过的 {begun} 期里缺 {short} 次"),
            format!("The ledger has {all}; over the {begun} periods so far {short} are missing"),
        ),
    })
}

/// The period of a year in which a day is, from zero.
fn which_of(day: NaiveDate, period: Period, periods: i64) -> i64 {
    match period {
        // From Monday on; the days before the year's first Monday are a week of their own, and those after
        // the last whole one belong to it.
        Period::Week => {
            let first = day.with_ordinal0(0).unwrap_or(day).weekday();
            let before = i64::from(first.num_days_from_monday());
            ((i64::from(day.ordinal0()) + before) / 7).min(periods - 1)
        }
        Period::Cycle | Period::Year => 0,
        Period::HalfYear | Period::Quarter | Period::Month => {
            i64::from(day.month0()) * periods / 12
        }
    }
}

fn times(count: i64) -> Text {
    Text::new(
        format!("台账里有 {count} 次（同一天的算一次）"),
        format!("The ledger has {count} (the same day counts once)"),
    )
}
