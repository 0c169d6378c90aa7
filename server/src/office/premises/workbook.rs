//! The list of premises as a workbook, which can be imported again. Phone numbers stay here: they are
//! personal.
//!
//! Every cell is a text or a number, never a formula, whatever people put into names.

use domain::{
    Lang, Timestamp,
    api::premises::{ImportField, PremisesLine},
    time::UTC_OFFSET_MINUTES,
};
use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Workbook, XlsxError};

/// Widths of the columns, in characters.
const WIDTHS: [f64; 10] = [28.0, 14.0, 34.0, 22.0, 20.0, 24.0, 12.0, 8.0, 10.0, 12.0];

pub(super) fn write(lines: &[PremisesLine], lang: Lang) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name(lang.pick("监管单位", "Premises"))?;
    sheet.set_landscape();
    sheet.set_paper_size(9);
    sheet.set_print_fit_to_pages(1, 0);
    sheet.set_repeat_rows(0, 0)?;
    sheet.set_freeze_panes(1, 0)?;
    let head = Format::new()
        .set_bold()
        .set_align(FormatAlign::Center)
        .set_border_bottom(FormatBorder::Thin)
        .set_background_color("E8EEF4");
    let fields = [
        ImportField::Name,
        ImportField::Kind,
        ImportField::Address,
        ImportField::CreditCode,
        ImportField::OfficialNo,
        ImportField::Note,
    ];
    let figures = [
        ("最近检查", "Last visit"),
        ("检查次数", "Visits"),
        ("未整改项", "Open findings"),
        ("整改期限", "Due"),
    ];
    let headings = fields.map(ImportField::name).into_iter().chain(figures);
    for ((column, (zh, en)), width) in (0..).zip(headings).zip(WIDTHS) {
        sheet.set_column_width(column, width)?;
        sheet.write_string_with_format(0, column, lang.pick(zh, en), &head)?;
    }
    let wrap = Format::new()
        .set_text_wrap()
        .set_align(FormatAlign::VerticalCenter);
    for (row, line) in (1..).zip(lines) {
        let premises = &line.premises;
        let (zh, en) = premises.kind.name();
        let texts = [
            (0, premises.name.clone()),
            (1, lang.pick(zh, en).to_owned()),
            (2, premises.address.clone()),
            (3, premises.credit_code.clone()),
            (4, premises.official_no.clone()),
            (5, premises.note.clone()),
            (6, line.last_visit.map(day).unwrap_or_default()),
            (9, line.due.map(|due| due.to_string()).unwrap_or_default()),
        ];
        for (column, text) in texts {
            sheet.write_string_with_format(row, column, &text, &wrap)?;
        }
        sheet.write_number_with_format(row, 7, line.visits as f64, &wrap)?;
        sheet.write_number_with_format(row, 8, line.open as f64, &wrap)?;
    }
    workbook.save_to_buffer()
}

fn day(at: Timestamp) -> String {
    at.civil(UTC_OFFSET_MINUTES)
        .map(|at| at.date().to_string())
        .unwrap_or_default()
}
