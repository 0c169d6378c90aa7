//! What a form may hold, and where the refusal points when it holds something else.

use domain::{
    Lang,
    forms::{DefaultValue, Form, Kind, Node, Sensitivity},
};

use crate::support::{CHOICES, SETTINGS, errors, form, source};

/// The row, column and English message of the only error.
fn only(header: &str, rows: &[&str]) -> (usize, String, String) {
    let errors = errors(header, rows);
    assert_eq!(errors.len(), 1, "{errors:#?}");
    let error = &errors[0];
    assert_eq!(error.sheet, "survey");
    assert!(!error.message.zh.is_ascii(), "{error:?}");
    (error.row, error.column.clone(), error.message.en.clone())
}

fn refused(text: &str) -> Vec<(String, usize, String)> {
    Form::from_markdown(text)
        .expect_err("the form should be refused")
        .into_iter()
        .map(|error| (error.sheet, error.row, error.column))
        .collect()
}

#[test]
fn every_supported_type_is_read() {
    let form = form(
        "label",
        &[
            "text | a | 甲",
            "integer | b | 乙",
            "decimal | c | 丙",
            "select_one fruit | d | 丁",
            "select_multiple fruit | e | 戊",
            "date | f | 己",
            "time | g | 庚",
            "dateTime | h | 辛",
            "geopoint | i | 壬",
            "image | j | 癸",
            "note | k | 说明",
            "start | l | ",
            "end | m | ",
            "today | n | ",
            "username | o | ",
        ],
    );
    let kinds: Vec<&Kind> = form.questions().map(|question| &question.kind).collect();
    assert_eq!(kinds.len(), 15);
    assert!(matches!(kinds[3], Kind::SelectOne(choices) if choices.len() == 2));
    assert_eq!(kinds[7], &Kind::DateTime);
    assert_eq!((form.id.as_str(), form.version.as_str()), ("test", "1"));
    assert_eq!(form.title.get(Lang::En), "Test");
    assert!(form.is_understood());
}

#[test]
fn groups_nest_and_keep_their_order() {
    let form = form(
        "label | relevant",
        &[
            "text | first | 一 | ",
            "begin group | outer | 外 | ${first} = 'x'",
            "text | second | 二 | ",
            "begin_group | inner | 内 | ",
            "text | third | 三 | ",
            "end_group | | | ",
            "end group | | | ",
            "text | fourth | 四 | ",
        ],
    );
    let names: Vec<&str> = form
        .questions()
        .map(|question| question.name.as_str())
        .collect();
    assert_eq!(names, ["first", "second", "third", "fourth"]);
    let Node::Group(outer) = &form.nodes[1] else {
        panic!("the second node is a group");
    };
    assert_eq!(outer.nodes.len(), 2);
    assert!(outer.relevant.is_some());
}

#[test]
fn columns_become_the_questions_properties() {
    let form = form(
        "label::中文 (zh) | label::English (en) | hint::zh | required | readonly | default | \
         appearance | parameters | minglu_sensitivity | minglu_evidence",
        &[
            "image | p | 照片 | Photo | 拍清楚 | yes | no | | new | max-pixels=1600 | personal | photo",
            "date | d | 日期 | Date | | 否 | true() | today() | | | public | ",
            "integer | n | 数 | | | | | １２ | numbers | | | ",
        ],
    );
    let photo = form.question("p").unwrap();
    assert_eq!(photo.label.en, "Photo");
    assert_eq!(photo.hint.as_ref().unwrap().zh, "拍清楚");
    assert_eq!(photo.max_pixels, Some(1600));
    assert!(photo.has_appearance("new") && photo.required.is_some() && photo.readonly.is_none());
    assert_eq!(photo.sensitivity, Sensitivity::Personal);
    assert_eq!(photo.evidence.as_deref(), Some("photo"));
    let date = form.question("d").unwrap();
    assert!(date.required.is_none() && date.readonly.is_some());
    assert!(matches!(date.default, Some(DefaultValue::Expression(_))));
    let number = form.question("n").unwrap();
    assert_eq!(number.label.get(Lang::En), "数");
    assert_eq!(
        number.default,
        Some(DefaultValue::Answer(domain::forms::Answer::Integer(12)))
    );
    assert_eq!(number.sensitivity, Sensitivity::Internal);
}

