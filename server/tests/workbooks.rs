//! Uploaded workbooks: the office's own, made by a spreadsheet's writer, and a stranger's.

use std::{
    fmt::Write as _,
    io::{Cursor, Write},
};

use domain::forms::{DefaultValue, Form, FormError, Kind, Node};
use proptest::prelude::*;
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook, Worksheet};
use server::areas::forms::workbook::{WORKBOOK_LIMIT, read_form, tables};
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

const SURVEY: [&[&str]; 6] = [
    &[
        "type",
        "name",
        "label::中文 (zh)",
        "label::English (en)",
        "required",
        "constraint",
        "default",
    ],
    &[
        "text",
        "place",
        "地点",
        "Place",
        "yes",
        "string-length(.) <= 100",
        "",
    ],
    &["begin repeat", "findings", "问题", "Findings", "", "", ""],
    &["text", "what", "问题", "What", "yes", "", ""],
    &["end repeat", "", "", "", "", "", ""],
    &[
        "select_one fruit or_other",
        "fruit",
        "水果",
        "Fruit",
        "",
        "",
        "a",
    ],
];
const CHOICES: [&[&str]; 3] = [
    &[
        "list_name",
        "name",
        "label::中文 (zh)",
        "label::English (en)",
    ],
    &["fruit", "a", "苹果", "Apple"],
    &["fruit", "b", "梨", "Pear"],
];
const SETTINGS: [&[&str]; 2] = [
    &["form_id", "version", "form_title", "minglu_title_en"],
    &["own", "2026.1", "自己的表", "Our own"],
];

fn sheet(name: &str, rows: &[&[&str]]) -> Worksheet {
    let mut sheet = Worksheet::new();
    sheet.set_name(name).expect("a name");
    for (row, cells) in rows.iter().enumerate() {
        for (column, cell) in cells.iter().enumerate() {
            sheet
                .write_string(row as u32, column as u16, *cell)
                .expect("a cell");
        }
    }
    sheet
}

fn save(sheets: Vec<Worksheet>) -> Vec<u8> {
    let mut workbook = Workbook::new();
    for sheet in sheets {
        workbook.push_worksheet(sheet);
    }
    workbook.save_to_buffer().expect("a workbook")
}

fn good() -> Vec<u8> {
    save(vec![
        sheet("survey", &SURVEY),
        sheet("choices", &CHOICES),
        sheet("settings", &SETTINGS),
    ])
}

fn errors(bytes: &[u8]) -> Vec<FormError> {
    let errors = read_form(bytes).expect_err("the workbook should be refused");
    for error in &errors {
        assert!(!error.message.zh.is_empty() && !error.message.en.is_empty());
    }
    errors
}

/// The workbook with one file of its archive replaced or added.
fn with_file(bytes: &[u8], name: &str, content: &[u8]) -> Vec<u8> {
    let mut old = ZipArchive::new(Cursor::new(bytes)).expect("an archive");
    let mut new = ZipWriter::new(Cursor::new(Vec::new()));
    let names: Vec<String> = old
        .file_names()
        .map(|name| name.expect("a name").into_owned())
        .collect();
    for other in names.iter().filter(|other| *other != name) {
        let file = old.by_name(other).expect("a file");
        new.raw_copy_file(file).expect("a copy");
    }
    new.start_file(name, SimpleFileOptions::default())
        .expect("a file");
    new.write_all(content).expect("its content");
    new.finish().expect("an archive").into_inner()
}

#[test]
fn a_workbook_is_the_form_that_its_markdown_would_be() {
    let mut markdown = String::new();
    for (name, rows) in [
        ("survey", &SURVEY[..]),
        ("choices", &CHOICES),
        ("settings", &SETTINGS),
    ] {
        let _ = writeln!(markdown, "| {name} |");
        for row in rows {
            let _ = writeln!(markdown, "| | {} |", row.join(" | "));
        }
    }
    let form = read_form(&good()).expect("the workbook reads");
    assert_eq!(Ok(&form), Form::from_markdown(&markdown).as_ref());
    assert!(matches!(&form.nodes[1], Node::Repeat(repeat) if repeat.nodes.len() == 1));
    assert!(form.question("fruit_other").is_some());
}

