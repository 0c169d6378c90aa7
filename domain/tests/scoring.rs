//! Points from rules and facts: all seven kinds, with their working in both languages.

use std::collections::BTreeMap;

use domain::{
    Decimal,
    areas::standards::{Period, Scoring},
    scoring::{Facts, Unfit, score},
};

fn number(text: &str) -> Decimal {
    text.parse().expect("a number")
}

/// Points and the Chinese and English working.
fn scored(rule: &Scoring, of: &str, facts: &Facts) -> (String, String, String) {
    let scored = score(rule, number(of), facts).expect("facts that fit");
    let words = scored.words();
    assert_eq!(scored.points + scored.lost(), number(of));
    (scored.points.to_string(), words.zh, words.en)
}

fn of(points: &str, zh: &str, en: &str) -> (String, String, String) {
    (points.to_owned(), zh.to_owned(), en.to_owned())
}

#[test]
fn all_or_nothing_brings_all_or_nothing() {
    let rule = Scoring::AllOrNothing;
    assert_eq!(
        scored(&rule, "1.5", &Facts::Met { met: true }),
        of("1.5", "符合，得满分", "Met: full points")
    );
    assert_eq!(
        scored(&rule, "1.5", &Facts::Met { met: false }),
        of("0", "不符合，不得分", "Not met: no points")
    );
}

#[test]
fn each_missing_thing_costs_and_nothing_falls_below_zero() {
    let rule = Scoring::DeductPerMissing {
        step: number("0.5"),
        unit: "份".to_owned(),
    };
    assert_eq!(
        scored(&rule, "1.5", &Facts::Missing { missing: 2 }),
        of(
            "0.5",
            "缺 2 份 × 0.5 分，扣 1 分",
            "2 missing × 0.5: 1 lost"
        )
    );
    assert_eq!(
        scored(&rule, "1.5", &Facts::Missing { missing: 7 }),
        of(
            "0",
            "缺 7 份 × 0.5 分，应扣 3.5 分，扣完为止",
            "7 missing × 0.5: 3.5 would be lost; no more than 1.5 can"
        )
    );
}

#[test]
fn only_whole_percents_below_the_target_cost() {
    let rule = Scoring::DeductPerPercentBelow {
        target_percent: number("90"),
        step_per_percent: number("0.1"),
    };
    let percent = |percent: &str| Facts::Percent {
        percent: number(percent),
    };
    assert_eq!(scored(&rule, "2", &percent("90")).0, "2");
    assert_eq!(scored(&rule, "2", &percent("99.9")).0, "2");
    assert_eq!(scored(&rule, "2", &percent("89.1")).0, "2");
    assert_eq!(
        scored(&rule, "2", &percent("86.5")),
        of(
            "1.7",
            "实际 86.5%，目标 90%，低 3 个百分点 × 0.1 分，扣 0.3 分",
            "86.5% of the 90% asked for, 3 whole percent below × 0.1: 0.3 lost"
        )
    );
    assert_eq!(scored(&rule, "2", &percent("0")).0, "0");
}

#[test]
fn places_that_fail_cost_and_no_more_fail_than_were_looked_at() {
    let rule = Scoring::SampleCheck {
        sample_size: 5,
        step_per_fail: number("0.3"),
    };
    assert_eq!(
        scored(&rule, "1.5", &Facts::Sample { failed: 2 }),
        of(
            "0.9",
            "抽查 5 处，2 处不符合 × 0.3 分，扣 0.6 分",
            "2 of 5 places failed × 0.3: 0.6 lost"
        )
    );
    assert_eq!(scored(&rule, "1.5", &Facts::Sample { failed: 5 }).0, "0");
    let six = score(&rule, number("1.5"), &Facts::Sample { failed: 6 });
    assert_eq!(six, Err(Unfit::Impossible));
}

#[test]
fn each_time_less_costs_and_more_times_bring_no_more() {
    let rule = Scoring::CountInPeriod {
        target: 4,
        period: Period::Year,
        step: number("1"),
    };
    assert_eq!(
        scored(&rule, "2", &Facts::Count { count: 3 }),
        of(
            "1",
            "应 4 次，已 3 次，缺 1 次 × 1 分，扣 1 分",
            "3 of 4 times, 1 missing × 1: 1 lost"
        )
    );
    assert_eq!(scored(&rule, "2", &Facts::Count { count: 9 }).0, "2");
    assert_eq!(scored(&rule, "2", &Facts::Count { count: 0 }).0, "0");
}

#[test]
fn a_share_of_the_target_brings_its_share_of_the_points() {
    let rule = Scoring::RatioOfTarget {
        target: number("25"),
        unit: "小时".to_owned(),
    };
    let reached = |hours: &str| Facts::Reached {
        reached: number(hours),
    };
    assert_eq!(
        scored(&rule, "2", &reached("20")),
        of(
            "1.6",
            "达到 20 / 25 小时，2 分 × 80% = 1.6 分",
            "20 of 25 小时: 2 × 80% = 1.6"
        )
    );
    assert_eq!(scored(&rule, "2", &reached("40")).0, "2");
    let aimless = Scoring::RatioOfTarget {
        target: Decimal::ZERO,
        unit: String::new(),
    };
    assert_eq!(
        score(&aimless, number("2"), &reached("1")),
        Err(Unfit::NoTarget)
    );
}

#[test]
fn a_grade_brings_its_share() {
    let levels = [("A", "1"), ("B", "0.66"), ("C", "0.33"), ("D", "0")];
    let levels = levels.map(|(grade, share)| (grade.to_owned(), number(share)));
    let rule = Scoring::StateAbc {
        levels: BTreeMap::from(levels),
    };
    let grade = |grade: &str| Facts::Grade {
        grade: grade.to_owned(),
    };
    assert_eq!(
        scored(&rule, "1.5", &grade("B")),
        of(
            "0.99",
            "评为 B，1.5 分 × 66% = 0.99 分",
            "Grade B: 1.5 × 66% = 0.99"
        )
    );
    assert_eq!(scored(&rule, "1.5", &grade("D")).0, "0");
    assert_eq!(
        score(&rule, number("1.5"), &grade("E")),
        Err(Unfit::NoSuchGrade)
    );
}

#[test]
fn facts_of_another_kind_or_below_nothing_give_no_points() {
    let rule = Scoring::DeductPerMissing {
        step: Decimal::ONE,
        unit: String::new(),
    };
    let one = Decimal::ONE;
    assert_eq!(
        score(&rule, one, &Facts::Met { met: true }),
        Err(Unfit::Other)
    );
    assert_eq!(
        score(&rule, one, &Facts::Missing { missing: -1 }),
        Err(Unfit::Impossible)
    );
    let most = score(&rule, one, &Facts::Missing { missing: i64::MAX });
    assert_eq!(most.map(|it| it.points), Ok(Decimal::ZERO));
}
