//! Reads people out of a table: by its headings where it has some, else by what the cells look like.
//!
//! Pure. Leaves out who they are (`mod`).

use domain::{api::roster::RosterInput, areas::premises::half_width};

use domain::sheet::Rows;

use crate::validate;

/// Where the heading is looked for, in rows.
const HEADING_ROWS: usize = 30;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Columns {
    name: usize,
    mobile: Option<usize>,
    department: Option<usize>,
}

/// The people with their rows' numbers; `None` where no column holds names. `departments` are the
/// organization's own, by which a column without heading is recognized.
pub(super) fn read(rows: &Rows, departments: &[String]) -> Option<Vec<(usize, RosterInput)>> {
    let headed = rows
        .iter()
        .take(HEADING_ROWS)
        .enumerate()
        .find_map(|(at, (_, cells))| Some((at + 1, by_heading(cells)?)));
    let (first, columns) = headed.or_else(|| Some((0, by_content(rows, departments)?)))?;
    let heading = first.checked_sub(1).map(|at| &rows[at].1);
    let mut people = Vec::new();
    for (number, cells) in &rows[first..] {
        let cell = |column: usize| {
            let text = cells.get(column).map_or("", |text| text.trim());
            text.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        let name = cell(columns.name);
        if Some(cells) == heading || is_total(cells) || (name.is_empty() && is_alone(cells)) {
            continue;
        }
        people.push((
            *number,
            RosterInput {
                name: bare_name(&name),
                mobile: columns.mobile.map(cell).unwrap_or_default(),
                department: columns.department.map(cell).unwrap_or_default(),
            },
        ));
    }
    Some(people)
}

fn by_heading(cells: &[String]) -> Option<Columns> {
    let heading = |cell: &String| -> String {
        let plain = half_width(cell).to_lowercase();
        plain
            .chars()
            .filter(|c| !c.is_whitespace() && !matches!(c, '*' | ':'))
            .collect()
    };
    let find = |words: &[&str]| {
        cells.iter().position(|cell| {
            let heading = heading(cell);
            let short = heading.chars().count() <= 12;
            short && words.iter().any(|word| heading.contains(word))
        })
    };
    let name = find(&["姓名", "名字", "人员名单", "name"])?;
    Some(Columns {
        name,
        mobile: find(&["手机", "电话", "联系方式", "mobile", "phone"]),
        department: find(&["科室", "部门", "处室", "单位", "department", "unit"]),
    })
}

/// A column with mobile numbers, one with words that look like names, one with known departments.
fn by_content(rows: &Rows, departments: &[String]) -> Option<Columns> {
    let width = rows.iter().map(|(_, cells)| cells.len()).max()?;
    let count = |column: usize, fits: &dyn Fn(&str) -> bool| {
        let cells = rows.iter().filter_map(|(_, cells)| cells.get(column));
        cells.filter(|cell| fits(cell.trim())).count()
    };
    let is_department = |text: &str| departments.iter().any(|known| known == text);
    let best = |fits: &dyn Fn(&str) -> bool| {
        let columns = (0..width).map(|column| (count(column, fits), column));
        // Of equally good ones the first.
        columns
            .filter(|(found, _)| *found > 0)
            .max_by_key(|(found, column)| (*found, std::cmp::Reverse(*column)))
            .map(|(_, column)| column)
    };
    let mobile = best(&|text| validate::as_mobile(text).is_some());
    let department = best(&is_department);
    let name = best(&|text| looks_like_a_name(text) && !is_department(text))
        .filter(|column| Some(*column) != mobile && Some(*column) != department)?;
    Some(Columns {
        name,
        mobile,
        department,
    })
}

fn looks_like_a_name(text: &str) -> bool {
    let text = bare_name(text);
    let length = text.chars().count();
    let letters = text
        .chars()
        .all(|c| c.is_alphabetic() || matches!(c, '·' | ' ' | '.' | '-'));
    letters && (2..=24).contains(&length)
}

/// Without the blanks that spread two characters over three: `张　三`.
fn bare_name(text: &str) -> String {
    let chinese = text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    if chinese {
        text.chars().filter(|c| !c.is_whitespace()).collect()
    } else {
        text.to_owned()
    }
}

fn is_alone(cells: &[String]) -> bool {
    cells.iter().filter(|cell| !cell.trim().is_empty()).count() <= 1
}

fn is_total(cells: &[String]) -> bool {
    let first = cells.iter().find(|cell| !cell.trim().is_empty());
    first.is_none_or(|first| {
        let first: String = first.chars().filter(|c| !c.is_whitespace()).collect();
        ["合计", "总计", "共计", "填表", "制表", "Total"]
            .iter()
            .any(|word| first.starts_with(word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::sheet::pasted;

    fn people(text: &str) -> Vec<(String, String, String)> {
        let known = ["办公室".to_owned(), "监督一科".to_owned()];
        let read = read(&pasted(text), &known).expect("names");
        read.into_iter()
            .map(|(_, it)| (it.name, it.mobile, it.department))
            .collect()
    }

    fn person(name: &str, mobile: &str, department: &str) -> (String, String, String) {
        (name.to_owned(), mobile.to_owned(), department.to_owned())
    }

    #[test]
    fn titles_headings_and_totals_are_nobody() {
        let found = people(
            "学雷锋活动报名表\t\t\t\n序号\t姓　名\t所在科室\t手机号码\n1\t张　三\t办公室\t138 1234 5678\n2\t李四\t\t\n合计\t2 人\t\t\n",
        );
        let expected = [
            person("张三", "138 1234 5678", "办公室"),
            person("李四", "", ""),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_list_of_names_needs_no_heading() {
        assert_eq!(
            people("张三\n李四\n阿卜杜拉·买买提\n"),
            [
                person("张三", "", ""),
                person("李四", "", ""),
                person("阿卜杜拉·买买提", "", "")
            ]
        );
        assert_eq!(
            people("1,监督一科,张三,13812345678\n2,办公室,李四,13912345678\n"),
            [
                person("张三", "13812345678", "监督一科"),
                person("李四", "13912345678", "办公室")
            ]
        );
    }

    #[test]
    fn a_table_without_names_is_said_to_have_none() {
        assert_eq!(read(&pasted(""), &[]), None);
        assert_eq!(read(&pasted("1,2,3\n4,5,6\n"), &[]), None);
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_pasted_is_read_or_refused(text in "[\\PC\t\n\",，姓名手机]{0,300}") {
            let rows = pasted(&text);
            for (number, _) in read(&rows, &[]).unwrap_or_default() {
                proptest::prop_assert!(rows.iter().any(|(own, _)| *own == number));
            }
        }
    }
}
