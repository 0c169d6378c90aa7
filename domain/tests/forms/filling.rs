//! What helps while filling in: the answers of last time, photos and their instances, rosters, groups of
//! forms.

use domain::forms::{Answer, Answers, Form, Purpose, Roster};

use crate::support::{answers, errors, form, text};

fn choice(name: &str) -> Answer {
    Answer::Choice(name.to_owned())
}

fn ids(ids: &[&str]) -> Answer {
    Answer::Images(ids.iter().map(|&id| id.to_owned()).collect())
}

fn visit() -> Form {
    form(
        "label | relevant | appearance | minglu_sensitivity | minglu_roster",
        &[
            "text | place | 地点 | | | internal | ",
            "text | chair | 主持 | | | personal | person",
            "text | no | 文号 | | | internal | ",
            "text | summary | 情况 | | multiline | internal | ",
            "date | day | 日期 | | | internal | ",
            "integer | count | 人数 | | | internal | ",
            "select_one fruit | way | 方式 | | | internal | ",
            "text | why | 原因 | ${count} > 3 | | internal | ",
            "image | photos | 照片 | | | internal | ",
            "begin repeat | finds | 问题 | | | | ",
            "text | what | 什么 | | | internal | ",
            "image | shots | 照片 | | | internal | ",
            "end repeat | | | | | | ",
        ],
    )
}

fn last() -> Answers {
    answers([
        ("place", text("文三社区")),
        ("chair", text("王芳")),
        ("no", text("浙卫监〔2026〕18 号")),
        ("summary", text("一切顺利")),
        ("day", Answer::Date(chrono::NaiveDate::MIN)),
        ("count", Answer::Integer(30)),
        ("way", choice("a")),
        ("why", text("人多")),
        ("photos", ids(&["p1"])),
        (
            "finds",
            Answer::Repeat(vec![answers([
                ("what", text("灯")),
                ("shots", ids(&["p2"])),
            ])]),
        ),
    ])
}

#[test]
fn last_time_lends_what_describes_the_usual_and_nothing_else() {
    let again = visit().again(&last(), &Answers::new());
    assert_eq!(
        again,
        answers([("place", text("文三社区")), ("way", choice("a"))])
    );
}

#[test]
fn an_inspection_takes_no_text_from_the_one_of_another_place() {
    let again = |purpose: &str| {
        let form = Form::from_markdown(&format!(
            "| survey |\n| | type | name | label |\n| | text | subject_name | 单位 |\n\
             | | select_one k | kind | 方式 |\n| choices |\n| | list_name | name | label |\n\
             | | k | a | 甲 |\n| settings |\n| | form_id | version | form_title | minglu_purpose |\n\
             | | f | 1 | 表 | {purpose} |\n"
        ))
        .expect("a form");
        let last = Answers::from([
            (
                "subject_name".to_owned(),
                Answer::Text("如意宾馆".to_owned()),
            ),
            ("kind".to_owned(), Answer::Choice("a".to_owned())),
        ]);
        let again = form.again(&last, &Answers::new());
        again.into_keys().collect::<Vec<_>>()
    };
    assert_eq!(again("inspection"), ["kind"]);
    assert_eq!(again("activity"), ["kind", "subject_name"]);
}

#[test]
fn last_time_overwrites_nothing_and_lends_no_choice_that_is_gone() {
    let now = answers([("place", text("古荡"))]);
    assert_eq!(
        visit().again(&last(), &now),
        answers([("way", choice("a"))])
    );
    let gone = answers([("way", choice("z"))]);
    assert_eq!(visit().again(&gone, &Answers::new()), Answers::new());
}

#[test]
fn no_line_of_a_checklist_comes_from_last_time() {
    let rows = ["select_one fruit | l1 | 一", "select_one fruit | l2 | 二"];
    let last = answers([
        ("l1", choice("a")),
        ("l2", choice("a")),
        ("l3", choice("b")),
    ]);
    let two = form("label", &rows);
    assert_eq!(two.again(&last, &Answers::new()).len(), 2);
    let three = form("label", &[rows[0], rows[1], "select_one fruit | l3 | 三"]);
    assert_eq!(three.again(&last, &Answers::new()), Answers::new());
}

#[test]
fn no_built_in_checklist_lends_a_verdict_or_a_documents_number() {
    let text_of = include_str!("../../../forms/small_hotel.md");
    let form = Form::from_markdown(text_of).expect("a form");
    let last = answers([
        ("l01", choice("pass")),
        ("official_no", text("杭卫监〔2026〕0123 号")),
        ("credit_code", text("91330106MA27XXXX0A")),
    ]);
    assert_eq!(form.again(&last, &Answers::new()), Answers::new());
}

