//! Reads premises out of the table that an office keeps: title rows, merged cells that read as blanks,
//! group titles, totals, full-width digits.
//!
//! Pure. Leaves out the file's format (`import`) and what is in the list already.

use std::collections::HashMap;

use domain::{
    Text,
    api::premises::{ImportColumn, ImportField, ImportPreview, ImportRow, PremisesInput},
    areas::premises::{PremisesKind, half_width},
    sheet::Rows,
};

use crate::areas::premises::input;

/// Where the heading is looked for, in rows.
const HEADING_ROWS: usize = 30;
/// What the table says; `None` without a heading that names the premises' names.
pub(super) fn read(rows: &Rows) -> Option<ImportPreview> {
    let (at, columns) = heading(rows)?;
    let of = |field| columns.iter().position(|it| it.field == Some(field));
    let name_column = of(ImportField::Name)?;
    let headings = &rows[at].1;
    let mut group = None;
    let mut above = None;
    let mut read = Vec::new();
    for (number, cells) in &rows[at + 1..] {
        let cell = |field| {
            let text = of(field).and_then(|column| cells.get(column));
            text.map(|text| text.trim().to_owned()).unwrap_or_default()
        };
        let mut filled = cells.iter().filter(|text| !text.trim().is_empty());
        let Some(first) = filled.next().map(|text| half_width(text)) else {
            continue;
        };
        let is_alone = filled.next().is_none();
        if is_total(&first) || cells == headings {
            continue;
        }
        if is_alone && (cell(ImportField::Name).is_empty() || is_group(&first)) {
            // A title over the rows that follow: `小旅馆（12 家）`.
            group = PremisesKind::guess(&first);
            above = None;
            continue;
        }
        let mut hints = Vec::new();
        let word = cell(ImportField::Kind);
        let kind = kind(
            &word,
            above.or(group),
            cells.get(name_column).map_or("", String::as_str),
            &mut hints,
        );
        if PremisesKind::guess(&word).is_some() {
            above = Some(kind);
        }
        let typed = input::tidy(PremisesInput {
            name: cell(ImportField::Name),
            kind,
            address: cell(ImportField::Address),
            phone: one_number(&cell(ImportField::Phone), &mut hints),
            credit_code: cell(ImportField::CreditCode),
            official_no: cell(ImportField::OfficialNo),
            note: cell(ImportField::Note),
            active: true,
        });
        let problems = input::wrong(&typed);
        read.push(ImportRow {
            number: *number,
            input: typed,
            problems: problems.into_iter().map(|it| it.message).collect(),
            hints,
            known: None,
        });
    }
    mark_repeated(&mut read);
    Some(ImportPreview {
        columns,
        rows: read,
    })
}

fn heading(rows: &Rows) -> Option<(usize, Vec<ImportColumn>)> {
    for (at, (_, cells)) in rows.iter().enumerate().take(HEADING_ROWS) {
        let mut columns: Vec<ImportColumn> = Vec::new();
        for cell in cells {
            let field = field(cell).filter(|field| {
                let mut earlier = columns.iter();
                !earlier.any(|column| column.field == Some(*field))
            });
            columns.push(ImportColumn {
                heading: half_width(cell).chars().take(60).collect(),
                field,
            });
        }
        let found = columns.iter().filter(|it| it.field.is_some()).count();
        let names = columns.iter().any(|it| it.field == Some(ImportField::Name));
        // A title (`单位名称一览表`) names nothing else.
        if names && found >= 2 {
            return Some((at, columns));
        }
    }
    None
}

