//! What a year's self-assessment comes to, and what the material gives by itself.

use chrono::NaiveDate;
use domain::{
    Decimal,
    areas::standards::{Frequency, Item, Period, Scoring, Standard},
    scoring::Facts,
    self_assessment::{Claim, Condition, Happened, Marks, Total, is_named, propose},
};

fn standard() -> Standard {
    serde_json::from_str(include_str!("../../templates/standard.json")).expect("a standard")
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn item(scoring: Scoring) -> Item {
    let standard = standard();
    let first = standard.items().next().expect("an item").item.clone();
    Item { scoring, ..first }
}

fn counting(target: i64, period: Period) -> Item {
    item(Scoring::CountInPeriod {
        target,
        period,
        step: Decimal::ONE,
    })
}

fn count(item: &Item, days: &[&str], today: &str) -> i64 {
    let days: Vec<NaiveDate> = days.iter().map(|it| day(it)).collect();
    match propose(item, &[], &days, 2026, day(today))
        .expect("a proposal")
        .facts
    {
        Facts::Count { count } => count,
        other => panic!("{other:?}"),
    }
}

#[test]
fn nothing_said_leaves_all_points_open() {
    let standard = standard();
    let total = Total::of(&standard, &Marks::default(), |_| None);
    assert_eq!(total.of, Decimal::whole(100));
    assert_eq!((total.points, total.open), (Decimal::ZERO, total.of));
    assert_eq!(total.total, Decimal::ZERO);
    assert!(total.vetoes.is_empty() && total.unmet.is_empty());
}

#[test]
fn deductions_and_capped_bonus_come_to_the_total() {
    let standard = standard();
    let deducting = standard.negative_list.iter().find(|it| it.points.is_some());
    let deducting = deducting.expect("one that costs points");
    let veto = standard.negative_list.iter().find(|it| it.points.is_none());
    let veto = veto.expect("one that costs the title");
    let happened = |times| Happened {
        times,
        note: String::new(),
    };
    let mut marks = Marks::default();
    marks.negatives.insert(deducting.code.clone(), happened(2));
    marks.negatives.insert(veto.code.clone(), happened(1));
    let unmet = standard.preconditions[0].code.clone();
    let said = Condition {
        met: Some(false),
        note: "一处没有达到".to_owned(),
    };
    marks.preconditions.insert(unmet.clone(), said);
    for item in &standard.bonus.items {
        let claim = Claim {
            points: Decimal::whole(100),
            note: String::new(),
        };
        marks.bonus.insert(item.code.clone(), claim);
    }
    let total = Total::of(&standard, &marks, |item| Some(item.points));
    assert_eq!(total.bonus, standard.bonus.cap);
    assert_eq!(
        total.deducted,
        deducting.points.expect("points").times_whole(2)
    );
    assert_eq!(total.total, total.of - total.deducted + total.bonus);
    assert_eq!(total.open, Decimal::ZERO);
    assert_eq!(total.vetoes, std::slice::from_ref(&veto.code));
    assert_eq!(total.unmet, [unmet]);
}

#[test]
fn a_precondition_that_was_marked_before_notes_were_known_is_read() {
    let stored = r#"{"preconditions":{"P1":true,"P2":{"met":null,"note":"等通知"}}}"#;
    let marks: Marks = serde_json::from_str(stored).expect("marks");
    let said = |code: &str| {
        (
            marks.preconditions[code].met,
            marks.preconditions[code].note.as_str(),
        )
    };
    assert_eq!(
        (said("P1"), said("P2")),
        ((Some(true), ""), (None, "等通知"))
    );
    let again = serde_json::to_string(&marks).expect("JSON");
    assert_eq!(serde_json::from_str::<Marks>(&again).expect("marks"), marks);
}

#[test]
fn one_of_several_departments_is_named_and_all_of_them_are_nobody() {
    assert!(is_named("办公室、工会", "工会") && is_named("办公室", "办公室"));
    assert!(!is_named("办公室、工会", "公室") && !is_named("各科室", "工会"));
    assert!(!is_named("", ""));
}

#[test]
fn the_total_never_falls_below_zero() {
    let standard = standard();
    let mut marks = Marks::default();
    for negative in &standard.negative_list {
        let happened = Happened {
            times: 99,
            note: String::new(),
        };
        marks.negatives.insert(negative.code.clone(), happened);
    }
    assert_eq!(Total::of(&standard, &marks, |_| None).total, Decimal::ZERO);
}

#[test]
fn what_is_due_in_a_year_counts_its_days_once() {
    let yearly = counting(4, Period::Year);
    let days = ["2026-03-05", "2026-03-05", "2026-06-01", "2025-12-31"];
    assert_eq!(count(&yearly, &days, "2026-11-26"), 2);
    let mut round = counting(4, Period::Cycle);
    round.frequency = Frequency::Once;
    assert_eq!(count(&round, &days, "2026-11-26"), 3);
    // Of other items the year's ledger doesn't hold the round.
    round.frequency = Frequency::Yearly;
    assert_eq!(propose(&round, &[], &[], 2026, day("2026-11-26")), None);
}

#[test]
fn what_is_due_each_month_counts_the_months_so_far() {
    let monthly = counting(2, Period::Month);
    let all = ["2026-01-05", "2026-01-20", "2026-02-01", "2026-02-28"];
    // January and February are complete.
    assert_eq!(count(&monthly, &all, "2026-02-28"), 24);
    // In March one is missing so far.
    let some = [&all[..], &["2026-03-02"]].concat();
    assert_eq!(count(&monthly, &some, "2026-03-20"), 23);
    // Four a month don't make up for another month.
    let crowded = ["2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04"];
    assert_eq!(count(&monthly, &crowded, "2026-02-10"), 22);
    // Each month that went by with nothing costs all that it asks for.
    assert_eq!(count(&monthly, &[], "2026-02-10"), 20);
    assert_eq!(count(&monthly, &[], "2026-12-31"), 0);
    // Of a year to come only a person can tell.
    assert_eq!(propose(&monthly, &[], &[], 2026, day("2025-12-31")), None);
}

#[test]
fn a_quarter_and_a_week_are_counted_alike() {
    let quarterly = counting(1, Period::Quarter);
    assert_eq!(
        count(&quarterly, &["2026-01-01", "2026-04-30"], "2026-06-30"),
        4
    );
    assert_eq!(count(&quarterly, &["2026-01-01"], "2026-06-30"), 3);
    let weekly = counting(1, Period::Week);
    assert_eq!(
        count(&weekly, &["2026-01-01", "2026-01-07"], "2026-01-09"),
        52
    );
    assert_eq!(count(&weekly, &["2026-01-01"], "2026-01-09"), 51);
    // The first of January isn't the last week of the year before.
    assert_eq!(count(&weekly, &[], "2026-01-01"), 51);
    let in_2027 = propose(&weekly, &[], &[day("2027-01-01")], 2027, day("2027-01-02"));
    assert_eq!(
        in_2027.expect("a proposal").facts,
        Facts::Count { count: 52 }
    );
}

#[test]
fn missing_material_is_what_the_ledger_lacks() {
    let today = day("2026-11-26");
    let lacks = [("现场照片", 2), ("签到表", 1)];
    let per_missing = item(Scoring::DeductPerMissing {
        step: Decimal::ONE,
        unit: "件".to_owned(),
    });
    let found = propose(&per_missing, &lacks, &[], 2026, today).expect("a proposal");
    assert_eq!(found.facts, Facts::Missing { missing: 3 });
    assert_eq!(found.why.zh, "台账里还缺：现场照片×2、签到表×1");
    let whole = item(Scoring::AllOrNothing);
    let mut silent = whole.clone();
    silent.evidence.clear();
    assert_eq!(propose(&silent, &[], &[], 2026, today), None);
    let met = |lacks: &[(&str, i64)]| propose(&whole, lacks, &[], 2026, today).map(|it| it.facts);
    assert_eq!(met(&lacks), Some(Facts::Met { met: false }));
    assert_eq!(met(&[]), Some(Facts::Met { met: true }));
}

#[test]
fn what_only_a_person_can_know_is_not_proposed() {
    for scoring in [
        Scoring::SampleCheck {
            sample_size: 10,
            step_per_fail: Decimal::ONE,
        },
        Scoring::RatioOfTarget {
            target: Decimal::whole(60),
            unit: "%".to_owned(),
        },
    ] {
        assert_eq!(
            propose(&item(scoring), &[], &[], 2026, day("2026-11-26")),
            None
        );
    }
}

#[test]
fn what_is_typed_is_read_by_the_rule_and_comes_back() {
    let grades = Scoring::StateAbc {
        levels: [("A".to_owned(), Decimal::ONE)].into(),
    };
    let read = |rule: &Scoring, text: &str| Facts::typed(rule, text).map(|it| it.text());
    assert_eq!(read(&grades, "A"), Some("A".to_owned()));
    assert_eq!(read(&grades, "B"), None);
    assert_eq!(read(&Scoring::AllOrNothing, "yes"), Some("yes".to_owned()));
    assert_eq!(read(&Scoring::AllOrNothing, ""), None);
    let count = counting(4, Period::Year).scoring;
    assert_eq!(read(&count, " 3 "), Some("3".to_owned()));
    assert_eq!(read(&count, "三"), None);
}