#[test]
fn settings_carry_what_minglu_adds() {
    let text = "\
| survey |
|        | type | name | label |
|        | image | photos | 照片 |
| settings |
|          | form_id | version | form_title | default_language | minglu_items | minglu_frequency | minglu_owner | minglu_done_when |
|          | x | 2026.1 | 题目 | 中文 (zh) | Ⅳ-3-1、Ⅳ-3-2 | half_yearly | union | count-selected(${photos}) >= 3 |
";
    let form = Form::from_markdown(text).unwrap();
    assert_eq!(form.settings.items, ["Ⅳ-3-1", "Ⅳ-3-2"]);
    assert_eq!(
        form.settings.frequency,
        Some(domain::forms::Frequency::HalfYearly)
    );
    assert_eq!(form.settings.owner.as_deref(), Some("union"));
    assert!(form.settings.done_when.is_some());
}

#[test]
fn a_byte_order_mark_crlf_comments_and_separators_are_harmless() {
    let plain = source("label", &["text | a | 甲 \\| 乙"]);
    let expected = Form::from_markdown(&plain).unwrap();
    assert_eq!(expected.question("a").unwrap().label.zh, "甲 | 乙");
    let marked = format!("\u{feff}{plain}");
    let crlf = plain.replace('\n', "\r\n");
    let cr = plain.replace('\n', "\r");
    let commented = plain.replace("| survey |", "# 说明\n\n  | survey |   # 表");
    let separated = plain.replace("| choices  |", "|---|:--:|\n| --- | --- |\n| choices |");
    for text in [marked, crlf, cr, commented, separated] {
        assert_eq!(
            Form::from_markdown(&text).as_ref(),
            Ok(&expected),
            "{text:?}"
        );
    }
}

#[test]
fn full_width_and_missing_pipes_are_pointed_out() {
    let text = source("label", &["text | a | 甲"])
        .replace("| | text | a | 甲 |", "｜ ｜ text ｜ a ｜ 甲 ｜");
    let errors = Form::from_markdown(&text).unwrap_err();
    assert_eq!((errors[0].sheet.as_str(), errors[0].row), ("survey", 3));
    assert!(errors[0].message.zh.contains("全角"), "{errors:?}");
    let open = source("label", &["text | a | 甲"]).replace("甲 |", "甲");
    assert_eq!(refused(&open)[0], ("survey".to_owned(), 3, String::new()));
    let prose = format!("Some words\n{}", source("label", &["text | a | 甲"]));
    assert_eq!(refused(&prose)[0], (String::new(), 1, String::new()));
}

#[test]
fn what_comes_later_is_refused_where_it_stands() {
    for (kind, expected) in [
        ("video", "isn't supported yet"),
        ("geotrace", "isn't supported yet"),
        ("select_one_from_file x.csv", "isn't supported yet"),
        ("signature", "There is no type"),
        ("select_one", "list's name is missing"),
        ("select_one meat", "no list “meat”"),
    ] {
        let (row, column, message) = only("label", &["text | a | 甲", &format!("{kind} | b | 乙")]);
        assert_eq!((row, column.as_str()), (4, "type"), "{kind}");
        assert!(message.contains(expected), "{kind}: {message}");
    }
    for header in [
        "media::video",
        "guidance_hint",
        "label::Deutsch (de)",
        "color",
    ] {
        let (row, column, _) = only(&format!("label | {header}"), &["text | a | 甲 | "]);
        assert_eq!((row, column.as_str()), (2, header));
    }
}