/// What a column holds, by its heading.
fn field(heading: &str) -> Option<ImportField> {
    let heading: String = half_width(heading)
        .to_lowercase()
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '*' | ':' | '★'))
        .collect();
    let has = |words: &[&str]| words.iter().any(|word| heading.contains(word));
    let is = |words: &[&str]| words.contains(&heading.as_str());
    if heading.is_empty() || heading.chars().count() > 20 {
        None
    } else if has(&["信用代码", "社会信用", "creditcode"]) {
        Some(ImportField::CreditCode)
    } else if has(&[
        "许可证",
        "证号",
        "文号",
        "备案号",
        "officialnumber",
        "license",
        "permit",
    ]) {
        Some(ImportField::OfficialNo)
    } else if has(&["电话", "手机", "联系方式", "phone", "mobile"]) {
        Some(ImportField::Phone)
    } else if has(&["地址", "住所", "address"]) {
        Some(ImportField::Address)
    } else if has(&["类别", "类型", "行业", "业态"]) || is(&["kind", "type", "trade"]) {
        Some(ImportField::Kind)
    } else if has(&["名称", "店名", "字号"]) || is(&["单位", "经营单位", "name", "premises"])
    {
        Some(ImportField::Name)
    } else if has(&["备注", "说明", "note", "remark"]) {
        Some(ImportField::Note)
    } else {
        None
    }
}

fn is_total(first: &str) -> bool {
    let first: String = first.chars().filter(|c| !c.is_whitespace()).collect();
    [
        "合计", "总计", "小计", "共计", "填表", "制表", "total", "Total",
    ]
    .iter()
    .any(|word| first.starts_with(word))
}

/// Whether a lone cell is a group's title and not a name: `一、小旅馆`, `小旅馆（12 家）`, `住宿业`.
fn is_group(text: &str) -> bool {
    let bare = text.split(['(', ':']).next().unwrap_or_default().trim();
    let numbered = bare.find('、').is_some_and(|at| at <= 6);
    let named = PremisesKind::ALL.iter().any(|kind| {
        let (zh, en) = kind.name();
        bare == zh || bare == en
    });
    numbered || named || bare.ends_with(['业', '类']) || bare.ends_with("场所")
}

/// The trade, from its own cell, the merged cell above or the group's title, or the name.
fn kind(
    word: &str,
    above: Option<PremisesKind>,
    name: &str,
    hints: &mut Vec<Text>,
) -> PremisesKind {
    if let Some(kind) = PremisesKind::guess(word) {
        return kind;
    }
    if !word.is_empty() {
        hints.push(Text::new(
            format!("类别“{word}”不认识，归入“其他”"),
            format!("The kind “{word}” isn't known; taken as “Other”"),
        ));
        return PremisesKind::Other;
    }
    if let Some(kind) = above {
        return kind;
    }
    let guessed = PremisesKind::guess(name).unwrap_or(PremisesKind::Other);
    let (zh, en) = guessed.name();
    hints.push(Text::new(
        format!("没有写类别，按名称归入“{zh}”"),
        format!("No kind is given; by its name taken as “{en}”"),
    ));
    guessed
}

/// The first of several numbers in one cell.
fn one_number(cell: &str, hints: &mut Vec<Text>) -> String {
    let plain = half_width(cell);
    let mut numbers = plain
        .split(['/', '、', ',', ';', '\n'])
        .map(str::trim)
        .filter(|number| !number.is_empty());
    let first = numbers.next().unwrap_or_default().to_owned();
    if numbers.next().is_some() {
        hints.push(Text::new(
            format!("有多个电话，只取第一个 {first}"),
            format!("Several numbers; only the first is taken: {first}"),
        ));
    }
    first
}

/// A row that says again what an earlier good one says is a problem; the first one stays.
fn mark_repeated(rows: &mut [ImportRow]) {
    let mut first: HashMap<String, usize> = HashMap::new();
    for row in rows.iter_mut().filter(|row| row.problems.is_empty()) {
        let keys = keys(&row.input);
        let earlier = keys.iter().find_map(|key| first.get(key)).copied();
        if let Some(earlier) = earlier {
            row.problems.push(Text::new(
                format!("与第 {earlier} 行重复"),
                format!("The same as row {earlier}"),
            ));
            continue;
        }
        for key in keys {
            first.insert(key, row.number);
        }
    }
}

/// What makes two rows the same premises: the code, or name and address.
pub(super) fn keys(input: &PremisesInput) -> Vec<String> {
    let mut keys = vec![format!("{}\n{}", input.name, input.address)];
    if !input.credit_code.is_empty() {
        keys.push(input.credit_code.clone());
    }
    keys
}

#[cfg(test)]
mod tests {
    use domain::sheet::pasted;

    use super::*;

