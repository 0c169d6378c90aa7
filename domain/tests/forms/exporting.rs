//! Submissions as flat tables and as XML instances.

use domain::{
    Lang,
    forms::{
        Answer, Answers, Form, Sensitivity,
        export::{Exported, Layout, Table, instance, merged, tables},
    },
};

use crate::support::{answers, environment, form, text};

fn visit() -> Form {
    form(
        "label | relevant | calculation | minglu_sensitivity",
        &[
            "note | hello | 说明 | | | ",
            "begin group | basics | 基本 | | | ",
            "text | place | 地点 | | | public",
            "geopoint | position | 位置 | | | personal",
            "select_multiple fruit | fruits | 水果 | | | ",
            "end group | | | | | ",
            "text | secret | 姓名 | | | sensitive",
            "begin repeat | findings | 问题 | | | ",
            "text | what | 什么 | | | ",
            "calculate | nr | | | position(..) | ",
            "begin repeat | pieces | 件 | | | ",
            "integer | n | 数 | | | ",
            "end repeat | | | | | ",
            "end repeat | | | | | ",
            "text | never | 无 | ${place} = 'x' | | ",
        ],
    )
}

fn filled() -> Answers {
    let piece = |n| answers([("n", Answer::Integer(n))]);
    let finding = |what: &str, pieces: Vec<Answers>| {
        answers([("what", text(what)), ("pieces", Answer::Repeat(pieces))])
    };
    let all = answers([
        ("place", text("文三路，\"A\" 座")),
        (
            "position",
            Answer::Geopoint {
                lat: 30.25,
                lon: 120.16,
                altitude: None,
                accuracy: Some(8.0),
            },
        ),
        (
            "fruits",
            Answer::Choices(vec!["a".to_owned(), "b".to_owned()]),
        ),
        ("secret", text("张三")),
        (
            "findings",
            Answer::Repeat(vec![
                finding("灯", vec![piece(1), piece(-2)]),
                finding("=门", vec![]),
            ]),
        ),
        ("never", text("hidden")),
    ]);
    visit().prune(&all, &environment())
}

fn exported(up_to: Sensitivity, labels: Option<Lang>) -> Vec<Table> {
    let about = ["2026-11-24".to_owned()];
    let all = filled();
    let submission = Exported {
        key: "uuid:1",
        about: &about,
        answers: &all,
    };
    let layout = Layout {
        columns: &["SubmissionDate"],
        up_to,
        labels,
    };
    tables(&visit(), &[submission, submission], layout)
}

#[test]
fn each_repeat_has_a_table_that_points_to_its_parent() {
    let tables = exported(Sensitivity::Personal, None);
    let names: Vec<&str> = tables.iter().map(|table| table.name.as_str()).collect();
    assert_eq!(names, ["test", "test-findings", "test-pieces"]);
    assert_eq!(
        tables[0].rows[0],
        [
            "SubmissionDate",
            "basics-place",
            "basics-position-Latitude",
            "basics-position-Longitude",
            "basics-position-Altitude",
            "basics-position-Accuracy",
            "basics-fruits",
            "SET-OF-findings",
            "never",
            "KEY"
        ]
    );
    assert_eq!(
        tables[0].rows[1],
        [
            "2026-11-24",
            "文三路，\"A\" 座",
            "30.25",
            "120.16",
            "",
            "8",
            "a b",
            "uuid:1/findings",
            "",
            "uuid:1"
        ]
    );
    assert_eq!(
        tables[1].rows[0],
        ["what", "nr", "SET-OF-pieces", "PARENT_KEY", "KEY"]
    );
    assert_eq!(
        tables[1].rows[2],
        [
            "=门",
            "2",
            "uuid:1/findings[2]/pieces",
            "uuid:1",
            "uuid:1/findings[2]"
        ]
    );
    assert_eq!(
        tables[2].rows[2],
        ["-2", "uuid:1/findings[1]", "uuid:1/findings[1]/pieces[2]"]
    );
    assert_eq!(
        (
            tables[0].rows.len(),
            tables[1].rows.len(),
            tables[2].rows.len()
        ),
        (3, 5, 5)
    );
}

#[test]
fn what_is_too_sensitive_has_no_column() {
    let tables = exported(Sensitivity::Public, None);
    assert_eq!(
        tables[0].rows[0],
        ["SubmissionDate", "basics-place", "SET-OF-findings", "KEY"]
    );
    let all: String = tables.iter().map(Table::to_csv).collect();
    assert!(!all.contains("张三") && !all.contains("30.25"));
}