#[test]
fn a_bad_cell_is_refused_with_its_row_and_column() {
    let cases = [
        ("constraint", ". >", "ends too early"),
        ("constraint", ". ＞ 3", "full-width"),
        ("constraint", "regex(., '[')", "can't be read"),
        ("constraint", "random() > 0.5", "isn't supported yet"),
        (
            "constraint",
            "../nowhere > 1",
            "no question named “../nowhere”",
        ),
        ("choice_filter", "a = 1", "Only selects"),
        ("trigger", "b", "${name of the question}"),
        ("repeat_count", "3", "Only a begin repeat"),
        ("minglu_photo_on_fail", ". <", "ends too early"),
        ("constraint", "${b} > 1", "no question named “b”"),
        ("relevant", "${g} = 1", "is a group"),
        ("relevant", ". = 1", "mean nothing here"),
        ("required", "maybe", "needs brackets"),
        ("default", "abc", "a whole number"),
        ("default", "today(", "ends too early"),
        ("appearance", "map", "isn't known"),
        ("parameters", "start=1", "isn't supported here"),
        ("minglu_sensitivity", "secret", "isn't known"),
        ("minglu_evidence", "照片", "A name starts"),
        ("calculation", "1 + 1", "must be readonly"),
    ];
    for (column, cell, expected) in cases {
        let (row, at, message) = only(
            &format!("label | {column}"),
            &[
                "begin group | g | 组 | ",
                "end group | | | ",
                &format!("integer | a | 甲 | {cell}"),
            ],
        );
        assert_eq!((row, at.as_str()), (5, column), "{cell}");
        assert!(message.contains(expected), "{cell}: {message}");
    }
}

#[test]
fn an_errors_place_within_an_expression_is_said() {
    let (_, _, message) = only("label | constraint", &["integer | a | 甲 | . > 1 and <"]);
    assert!(message.starts_with("At character 11:"), "{message}");
}

#[test]
fn names_are_plain_and_unique() {
    assert_eq!(only("label", &["text | 甲 | 甲"]).1, "name");
    assert_eq!(only("label", &["text | | 甲"]).1, "name");
    assert_eq!(only("label", &["text | a b | 甲"]).1, "name");
    let (row, column, _) = only("label", &["text | a | 甲", "text | A | 乙"]);
    assert_eq!((row, column.as_str()), (4, "name"));
    assert_eq!(
        only("label", &["text | a | "]).2,
        "A question needs a label."
    );
    assert_eq!(only("label", &["| a | 甲"]).1, "type");
}

#[test]
fn groups_must_close() {
    assert!(
        only("label", &["begin group | g | 组", "text | a | 甲"])
            .2
            .contains("no end group")
    );
    assert!(
        only("label", &["text | a | 甲", "end group | | "])
            .2
            .contains("no begin group")
    );
    let deep: Vec<String> = (0..9)
        .map(|level| format!("begin group | g{level} | 组"))
        .collect();
    let ends = ["end group | | "; 9];
    let rows: Vec<&str> = deep
        .iter()
        .map(String::as_str)
        .chain(["text | a | 甲"])
        .chain(ends)
        .collect();
    assert_eq!(only("label", &rows).0, 11);
    let (_, column, _) = only(
        "label | constraint",
        &[
            "begin group | g | 组 | . > 1",
            "text | a | 甲 | ",
            "end group | | | ",
        ],
    );
    assert_eq!(column, "constraint");
}

#[test]
fn questions_that_wait_for_one_another_are_refused() {
    let (row, _, message) = only(
        "label | relevant",
        &[
            "text | free | 无 | ",
            "text | a | 甲 | ${b} = 'x'",
            "text | b | 乙 | ${a} = 'x'",
            "text | behind | 后 | ${a} = 'x'",
        ],
    );
    assert_eq!(row, 4);
    assert!(
        message.contains("a, b") && !message.contains("behind"),
        "{message}"
    );
    assert!(
        only("label | relevant", &["text | a | 甲 | ${a} = 'x'"])
            .2
            .contains("circle")
    );
    let (_, _, message) = only(
        "label | relevant",
        &[
            "begin group | g | 组 | ${inside} = 'x'",
            "text | inside | 内 | ",
            "end group | | | ",
        ],
    );
    assert!(message.contains("g, inside"), "{message}");
}

