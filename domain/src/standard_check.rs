//! What isn't right with a standard: points that don't add up, codes that stand there twice, items
//! without words.
//!
//! Some of it keeps a standard from being saved, the rest is for a person to look at: cities publish
//! tables that don't add up.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    areas::standards::{Bonus, Scoring, Standard},
    decimal::Decimal,
    text::Text,
};

/// Most items of a standard.
pub const ITEM_LIMIT: usize = 2_000;
/// Longest title, rule or note, in characters.
pub const TEXT_LIMIT: usize = 2_000;
/// Longest code, in characters.
pub const CODE_LIMIT: usize = 40;
/// Most pieces of one kind, or times in a period.
const MOST: i64 = 10_000;
/// Most points of anything.
const POINT_LIMIT: Decimal = Decimal::whole(10_000);

/// Something to look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remark {
    /// The row of the table that it stands in, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<usize>,
    /// The item, content or project that it is about.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub code: String,
    pub weight: Weight,
    pub text: Text,
}

/// How much a remark matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// The standard can't be saved like this.
    Wrong,
    /// Points that don't add up.
    Difference,
    /// Guessed; to be compared with the document.
    Look,
}

impl Remark {
    pub fn new(weight: Weight, code: &str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            row: None,
            code: code.to_owned(),
            weight,
            text: Text::new(zh, en),
        }
    }

    pub fn in_row(self, row: usize) -> Self {
        Self {
            row: Some(row),
            ..self
        }
    }
}

/// All that is wrong with it and all differences of points, in the document's order.
pub fn check(standard: &Standard) -> Vec<Remark> {
    let mut remarks = Vec::new();
    wrong(standard, &mut remarks);
    differences(standard, &mut remarks);
    remarks
}

/// The first thing that keeps it from being saved.
pub fn first_wrong(standard: &Standard) -> Option<Remark> {
    let mut remarks = Vec::new();
    wrong(standard, &mut remarks);
    remarks.into_iter().next()
}

impl Scoring {
    /// Whether its numbers can be.
    fn can_be(&self) -> bool {
        let points = |points: &Decimal| (Decimal::ZERO..=POINT_LIMIT).contains(points);
        match self {
            Self::AllOrNothing => true,
            Self::DeductPerMissing { step, .. } => points(step),
            Self::DeductPerPercentBelow {
                target_percent,
                step_per_percent,
            } => points(target_percent) && points(step_per_percent),
            Self::SampleCheck {
                sample_size,
                step_per_fail,
            } => (1..=MOST).contains(sample_size) && points(step_per_fail),
            Self::CountInPeriod { target, step, .. } => (1..=MOST).contains(target) && points(step),
            Self::RatioOfTarget { target, .. } => points(target) && *target > Decimal::ZERO,
            Self::StateAbc { levels } => {
                let share = |it: &Decimal| (Decimal::ZERO..=Decimal::ONE).contains(it);
                levels.values().all(share)
            }
        }
    }
}