#[test]
fn choices_may_be_written_as_labels() {
    let tables = exported(Sensitivity::Internal, Some(Lang::En));
    assert_eq!(tables[0].rows[1][2], "Apple, Pear");
}

#[test]
fn csv_is_quoted_and_no_text_becomes_a_formula() {
    let table = Table {
        name: "t".to_owned(),
        rows: vec![
            vec![
                "a".to_owned(),
                "b,c".to_owned(),
                "d\"e".to_owned(),
                "f\ng".to_owned(),
            ],
            vec![
                "=1+1".to_owned(),
                "-5".to_owned(),
                "-x".to_owned(),
                "@y, z".to_owned(),
            ],
            vec![
                " s ".to_owned(),
                String::new(),
                "文".to_owned(),
                "+8613".to_owned(),
            ],
        ],
    };
    assert_eq!(
        table.to_csv(),
        "a,\"b,c\",\"d\"\"e\",\"f\ng\"\r\n'=1+1,-5,'-x,\"'@y, z\"\r\n\" s \",,文,+8613\r\n"
    );
}

#[test]
fn an_instance_is_nested_like_the_form_and_leaves_out_what_is_not_relevant() {
    let mut all = filled();
    all.insert("secret".to_owned(), text("<a> & \"b\"\u{1}\r\n"));
    let xml = instance(&visit(), "0192-1", &all, &environment(), &|_| true);
    assert_eq!(
        xml,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
         <data xmlns:orx=\"http://openrosa.org/xforms\" id=\"test\" version=\"1\">\
         <hello/><basics><place>文三路，&quot;A&quot; 座</place>\
         <position>30.25 120.16 0 8</position><fruits>a b</fruits></basics>\
         <secret>&lt;a&gt; &amp; &quot;b&quot;&#13;\n</secret>\
         <findings><what>灯</what><nr>1</nr><pieces><n>1</n></pieces><pieces><n>-2</n></pieces></findings>\
         <findings><what>=门</what><nr>2</nr></findings>\
         <orx:meta><orx:instanceID>uuid:0192-1</orx:instanceID></orx:meta></data>"
    );
}

#[test]
fn an_instance_leaves_out_what_is_too_sensitive() {
    let all = filled();
    let xml = instance(&visit(), "1", &all, &environment(), &|question| {
        question.sensitivity <= Sensitivity::Internal
    });
    assert!(xml.contains("<what>灯</what>"), "{xml}");
    for hidden in ["secret", "张三", "position", "30.25"] {
        assert!(!xml.contains(hidden), "{hidden} in {xml}");
    }
}

#[test]
fn the_versions_of_a_form_share_one_table() {
    let older = form(
        "label | minglu_sensitivity",
        &[
            "text | place | 地点 | ",
            "text | gone | 以前的 | personal",
            "select_one fruit | fruit | 水果 | ",
            "begin repeat | findings | 问题 | ",
            "text | was | 旧 | ",
            "end repeat | | | ",
        ],
    );
    let newer = form(
        "label | minglu_sensitivity",
        &[
            "begin group | basics | 基本 | ",
            "text | place | 地点 | ",
            "end group | | | ",
            "text | gone | 以前的 | public",
            "begin repeat | findings | 问题 | ",
            "text | what | 什么 | ",
            "end repeat | | | ",
        ],
    );
    let both = merged(&[&newer, &older]).expect("two versions");
    let layout = Layout {
        columns: &[],
        up_to: Sensitivity::Personal,
        labels: Some(Lang::En),
    };
    let old = answers([
        ("place", text("桥")),
        ("fruit", Answer::Choice("a".to_owned())),
        (
            "findings",
            Answer::Repeat(vec![answers([("was", text("x"))])]),
        ),
    ]);
    let submission = Exported {
        key: "1",
        about: &[],
        answers: &old,
    };
    let made = tables(&both, &[submission], layout);
    assert_eq!(
        made[0].rows[0],
        ["basics-place", "gone", "SET-OF-findings", "fruit", "KEY"]
    );
    assert_eq!(made[0].rows[1], ["桥", "", "1/findings", "Apple", "1"]);
    assert_eq!(made[1].rows[0], ["what", "was", "PARENT_KEY", "KEY"]);
    assert_eq!(made[1].rows[1][..2], ["", "x"]);
    // What was personal once doesn't become public by a new version.
    let gone = both.question("gone").expect("the question");
    assert_eq!(gone.sensitivity, Sensitivity::Personal);
    assert_eq!(merged(&[]), None);
}