#[test]
fn numbers_dates_and_blank_rows_are_read_as_they_would_be_typed() {
    let mut survey = sheet(
        "Survey ",
        &[
            &["type", "name", "label", "default"],
            &["integer", "n", "数"],
            &[],
            &["date", "day", "日期"],
            &["time", "clock", "时间"],
            &["decimal", "half", "小数"],
            &["text", "cached", "公式"],
        ],
    );
    let date = Format::new().set_num_format("yyyy-mm-dd");
    let time = Format::new().set_num_format("hh:mm");
    survey.write_number(1, 3, 12.0).expect("a number");
    let day = ExcelDateTime::from_ymd(2026, 11, 24).expect("a day");
    survey
        .write_datetime_with_format(3, 3, &day, &date)
        .expect("a day");
    let half_past = ExcelDateTime::from_hms(9, 30, 0.0).expect("a time");
    survey
        .write_datetime_with_format(4, 3, &half_past, &time)
        .expect("a time");
    survey.write_number(5, 3, 0.5).expect("a number");
    let formula = Formula::new("\"a\"&\"b\"").set_result("ab");
    survey.write_formula(6, 3, formula).expect("a formula");
    let notes = sheet("说明", &[&["怎样填这张表"]]);
    let form = read_form(&save(vec![notes, survey, sheet("settings", &SETTINGS)]))
        .expect("the workbook reads");
    let defaults: Vec<String> = form
        .questions()
        .map(|question| match &question.default {
            Some(DefaultValue::Answer(answer)) => answer.input(),
            other => panic!("{}: {other:?}", question.name),
        })
        .collect();
    assert_eq!(defaults, ["12", "2026-11-24", "09:30", "0.5", "ab"]);
    assert_eq!(form.question("n").map(|it| &it.kind), Some(&Kind::Integer));
}

#[test]
fn an_error_names_the_sheet_the_row_and_the_column_of_the_workbook() {
    let survey = sheet(
        "survey",
        &[
            &[],
            &["type", "name", "label", "constraint"],
            &[],
            &["integer", "n", "数", ". > "],
            &["selct_one x", "m", "数", ""],
        ],
    );
    let found = errors(&save(vec![survey, sheet("settings", &SETTINGS)]));
    let places: Vec<(&str, usize, &str)> = found
        .iter()
        .map(|it| (it.sheet.as_str(), it.row, it.column.as_str()))
        .collect();
    assert_eq!(places, [("survey", 4, "constraint"), ("survey", 5, "type")]);
    let missing = errors(&save(vec![sheet("survey", &SURVEY)]));
    assert!(missing.iter().any(|it| it.sheet == "settings"));
    let entities = errors(&save(vec![
        sheet("survey", &SURVEY),
        sheet("choices", &CHOICES),
        sheet("settings", &SETTINGS),
        sheet("entities", &[&["list_name"], &["trees"]]),
    ]));
    assert_eq!(entities[0].sheet, "entities");
}

#[test]
fn an_errors_cell_is_refused_and_control_characters_too() {
    let mut survey = sheet("survey", &SURVEY);
    let broken = Formula::new("1/0").set_result("#DIV/0!");
    survey.write_formula(1, 6, broken).expect("a formula");
    let found = errors(&save(vec![
        survey,
        sheet("choices", &CHOICES),
        sheet("settings", &SETTINGS),
    ]));
    assert_eq!(found.len(), 1, "{found:?}");
}

#[test]
fn what_is_no_workbook_is_refused() {
    for bytes in [&b""[..], b"PK", b"type,name\ntext,a\n", &[0; 5_000]] {
        let found = errors(bytes);
        assert!(found[0].message.en.contains("workbook"), "{found:?}");
    }
    let good = good();
    for length in [10, good.len() / 2, good.len() - 5] {
        assert!(read_form(&good[..length]).is_err());
    }
    assert!(
        errors(&vec![0; WORKBOOK_LIMIT + 1])[0]
            .message
            .en
            .contains("MB")
    );
}

