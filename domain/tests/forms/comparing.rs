//! What two versions of a form have different.

use domain::forms::{Clash, Form, FormChange, How, What};

use crate::{builtin::FORMS, support::form};

const COLUMNS: &str = "label | required | constraint | relevant";

fn older() -> Form {
    form(
        COLUMNS,
        &[
            "text | place | 地点 | yes | | ",
            "integer | count | 人数 | | . > 0 | ",
            "select_one fruit | fruit | 水果 | | | ",
            "text | gone | 删掉的 | | | ",
        ],
    )
}

fn names(changes: &[FormChange]) -> Vec<(&str, How, Vec<What>)> {
    let of = |it: &FormChange| it.aspects.iter().map(|it| it.what).collect();
    changes
        .iter()
        .map(|it| (&it.name[..], it.how, of(it)))
        .collect()
}

#[test]
fn a_form_is_equal_to_itself() {
    for (name, text) in FORMS {
        let form = Form::from_markdown(text).expect("a form");
        assert_eq!(form.changes_since(&form), [], "{name}");
        assert_eq!(form.clashes(&form), [], "{name}");
    }
}

#[test]
fn a_new_version_says_what_is_added_removed_and_changed() {
    let newer = form(
        COLUMNS,
        &[
            "text | place | 地址 | | | ",
            "integer | count | 人数 | | . > 1 | ${place} != ''",
            "select_one fruit | fruit | 水果 | | | ",
            "date | day | 日期 | | | ",
        ],
    );
    let changes = newer.changes_since(&older());
    assert_eq!(
        names(&changes),
        [
            ("place", How::Changed, vec![What::Label, What::Required]),
            (
                "count",
                How::Changed,
                vec![What::Constraint, What::Relevant]
            ),
            ("day", How::Added, vec![]),
            ("gone", How::Removed, vec![]),
        ]
    );
    let label = &changes[0].aspects[0];
    assert_eq!(
        (&label.before.zh[..], &label.after.zh[..]),
        ("地点", "地址")
    );
    assert_eq!(newer.clashes(&older()), []);
}

#[test]
fn another_order_and_another_group_are_said() {
    let moved = form(
        COLUMNS,
        &[
            "integer | count | 人数 | | . > 0 | ",
            "text | place | 地点 | yes | | ",
            "begin group | more | 更多 | | | ",
            "select_one fruit | fruit | 水果 | | | ",
            "end group | | | | | ",
            "text | gone | 删掉的 | | | ",
        ],
    );
    assert_eq!(
        names(&moved.changes_since(&older())),
        [
            ("", How::Changed, vec![What::Order]),
            ("more", How::Added, vec![]),
            ("fruit", How::Changed, vec![What::Place]),
        ]
    );
    // A group is only a matter of looks.
    assert_eq!(moved.clashes(&older()), []);
}

#[test]
fn choices_that_come_go_or_are_renamed_are_said() {
    let text = |choices: &str| {
        format!(
            "| survey |\n| | type | name | label |\n| | select_one v | v | 场所 |\n| choices |\n\
             | | list_name | name | label |\n{choices}| settings |\n\
             | | form_id | version | form_title |\n| | f | 1 | 表 |\n"
        )
    };
    let read = |choices: &str| Form::from_markdown(&text(choices)).expect("a form");
    let before = read("| | v | a | 旅店 |\n| | v | b | 浴室 |\n");
    let after = read("| | v | a | 宾馆 |\n| | v | c | 泳池 |\n");
    let changes = after.changes_since(&before);
    let aspects: Vec<(&str, &str)> = changes[0]
        .aspects
        .iter()
        .map(|it| (&it.before.zh[..], &it.after.zh[..]))
        .collect();
    assert_eq!(aspects, [("旅店", "宾馆"), ("", "泳池"), ("浴室", "")]);
}

fn clashes(rows: &[&str]) -> Vec<String> {
    let found = form(COLUMNS, rows).clashes(&older());
    found.into_iter().map(|Clash { name, .. }| name).collect()
}

#[test]
fn a_name_does_not_stand_for_another_kind_of_answer() {
    assert_eq!(clashes(&["date | place | 地点 | | | "]), ["place"]);
    assert_eq!(
        clashes(&["select_multiple fruit | fruit | 水果 | | | "]),
        ["fruit"]
    );
    let in_repeat = [
        "begin repeat | rooms | 房间 | | | ",
        "integer | count | 人数 | | | ",
        "end repeat | | | | | ",
    ];
    assert_eq!(clashes(&in_repeat), ["count"]);
    let repeat = [
        "begin repeat | place | 地点 | | | ",
        "integer | n | 数 | | | ",
        "end repeat | | | | | ",
    ];
    assert_eq!(clashes(&repeat), ["place"]);
}

#[test]
fn what_is_stored_alike_may_be_asked_in_another_way() {
    let rows = [
        "select_one fruit | place | 地点 | | | ",
        "decimal | count | 人数 | | | ",
        "text | fruit | 水果 | | | ",
        "note | gone | 说明 | | | ",
    ];
    assert_eq!(clashes(&rows), [""; 0]);
}