#[test]
fn a_photo_in_a_repeat_is_found_by_the_instance_that_names_it() {
    let form = visit();
    let last = last();
    assert_eq!(
        form.key_of_attachment(&last, "p1").as_deref(),
        Some("photos")
    );
    assert_eq!(
        form.key_of_attachment(&last, "p2").as_deref(),
        Some("shots[0]")
    );
    assert_eq!(form.key_of_attachment(&last, "p3"), None);
    assert!(form.has_place(&last, "shots[0]") && !form.has_place(&last, "shots[1]"));
    assert!(!form.has_place(&last, "shots") && !form.has_place(&last, "nothing"));
}

#[test]
fn a_photo_moves_up_with_its_instance() {
    let form = visit();
    let mut now = answers([(
        "finds",
        Answer::Repeat(vec![
            answers([("shots", ids(&["a"]))]),
            answers([("shots", ids(&["b"]))]),
        ]),
    )]);
    assert!(form.remove_instance(&mut now, "finds", 0));
    assert_eq!(
        form.attachments(&now),
        [("shots[0]".to_owned(), &["b".to_owned()][..])]
    );
}

#[test]
fn going_back_neither_loses_nor_revives_a_photo() {
    let form = visit();
    let earlier = last();
    let mut now = earlier.clone();
    form.set_answer(&mut now, "place", None);
    form.set_answer(&mut now, "photos", Some(ids(&["p3"])));
    form.set_answer(&mut now, "shots[0]", Some(ids(&["p2", "p4"])));
    // p1 was removed, p3 and p4 were added since.
    let back = form.with_attachments(&earlier, &now, |id| id != "p1");
    assert_eq!(back["place"], text("文三社区"));
    assert_eq!(back["photos"], ids(&["p3"]));
    assert_eq!(form.attachments_at(&back, "shots[0]"), ["p2", "p4"]);
}

#[test]
fn a_photo_whose_instance_came_later_waits() {
    let form = visit();
    let earlier = Answers::new();
    let back = form.with_attachments(&earlier, &last(), |_| true);
    assert_eq!(back, answers([("photos", ids(&["p1"]))]));
}

#[test]
fn a_text_may_name_people() {
    let form = visit();
    let roster = |name: &str| form.question(name).expect("a question").roster;
    assert_eq!(roster("chair"), Some(Roster::Person));
    assert_eq!(roster("place"), None);
    let wrong = errors(
        "label | minglu_roster",
        &["text | a | 一 | cats", "date | b | 二 | person"],
    );
    assert_eq!(wrong.len(), 2);
}

#[test]
fn a_record_names_those_who_were_there_but_not_the_excused() {
    let form = form(
        "label | minglu_roster",
        &[
            "text | chair | 主持 | person",
            "text | excused | 请假人员 | people",
            "text | summary | 情况 | ",
            "begin repeat | groups | 小组 | ",
            "text | present | 参加人员 | people",
            "end repeat | | | ",
        ],
    );
    assert!(form.names_people());
    let group = |names: &str| answers([("present", text(names))]);
    let filled = answers([
        ("chair", text(" 王芳 ")),
        ("excused", text("李敏")),
        ("summary", text("张珺")),
        (
            "groups",
            Answer::Repeat(vec![group("赵一，钱二"), group("孙三、")]),
        ),
    ]);
    let mut named = form.named(&filled);
    named.sort_unstable();
    assert_eq!(named, ["孙三", "王芳", "赵一", "钱二"]);
}

#[test]
fn every_built_in_form_says_what_one_does_with_it() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../forms");
    for file in std::fs::read_dir(folder).expect("the forms") {
        let path = file.expect("a file").path();
        if path.extension().is_none_or(|it| it != "md") || path.ends_with("README.md") {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("a text");
        let form = Form::from_markdown(&text).expect("a form");
        assert!(form.settings.purpose.is_some(), "{}", path.display());
    }
}

#[test]
fn a_purpose_or_roster_of_a_newer_version_still_reads() {
    let read = |text: &str| serde_json::from_str::<Purpose>(text).ok();
    assert_eq!(read(r#""dance""#), Some(Purpose::Unknown));
    assert_eq!(read(r#""study""#), Some(Purpose::Study));
    let read = |text: &str| serde_json::from_str::<Roster>(text).ok();
    assert_eq!(read(r#""cats""#), Some(Roster::Unknown));
}
