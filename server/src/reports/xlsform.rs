//! A form as a workbook in XLSForm's layout, to be changed in Excel or WPS and uploaded again.
//!
//! Every cell is a text, whatever is typed into it later: a version `2026.10` mustn't become `2026.1`.
//! Leaves out what stands in which cell (`domain::forms::load`).

use domain::{Lang, forms::load::Table};
use rust_xlsxwriter::{DocProperties, Format, FormatAlign, Workbook, Worksheet, XlsxError};

use crate::{Error, Result};

/// Rows behind the last one that are laid out as texts, too.
const SPARE_ROWS: u32 = 200;

/// The bytes of a workbook with these sheets and one that explains them.
pub fn workbook(tables: &[Table], title: &str, lang: Lang) -> Result<Vec<u8>> {
    lay_out(tables, title, lang)
        .and_then(|mut workbook| workbook.save_to_buffer())
        .map_err(Error::internal)
}

fn lay_out(tables: &[Table], title: &str, lang: Lang) -> std::result::Result<Workbook, XlsxError> {
    let mut workbook = Workbook::new();
    workbook.set_properties(&DocProperties::new().set_title(title));
    for table in tables {
        let sheet = workbook.add_worksheet();
        sheet.set_name(&table.name)?;
        fill(sheet, table)?;
    }
    explain(workbook.add_worksheet(), lang)?;
    Ok(workbook)
}

fn text() -> Format {
    Format::new()
        .set_num_format("@")
        .set_text_wrap()
        .set_align(FormatAlign::Top)
}

fn fill(sheet: &mut Worksheet, table: &Table) -> std::result::Result<(), XlsxError> {
    let head = text().set_bold().set_background_color("E8EEF4");
    let cell = text();
    let columns = table.rows.first().map_or(0, |(_, cells)| cells.len());
    for (row, (_, cells)) in (0_u32..).zip(&table.rows) {
        for (column, content) in (0_u16..).zip(cells) {
            let format = if row == 0 { &head } else { &cell };
            if content.is_empty() {
                sheet.write_blank(row, column, format)?;
            } else {
                sheet.write_string_with_format(row, column, content, format)?;
            }
        }
    }
    let filled = u32::try_from(table.rows.len()).unwrap_or_default();
    for column in 0..u16::try_from(columns).unwrap_or_default() {
        sheet.set_column_width(column, 22)?;
        for row in filled..filled + SPARE_ROWS {
            sheet.write_blank(row, column, &cell)?;
        }
    }
    sheet.set_freeze_panes(1, if table.name == "survey" { 2 } else { 0 })?;
    Ok(())
}

/// What most people ask; the sheet is ignored when the file is uploaded.
fn explain(sheet: &mut Worksheet, lang: Lang) -> std::result::Result<(), XlsxError> {
    sheet.set_name(lang.pick("填写说明", "How to"))?;
    let lines: &[&str] = lang.pick(
        &[
            "本表采用 XLSForm 标准（xlsform.org），改好后在“明录 → 表单”上传，先看对比再发布。",
            "survey：一行一题。name 是题目的代号，发布后不要改，也不要给另一种题型再用；label 是题目文字。",
            "choices：选项。list_name 与 survey 里 select_one、select_multiple 后面的名称一致。",
            "settings：form_id 不变就是同一张表的新版本；版本号重复时系统会自动续号。",
            "常用题型：text 文字、integer 整数、decimal 小数、select_one 单选、select_multiple 多选、date 日期、image 照片、geopoint 位置、note 说明、begin group / end group 分组、begin repeat / end repeat 重复组。",
            "required 写 yes 表示必填；relevant 写条件，如 ${result} = 'fail'；minglu_photo_on_fail 写 yes，该项不合格时要求拍照。",
            "minglu_sensitivity：public 公开、internal 内部、personal 个人信息、sensitive 敏感。个人信息默认不随导出带出。",
        ][..],
        &[
            "This workbook follows XLSForm (xlsform.org). Upload it at Minglu → Forms; compare, then publish.",
            "survey: one row for each question. Its name is its code: don't change it once published, nor use it for another type. Its label is what people read.",
            "choices: list_name is what stands behind select_one or select_multiple in survey.",
            "settings: the same form_id makes a new version of the same form; a version that exists is counted on.",
            "Types: text, integer, decimal, select_one, select_multiple, date, image, geopoint, note, begin group / end group, begin repeat / end repeat.",
            "required: yes. relevant: a condition such as ${result} = 'fail'. minglu_photo_on_fail: yes asks for a photo of a failed line.",
            "minglu_sensitivity: public, internal, personal, sensitive. Personal answers stay out of exports unless asked for.",
        ][..],
    );
    let format = text();
    sheet.set_column_width(0, 100)?;
    for (row, line) in (0_u32..).zip(lines) {
        sheet.write_string_with_format(row, 0, *line, &format)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use domain::forms::Form;

    use super::*;
    use crate::areas::forms::workbook::read_form;

    #[test]
    fn every_built_in_form_comes_back_from_its_workbook() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../forms");
        let mut read = 0;
        for entry in std::fs::read_dir(folder).expect("the folder of forms") {
            let path = entry.expect("an entry").path();
            if path.extension().is_none_or(|it| it != "md") {
                continue;
            }
            let source = std::fs::read_to_string(&path).expect("a form's text");
            let form = Form::from_markdown(&source).expect("a form");
            let bytes = workbook(&form.to_tables(), "表", Lang::Zh).expect("a workbook");
            assert_eq!(read_form(&bytes).as_ref(), Ok(&form), "{}", path.display());
            read += 1;
        }
        assert!(read > 20);
    }

    #[test]
    fn what_looks_like_a_number_or_a_formula_stays_a_text() {
        let table = Table {
            name: "survey".to_owned(),
            rows: vec![
                (1, vec!["version".to_owned()]),
                (2, vec!["2026.10".to_owned()]),
            ],
        };
        let odd = Table {
            name: "choices".to_owned(),
            rows: vec![(1, vec!["label".to_owned()]), (2, vec!["=1+1".to_owned()])],
        };
        let bytes = workbook(&[table.clone(), odd.clone()], "=x", Lang::En).expect("a workbook");
        let read = crate::areas::forms::workbook::tables(&bytes).expect("tables");
        assert_eq!(read[..2], [table, odd]);
    }
}