fn wrong(standard: &Standard, remarks: &mut Vec<Remark>) {
    let mut add = |code: &str, zh: String, en: String| {
        remarks.push(Remark::new(Weight::Wrong, code, zh, en));
    };
    let length = |text: &str| text.chars().count();
    if standard.title.trim().is_empty() {
        add(
            "",
            "测评标准没有名称，请填写".to_owned(),
            "The standard has no title. Please give it one".to_owned(),
        );
    }
    if !(1..=10).contains(&standard.cycle_years) {
        add(
            "",
            "届期应为 1 至 10 年".to_owned(),
            "A round lasts 1 to 10 years".to_owned(),
        );
    }
    let count = standard.items().count();
    if count == 0 {
        add(
            "",
            "没有读到测评标准条目，请核对列的含义".to_owned(),
            "There are no items. Please check what the columns hold".to_owned(),
        );
    }
    if count > ITEM_LIMIT {
        add(
            "",
            format!("条目太多：最多 {ITEM_LIMIT} 条"),
            format!("Too many items: {ITEM_LIMIT} at most"),
        );
    }
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for placed in standard.items() {
        let item = placed.item;
        *seen.entry(&item.code).or_default() += 1;
        if item.title.trim().is_empty() {
            add(
                &item.code,
                "条目没有内容".to_owned(),
                "The item has no words".to_owned(),
            );
        }
        if !(Decimal::ZERO..=POINT_LIMIT).contains(&item.points) {
            add(
                &item.code,
                format!("分值不合理：{}", item.points),
                format!("Its points can't be: {}", item.points),
            );
        }
        if !item.scoring.can_be() || item.evidence.iter().any(|it| !(1..=MOST).contains(&it.min)) {
            add(
                &item.code,
                "评分规则或材料份数里的数字不合理：不能是负数，份数至少 1".to_owned(),
                "A number of its rule or of its evidence can't be: none is negative, and at least one piece is asked for".to_owned(),
            );
        }
        if [&item.title, &item.scoring_text, &item.section, &item.owner]
            .iter()
            .any(|text| length(text) > TEXT_LIMIT)
        {
            add(
                &item.code,
                format!("文字太长：最多 {TEXT_LIMIT} 字"),
                format!("Its words are too long: {TEXT_LIMIT} characters at most"),
            );
        }
    }
    beside(standard, &mut add);
    for (code, times) in seen {
        if code.is_empty() || length(code) > CODE_LIMIT || code.contains(['/', '?', '#', '%', '\n'])
        {
            add(
                code,
                format!("编号“{code}”不能用：不能为空、超过 {CODE_LIMIT} 字，也不能有 / ? # %"),
                format!("“{code}” can’t be a code: up to {CODE_LIMIT} characters, none of / ? # %"),
            );
        } else if times > 1 {
            add(
                code,
                format!("编号“{code}”出现了 {times} 次，请改成不同的编号"),
                format!("The code “{code}” stands there {times} times. Please make them differ"),
            );
        }
    }
}

/// What stands beside the items.
fn beside(standard: &Standard, add: &mut impl FnMut(&str, String, String)) {
    let bonus = &standard.bonus;
    let points = bonus.items.iter().map(|it| (&it.code, it.max_points));
    let points = points.chain(standard.negative_list.iter().filter_map(|it| {
        let points = it.points?;
        Some((&it.code, points))
    }));
    let cap = String::new();
    for (code, points) in points.chain([(&cap, bonus.cap)]) {
        if !(Decimal::ZERO..=POINT_LIMIT).contains(&points) {
            add(
                code,
                format!("加分、扣分不能是负数：{points}"),
                format!("What is added or deducted can't be negative: {points}"),
            );
        }
    }
}

fn differences(standard: &Standard, remarks: &mut Vec<Remark>) {
    let mut compare = |code: &str, zh: String, en: String, said: Decimal, sum: Decimal| {
        if said != sum {
            remarks.push(Remark::new(
                Weight::Difference,
                code,
                format!(
                    "{zh}写的是 {said} 分，下面加起来是 {sum} 分，相差 {}",
                    apart(said, sum)
                ),
                format!(
                    "{en} says {said} points; what is below adds up to {sum}, {} apart",
                    apart(said, sum)
                ),
            ));
        }
    };
    let mut total = Decimal::ZERO;
    for project in &standard.projects {
        let mut sum = Decimal::ZERO;
        for content in &project.contents {
            let items = content.items.iter().map(|item| item.points).sum();
            compare(
                &content.code,
                format!("测评内容“{}”", content.title),
                format!("The content “{}”", content.title),
                content.points,
                items,
            );
            sum = sum + content.points;
        }
        compare(
            &project.code,
            format!("测评项目“{}”", project.title),
            format!("The project “{}”", project.title),
            project.points,
            sum,
        );
        total = total + project.points;
    }
    compare(
        "",
        "总分".to_owned(),
        "The total".to_owned(),
        standard.total_points,
        total,
    );
    let Bonus { cap, items } = &standard.bonus;
    if let Some(item) = items.iter().find(|item| item.max_points > *cap) {
        remarks.push(Remark::new(
            Weight::Difference,
            &item.code,
            format!(
                "加分项“{}”最多 {} 分，超过加分上限 {cap} 分",
                item.title, item.max_points
            ),
            format!(
                "The bonus “{}” brings up to {}, more than the cap of {cap}",
                item.title, item.max_points
            ),
        ));
    }
}

fn apart(one: Decimal, other: Decimal) -> Decimal {
    Decimal((one.0 - other.0).abs())
}
