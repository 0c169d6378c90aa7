//! A form as tables again, and what reading those gives.

use domain::forms::{Form, load::Table};

use crate::{builtin::FORMS, support::source};

fn read_back(form: &Form) -> Form {
    Form::from_tables(form.to_tables()).unwrap_or_else(|errors| panic!("{}: {errors:#?}", form.id))
}

fn sheet<'a>(tables: &'a [Table], name: &str) -> &'a Table {
    let mut tables = tables.iter();
    tables.find(|table| table.name == name).expect("the sheet")
}

#[test]
fn every_built_in_form_comes_back_as_it_was() {
    for (name, text) in FORMS {
        let form = Form::from_markdown(text).unwrap_or_else(|errors| panic!("{name}: {errors:?}"));
        assert_eq!(read_back(&form), form, "{name}");
    }
}

#[test]
fn all_columns_and_types_come_back() {
    let text = source(
        "label::中文 (zh) | label::English (en) | hint::中文 (zh) | required | required_message::中文 (zh) \
         | relevant | constraint | constraint_message::English (en) | default | calculation | trigger \
         | readonly | appearance | parameters | choice_filter | repeat_count | media::image::中文 (zh) \
         | minglu_sensitivity | minglu_evidence | minglu_photo_on_fail",
        &[
            "note | hello | 您好 | Hello |",
            "text | words | 文字 | Words | 提示 | yes | 请填 | | string-length(.) < 9 | Short | x y | | | | multiline",
            "integer | n | 数 | | | no | | ${words} != '' | | | 3",
            "decimal | d | 小数 | | | ${n} > 2 | | | | | 2.50 | | | true()",
            "range | scale | 刻度 | | | | | | | | 2.5 | | | | | start=0 end=10 step=0.5",
            "select_one fruit or_other | one | 一个 | One | | | | | | | a",
            "select_multiple fruit | some | 几个 | | | | | | | | a b | | | | minimal | randomize=true | name != 'c'",
            "rank fruit | order | 排序",
            "date | day | 日期 | | | | | | | | today()",
            "date | fixed | 定日 | | | | | | | | 2026-11-24",
            "time | clock | 时间 | | | | | | | | 09:30",
            "dateTime | moment | 时刻",
            "geopoint | where | 位置 | | | | | | | | 30.25 120.16",
            "image | photo | 照片 | | | | | | | | | | | | new | max-pixels=1600 | | | | personal | photo",
            "file | papers | 文件",
            "audio | voice | 录音 | | | | | | | | | | | | | max-seconds=60",
            "barcode | code | 条码",
            "acknowledge | read | 已读 | | | | | | | | OK",
            "calculate | sum | | | | | | | | | | ${n} + 1",
            "hidden | quiet | | | | | | | | | x",
            "text | follows | 跟着 | | | | | | | | | ${n} * 2 | ${n}, ${d}",
            "start | begun",
            "end | done",
            "today | day_of",
            "username | who",
            "deviceid | device",
            "begin group | outer | 外 | Outer | | | | ${n} > 1 | | | | | | | field-list",
            "begin repeat | rooms | 房间 | | | | | | | | | | | | | | | ${n}",
            "select_one fruit | room_fruit | 水果 | | | | | | | | | | | | | | | | | | | . = 'a'",
            "begin repeat | beds | 床",
            "integer | bed | 床号",
            "end repeat",
            "end repeat",
            "end group",
        ],
    );
    let form = Form::from_markdown(&text).unwrap_or_else(|errors| panic!("{errors:#?}"));
    assert_eq!(read_back(&form), form);
}

#[test]
fn what_a_row_brings_goes_back_into_its_row() {
    let form = crate::builtin::builtin("small_hotel");
    let tables = form.to_tables();
    let survey = sheet(&tables, "survey");
    let head = &survey.rows[0].1;
    let photo = head.iter().position(|it| it == "minglu_photo_on_fail");
    let photo = photo.expect("the column");
    let name = head.iter().position(|it| it == "name").expect("the column");
    let has = |wanted: &str| survey.rows.iter().any(|(_, cells)| cells[name] == wanted);
    let mut lines = 0;
    for (_, cells) in survey
        .rows
        .iter()
        .filter(|(_, cells)| cells[photo] == "yes")
    {
        lines += 1;
        assert!(!has(&format!("{}_photo", cells[name])));
    }
    assert!(lines > 5);
}

#[test]
fn questions_with_the_same_choices_share_a_list() {
    let form = crate::builtin::builtin("small_hotel");
    let tables = form.to_tables();
    let choices = sheet(&tables, "choices");
    let mut lists: Vec<&str> = choices.rows[1..].iter().map(|(_, it)| &it[0][..]).collect();
    lists.dedup();
    let mut once = lists.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(lists.len(), once.len());
    assert!(lists.len() < 10, "{lists:?}");
}
