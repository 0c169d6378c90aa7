//! Forms that somebody made to hang or to swallow the reader: refused in words, or harmless.

use std::time::{Duration, Instant};

use domain::forms::{Form, load::Table};
use proptest::prelude::*;

use crate::{
    builtin::FORMS,
    support::{answers, environment, errors, form, text},
};

/// Far more than any of these takes, far less than a hang.
const SOON: Duration = Duration::from_secs(5);

fn soon<T>(act: impl FnOnce() -> T) -> T {
    let begun = Instant::now();
    let done = act();
    assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
    done
}

#[test]
fn calculations_in_a_circle_are_refused_at_the_cell_that_closes_it() {
    let rows = [
        "calculate | a | ${b} + 1",
        "calculate | b | ${c} + 1",
        "calculate | c | ${a} + 1",
    ];
    let errors = errors("calculation", &rows);
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert_eq!(
        (errors[0].sheet.as_str(), errors[0].column.as_str()),
        ("survey", "calculation")
    );
    let own = errors_of("calculate | a | ${a}");
    assert_eq!(own.len(), 1);
}

fn errors_of(row: &str) -> Vec<domain::forms::FormError> {
    errors("calculation", &[row])
}

#[test]
fn a_catastrophic_pattern_takes_linear_time() {
    for pattern in ["^(a+)+$", "^(a|aa)+$", "^(.*a){20}$", "(x+x+)+y"] {
        let rows = [format!(
            "text | t | 文字 | regex(., '{}')",
            pattern.replace('|', "\\|")
        )];
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        let form = form("label | constraint", &rows);
        let long = answers([("t", text(&format!("{}!", "a".repeat(9_000))))]);
        let problems = soon(|| form.check(&long, &environment()));
        assert_eq!(problems.len(), 1, "{pattern}");
    }
}

#[test]
fn what_is_nested_too_deep_is_refused() {
    let mut rows: Vec<String> = Vec::new();
    for depth in 0..400 {
        rows.push(format!("begin group | g{depth} | 组"));
    }
    rows.push("text | t | 文字".to_owned());
    rows.extend((0..400).map(|_| "end group | | ".to_owned()));
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    assert!(!soon(|| errors("label", &rows)).is_empty());
    for source in [
        format!("{}1{}", "(".repeat(1_500), ")".repeat(1_500)),
        format!("{}1", "-".repeat(3_000)),
        format!("1{}", " + 1".repeat(900)),
        format!("{}true(){}", "not(".repeat(700), ")".repeat(700)),
        "(".repeat(3_000),
    ] {
        let row = format!("calculate | a | {source}");
        assert!(!soon(|| errors_of(&row)).is_empty());
    }
}

/// What may stand in some cell or other.
fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        Just("yes".to_owned()),
        Just("text".to_owned()),
        Just("begin repeat".to_owned()),
        Just("end group".to_owned()),
        Just("select_one yes_no or_other".to_owned()),
        Just("geopoint".to_owned()),
        Just("30.25 120.16".to_owned()),
        Just("2026-11-24".to_owned()),
        Just("a b".to_owned()),
        Just("true()".to_owned()),
        Just("${place}".to_owned()),
        Just(". != ''".to_owned()),
        Just("randomize=true".to_owned()),
        Just("personal".to_owned()),
        Just("multiline".to_owned()),
        "\\PC{0,12}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Whatever a built-in form's cells are changed to: it is refused, or it is written and read again
    /// as the same form, and answered without a panic.
    #[test]
    fn a_form_with_other_cells_is_refused_or_comes_back_equal(
        which in any::<prop::sample::Index>(),
        changes in prop::collection::vec((0..3_usize, any::<prop::sample::Index>(), any::<prop::sample::Index>(), cell()), 1..6),
    ) {
        let (_, source) = FORMS[which.index(FORMS.len())];
        let mut tables: Vec<Table> = Form::from_markdown(source).expect("a form").to_tables();
        for (table, row, column, cell) in changes {
            let rows = &mut tables[table].rows;
            let row = row.index(rows.len());
            let cells = &mut rows[row].1;
            let column = column.index(cells.len());
            cells[column] = cell;
        }
        match Form::from_tables(tables) {
            Err(errors) => prop_assert!(!errors.is_empty()),
            Ok(form) => {
                let again = Form::from_tables(form.to_tables());
                prop_assert!(again.as_ref() == Ok(&form), "{:?}", again.err());
                let initial = form.initial_answers(&environment());
                let _ = form.check(&initial, &environment());
                prop_assert_eq!(form.changes_since(&form), vec![]);
            }
        }
    }
}