#[test]
fn choices_are_checked() {
    let with = |rows: &str| {
        let text = source("label", &["select_one fruit | a | 甲"]);
        refused(&text.replace(SETTINGS, &format!("{rows}{SETTINGS}")))
    };
    let choice = |column: &str| vec![("choices".to_owned(), 8, column.to_owned())];
    assert_eq!(with("| | fruit | a | 又 | |\n"), choice("name"));
    assert_eq!(with("| | fruit | c d | 又 | |\n"), choice("name"));
    assert_eq!(with("| | fruit | c | | |\n"), choice(""));
    assert_eq!(with("| | | c | 又 | |\n"), choice(""));
    assert_eq!(with("| | fruit | c | 又 | | 多 |\n"), choice(""));
}

#[test]
fn the_sheets_are_survey_choices_and_settings_once_each() {
    let good = source("label", &["text | a | 甲"]);
    assert_eq!(refused(&good.replace(SETTINGS, ""))[0].0, "settings");
    assert_eq!(refused(&format!("{CHOICES}{SETTINGS}"))[0].0, "survey");
    assert_eq!(refused(&format!("{good}{CHOICES}")).len(), 1);
    assert_eq!(
        refused(&format!("{good}| entities |\n| | a |\n| | b |\n"))[0].0,
        "entities"
    );
    assert_eq!(refused(&good.replace("| survey |", "| |")).len(), 2);
    assert!(!refused("").is_empty());
    let twice = good.replace("| test ", "| test | 1 | 题 | T |\n| | test ");
    assert!(
        refused(&twice)
            .iter()
            .any(|(sheet, ..)| sheet == "settings")
    );
    assert_eq!(refused(&good.replace("测试", ""))[0].2, "form_title");
    assert_eq!(refused(&good.replace("form_id", "id"))[0].2, "id");
}

#[test]
fn control_characters_and_huge_input_are_refused() {
    assert!(!refused(&source("label", &["text | a | 甲\0乙"])).is_empty());
    assert!(
        !refused(&source(
            "label",
            &[&format!("text | a | {}", "甲".repeat(10_001))]
        ))
        .is_empty()
    );
    assert_eq!(refused(&"|".repeat(1_000_001)).len(), 1);
    let rows: Vec<String> = (0..1_001)
        .map(|index| format!("text | q{index} | 题"))
        .collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    assert_eq!(refused(&source("label", &rows)).len(), 1);
    let bad = vec!["nonsense | a | 甲"; 500];
    assert_eq!(refused(&source("label", &bad)).len(), 100);
}

#[test]
fn a_form_travels_as_json_and_a_newer_one_is_still_read() {
    let text = include_str!("../../../forms/blood_drive.md");
    let form = Form::from_markdown(text).unwrap();
    let json = serde_json::to_string(&form).unwrap();
    assert_eq!(serde_json::from_str::<Form>(&json).unwrap(), form);

    let newer = r#"{"id":"x","version":"9","title":{"zh":"题"},"new":1,
        "settings":{"frequency":"fortnightly","new":[]},
        "nodes":[
            {"node":"question","name":"a","kind":{"hologram":{"start":1}},"label":{"zh":"甲"},"new":2},
            {"node":"question","name":"b","kind":"text","constraint":"hologram(., 'x')","sensitivity":"secret"}
        ]}"#;
    let form: Form = serde_json::from_str(newer).unwrap();
    assert!(!form.is_understood());
    assert_eq!(
        form.question("b").unwrap().sensitivity,
        Sensitivity::Sensitive
    );
    let again = serde_json::to_value(&form).unwrap();
    assert_eq!(again["nodes"][0]["kind"]["hologram"]["start"], 1);
    assert_eq!(again["nodes"][1]["constraint"], "hologram(., 'x')");
}