    const TABLE: &str = "四小行业监管单位一览表\t\t\t\t
\t\t\t\t
序号\t单位名称\t类别\t经营地址\t统一社会信用代码\t联系电话\t法定代表人
1\t桂花旅馆\t小旅馆\t桂花路１号\t９１３５０１００M000100Y43\t１３８１２３４５６７８\t张三
2\t\"如家\n旅店\"\t\t桂花路 2 号\t\t0571-88880000/13912345678\t李四
一、小美容美发\t\t\t\t\t\t
3\t阿红理发店\t\t西街 3 号\t91350100M000100Y44\t\t
4\t阿红理发店\t\t西街 3 号\t\t\t
5\t\t\t西街 5 号\t\t\t
合计\t5 家\t\t\t\t\t
";

    fn preview() -> ImportPreview {
        read(&pasted(TABLE)).expect("a heading")
    }

    #[test]
    fn titles_totals_and_blank_rows_are_no_premises() {
        let preview = preview();
        let numbers: Vec<usize> = preview.rows.iter().map(|row| row.number).collect();
        assert_eq!(numbers, [4, 5, 7, 8, 9]);
        let understood = preview.columns.iter().filter(|it| it.field.is_some());
        assert_eq!(understood.count(), 5);
        assert_eq!(preview.columns[6].heading, "法定代表人");
        assert_eq!(preview.columns[6].field, None);
    }

    #[test]
    fn full_width_digits_and_merged_cells_are_read() {
        let rows = preview().rows;
        assert_eq!(rows[0].input.credit_code, "91350100M000100Y43");
        assert_eq!(rows[0].input.phone, "13812345678");
        assert_eq!(rows[0].input.address, "桂花路１号");
        assert!(rows[0].is_new());
        assert_eq!(rows[1].input.name, "如家 旅店");
        assert_eq!(rows[1].input.kind, PremisesKind::SmallHotel);
        assert_eq!(rows[1].input.phone, "0571-88880000");
        assert_eq!(rows[1].hints.len(), 1);
        assert_eq!(rows[3].input.kind, PremisesKind::HairBeauty);
    }

    #[test]
    fn each_row_says_what_is_wrong_with_it_and_the_others_stand() {
        let rows = preview().rows;
        let wrong: Vec<bool> = rows.iter().map(|row| !row.problems.is_empty()).collect();
        assert_eq!(wrong, [false, false, true, false, true]);
        assert!(rows[2].problems[0].zh.contains("信用代码"));
        assert_eq!(rows[4].problems[0].zh, "没有单位名称");
    }

    #[test]
    fn what_stands_there_twice_is_taken_once_and_a_wrong_row_takes_no_place() {
        // Row 7 has a wrong code, so that row 8 stands for the place.
        assert!(preview().rows[3].is_new());
        let table = "名称,地址\n阿红,西街\n阿红,西街\n阿红,东街\n";
        let rows = read(&pasted(table)).expect("a heading").rows;
        let new: Vec<bool> = rows.iter().map(ImportRow::is_new).collect();
        assert_eq!(new, [true, false, true]);
        assert_eq!(rows[1].problems[0].zh, "与第 2 行重复");
    }

    #[test]
    fn a_table_without_headings_is_said_to_have_none() {
        assert_eq!(read(&pasted("")), None);
        assert_eq!(read(&pasted("桂花旅馆,桂花路\n如家,西街")), None);
        assert_eq!(read(&pasted("单位名称一览表\n")), None);
    }

    #[test]
    fn an_unknown_kind_is_other_and_says_so() {
        let rows = read(&pasted("名称,行业\n大润发超市,商超\n"))
            .expect("a heading")
            .rows;
        assert_eq!(rows[0].input.kind, PremisesKind::Other);
        assert!(rows[0].is_new());
        assert!(rows[0].hints[0].zh.contains("商超"));
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_pasted_is_read_or_refused(text in "[\\PC\t\n\",，名称地址]{0,400}") {
            let rows = pasted(&text);
            if let Some(preview) = read(&rows) {
                for row in preview.rows {
                    proptest::prop_assert!(rows.iter().any(|(number, _)| *number == row.number));
                }
            }
        }
    }
}