#[test]
fn a_bomb_is_not_unpacked() {
    let zeros = vec![b' '; 30_000_000];
    let bomb = with_file(&good(), "xl/theme/theme1.xml", &zeros);
    assert!(bomb.len() < 200_000, "{}", bomb.len());
    assert!(errors(&bomb)[0].message.en.contains("MB when unpacked"));
}

#[test]
fn an_announced_number_of_texts_takes_no_memory() {
    for count in ["18446744073709551615", "1125899906842624"] {
        let strings = format!(
            r#"<?xml version="1.0"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="1" uniqueCount="{count}"><si><t>type</t></si></sst>"#
        );
        let hostile = with_file(&good(), "xl/sharedStrings.xml", strings.as_bytes());
        assert!(errors(&hostile)[0].message.en.contains("MB"), "{count}");
    }
}

#[test]
fn macros_and_links_to_other_files_are_refused() {
    let macros = with_file(&good(), "xl/vbaProject.bin", b"macro");
    assert!(errors(&macros)[0].message.en.contains("macros"));
    let links = with_file(&good(), "xl/externalLinks/externalLink1.xml", b"<x/>");
    assert!(errors(&links)[0].message.en.contains("links"));
}

/// The survey sheet's XML, with these rows.
fn with_rows(rows: &str) -> Vec<u8> {
    let xml = format!(
        r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>"#
    );
    with_file(&good(), "xl/worksheets/sheet1.xml", xml.as_bytes())
}

fn cell(place: &str, text: &str) -> String {
    format!(r#"<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>"#)
}

#[test]
fn a_cell_in_the_farthest_corner_takes_no_rectangle_of_memory() {
    let rows = format!(
        r#"<row r="1">{}</row><row r="1048576">{}</row>"#,
        cell("A1", "type"),
        cell("XFD1048576", "x")
    );
    let found = errors(&with_rows(&rows));
    assert_eq!(
        (found[0].sheet.as_str(), found[0].row),
        ("survey", 1_048_576)
    );
}

#[test]
fn a_million_rows_end_at_the_limit() {
    let mut rows = String::new();
    for row in 1..=200_000 {
        let _ = write!(rows, r#"<row r="{row}"><c r="A{row}"><v>1</v></c></row>"#);
    }
    let found = errors(&with_rows(&rows));
    assert_eq!((found[0].sheet.as_str(), found[0].row), ("survey", 10_001));
    let more = rows.repeat(4);
    assert!(errors(&with_rows(&more))[0].message.en.contains("MB"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
        let _ = tables(&bytes);
    }

    #[test]
    fn a_workbook_with_flipped_bytes_is_read_or_refused(
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        let mut bytes = good();
        for (at, value) in flips {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        if let Err(errors) = read_form(&bytes) {
            prop_assert!(!errors.is_empty());
        }
    }

    #[test]
    fn a_sheet_of_mutilated_xml_is_read_or_refused(
        cuts in prop::collection::vec((any::<prop::sample::Index>(), 0..30_usize, "[<>/a-zA-Z0-9\"= ]{0,12}"), 1..6),
    ) {
        let rows = format!(r#"<row r="1">{}{}</row>"#, cell("A1", "type"), cell("B1", "name"));
        let xml = format!(
            r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>"#
        );
        let mut letters: Vec<char> = xml.chars().collect();
        for (at, length, piece) in cuts {
            let start = at.index(letters.len().max(1)).min(letters.len());
            let end = (start + length).min(letters.len());
            letters.splice(start..end, piece.chars());
        }
        let xml: String = letters.into_iter().collect();
        let _ = read_form(&with_file(&good(), "xl/worksheets/sheet1.xml", xml.as_bytes()));
    }
}
