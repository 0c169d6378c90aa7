//! Goes through the rows: which begins a project or a content, which is an item, which is a sum.

use super::{
    Column, Sheet,
    cells::{self, Numbering, is_remark, is_total, one_line, plain, title},
};
use crate::{
    decimal::Decimal,
    standard_check::{Remark, Weight},
};

/// What the rows say, before codes are given.
#[derive(Debug, Default)]
pub struct Raw {
    pub title: String,
    /// The sum that the table itself names.
    pub total: Option<Decimal>,
    pub projects: Vec<RawProject>,
    pub remarks: Vec<Remark>,
}

#[derive(Debug)]
pub struct RawProject {
    pub row: usize,
    pub title: String,
    pub points: Option<Decimal>,
    pub contents: Vec<RawContent>,
}

#[derive(Debug)]
pub struct RawContent {
    pub row: usize,
    pub title: String,
    pub points: Option<Decimal>,
    pub items: Vec<RawItem>,
}

#[derive(Clone, Debug, Default)]
pub struct RawItem {
    pub row: usize,
    pub code: String,
    pub title: String,
    pub points: Option<Decimal>,
    pub rule: String,
    pub methods: String,
    pub evidence: String,
    pub frequency: String,
    pub owner: String,
    pub section: String,
    pub sources: String,
}

/// One row with what its columns hold.
struct Line<'a> {
    number: usize,
    texts: &'a [String],
    sheet: &'a Sheet,
}

impl Line<'_> {
    fn get(&self, column: Column) -> &str {
        let cell = self.at(column).and_then(|at| self.texts.get(at));
        cell.map_or("", |cell| bare(cell))
    }

    fn at(&self, column: Column) -> Option<usize> {
        let mut columns = self.sheet.columns.iter();
        columns.position(|it| *it == Some(column))
    }

    /// What a blank cell holds that is merged with one above: in which row that stands, and its text.
    fn merged(&self, column: Column) -> Option<(usize, &str)> {
        let at = self.at(column)?;
        let mut all = self.sheet.merged.iter().flatten();
        let first = all.find(|it| it.covers(self.number, at))?.first;
        let (_, cells) = self.sheet.rows.iter().find(|(row, _)| *row == first)?;
        let text = bare(cells.get(at)?);
        (!self.has(column) && !text.is_empty()).then_some((first, text))
    }

    fn has(&self, column: Column) -> bool {
        !self.get(column).is_empty()
    }

    fn points(&self, column: Column) -> Option<Decimal> {
        cells::points(self.get(column))
    }

    fn filled(&self) -> Vec<(Option<Column>, &str)> {
        let each = self.texts.iter().enumerate();
        each.filter(|(_, cell)| !plain(cell).is_empty())
            .map(|(at, cell)| (self.sheet.columns.get(at).copied().flatten(), cell.trim()))
            .collect()
    }
}

fn bare(cell: &str) -> &str {
    cell.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}')
}

pub fn read(sheet: &Sheet) -> Raw {
    let start = sheet.heading.map_or(0, |heading| {
        let after = sheet.rows.iter().position(|(number, _)| *number > heading);
        after.unwrap_or(sheet.rows.len())
    });
    let mut raw = Raw::default();
    let heading = sheet.heading.and_then(|number| {
        let found = sheet.rows.iter().find(|(row, _)| *row == number);
        found.map(|(_, cells)| cells)
    });
    for (_, cells) in sheet.rows.iter().take(start) {
        above(&mut raw, cells);
    }
    for (number, cells) in &sheet.rows[start..] {
        if Some(cells) == heading {
            continue;
        }
        let row = Line {
            number: *number,
            texts: cells,
            sheet,
        };
        raw.row(&row);
    }
    raw
}

/// A row above the headings: the first one is the title, any of them may name the total.
fn above(raw: &mut Raw, cells: &[String]) {
    let mut filled = cells
        .iter()
        .map(|cell| one_line(cell.trim_matches('\u{feff}')));
    let (Some(first), None) = (
        filled.find(|cell| !cell.is_empty()),
        filled.find(|cell| !cell.is_empty()),
    ) else {
        return;
    };
    let named = title(&first);
    if raw.total.is_none() {
        raw.total = named.points;
    }
    let is_title = raw.title.is_empty() && !first.starts_with("附件");
    if is_title {
        raw.title = if named.points.is_some() && named.numbering == Numbering::None {
            named.text
        } else {
            first
        };
    }
}

impl Raw {
    fn row(&mut self, row: &Line<'_>) {
        let filled = row.filled();
        let Some((first_column, first)) = filled.first().copied() else {
            return;
        };
        if is_total(first) {
            self.sum(row, first);
            return;
        }
        if filled.len() == 1 {
            if is_remark(first) {
                return;
            }
            let named = title(first);
            let is_group = first_column != Some(Column::Item)
                || named.points.is_some()
                || named.numbering == Numbering::Great;
            if is_group {
                self.lone(row, first_column, first);
                return;
            }
        }
        if self.numbered_group(row) {
            return;
        }
        let begins = self.groups(row);
        if row.has(Column::Item) {
            self.item(row);
        } else {
            self.without_item(row, begins);
        }
    }

    /// `合计 … 100`; subtotals say nothing that the groups don't.
    fn sum(&mut self, row: &Line<'_>, first: &str) {
        if plain(first).starts_with("小计") {
            return;
        }
        let in_column = row.points(Column::Points);
        let anywhere = || {
            let mut numbers = row.texts.iter().rev().filter_map(|cell| {
                let text = plain(cell);
                let from = text.find(|c: char| c.is_ascii_digit())?;
                cells::points(&text[from..])
            });
            numbers.next()
        };
        self.total = in_column.or_else(anywhere).or(self.total);
    }

    /// A title over the rows that follow: `一、组织管理（10分）`.
    fn lone(&mut self, row: &Line<'_>, column: Option<Column>, text: &str) {
        let is_content = match (column, title(text).numbering) {
            (_, Numbering::Great) => false,
            (_, Numbering::Bracketed) => !self.projects.is_empty(),
            (Some(Column::Content), _) => true,
            (Some(Column::Project), _) => false,
            (_, Numbering::Small) => !self.projects.is_empty(),
            (_, Numbering::None) => false,
        };
        if is_content {
            self.begin_content(row.number, text, None);
        } else {
            self.begin_project(row.number, text, None);
        }
    }

    /// `一 | 组织领导 | | 12`: the number stands in a column of its own and no rule beside it.
    fn numbered_group(&mut self, row: &Line<'_>) -> bool {
        let code = plain(row.get(Column::Code));
        let letters: String = code.chars().filter(|c| !"()、. ".contains(*c)).collect();
        let is_chinese = !letters.is_empty()
            && letters
                .chars()
                .all(|c| "一二三四五六七八九十ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫ".contains(c));
        let has_more = [Column::Scoring, Column::Evidence, Column::Methods]
            .into_iter()
            .any(|column| row.has(column));
        let named = [Column::Project, Column::Content, Column::Item]
            .into_iter()
            .find(|column| row.has(*column));
        let (true, false, Some(named)) = (is_chinese, has_more, named) else {
            return false;
        };
        let text = row.get(named).to_owned();
        let points = row.points(Column::Points);
        if code.starts_with('(') && !self.projects.is_empty() {
            self.begin_content(row.number, &text, points);
        } else {
            self.begin_project(row.number, &text, points);
        }
        true
    }

    /// Begins the groups that the row names; says whether it began one.
    fn groups(&mut self, row: &Line<'_>) -> bool {
        let mut begins = false;
        if row.has(Column::Project) {
            let named = title(row.get(Column::Project));
            let current = self.projects.last();
            if current.is_none_or(|current| current.title != named.text) {
                let points = row.points(Column::ProjectPoints);
                self.begin_project(row.number, row.get(Column::Project), points);
                begins = true;
            }
        }
        if row.has(Column::Content) {
            let named = title(row.get(Column::Content));
            let current = self.projects.last().and_then(|it| it.contents.last());
            if current.is_none_or(|current| current.title != named.text) {
                let points = row.points(Column::ContentPoints);
                self.begin_content(row.number, row.get(Column::Content), points);
                begins = true;
            }
        }
        begins
    }

    fn begin_project(&mut self, row: usize, text: &str, points: Option<Decimal>) {
        let named = title(text);
        self.projects.push(RawProject {
            row,
            title: named.text,
            points: named.points.or(points),
            contents: Vec::new(),
        });
    }

    fn begin_content(&mut self, row: usize, text: &str, points: Option<Decimal>) {
        let named = title(text);
        let content = RawContent {
            row,
            title: named.text,
            points: named.points.or(points),
            items: Vec::new(),
        };
        self.project(row).contents.push(content);
    }

    fn project(&mut self, row: usize) -> &mut RawProject {
        if self.projects.is_empty() {
            let title = if self.title.is_empty() {
                "测评标准".to_owned()
            } else {
                self.title.clone()
            };
            self.projects.push(RawProject {
                row,
                title,
                points: None,
                contents: Vec::new(),
            });
        }
        let last = self.projects.len() - 1;
        &mut self.projects[last]
    }

    fn content(&mut self, row: usize) -> &mut RawContent {
        let project = self.project(row);
        if project.contents.is_empty() {
            project.contents.push(RawContent {
                row,
                title: project.title.clone(),
                points: None,
                items: Vec::new(),
            });
        }
        let last = project.contents.len() - 1;
        &mut project.contents[last]
    }

    fn item(&mut self, row: &Line<'_>) {
        let cell = row.get(Column::Item);
        let (numbered, mut words) = cells::item_title(cell);
        let mut points = row.points(Column::Points);
        if points.is_none() && !row.has(Column::Points) {
            let named = title(&words);
            if named.points.is_some() && words.ends_with([')', '）', ']', '】']) {
                points = named.points;
                words = named.text;
            }
        }
        let code = match cells::code(row.get(Column::Code)) {
            code if code.is_empty() => numbered.unwrap_or_default(),
            code => code,
        };
        // Points that are merged over several items are theirs together: they count once.
        if let (None, Some((first, _))) = (points, row.merged(Column::Points)) {
            points = Some(Decimal::ZERO);
            self.look(
                row.number,
                format!(
                    "第 {} 行的分值与第 {first} 行合并，都记在第 {first} 行，请分到各条",
                    row.number
                ),
                format!(
                    "Row {}’s points are merged with row {first}’s and stand there; please share them out",
                    row.number
                ),
            );
        }
        // What is merged over several items reads as blank below.
        let above = self.content(row.number).items.last();
        let above = above.cloned().unwrap_or_default();
        let merged = |column: Column, above: String| match (row.get(column), row.merged(column)) {
            ("", Some((_, text))) => text.to_owned(),
            ("", None) => above,
            (text, _) => text.to_owned(),
        };
        let rule = merged(
            Column::Scoring,
            self.guessed(row, Column::Scoring, &above.rule),
        );
        let wanted = self.guessed(row, Column::Evidence, &above.evidence);
        let item = RawItem {
            row: row.number,
            code,
            title: words,
            points,
            rule,
            methods: merged(Column::Methods, above.methods),
            evidence: merged(Column::Evidence, wanted),
            frequency: merged(Column::Frequency, above.frequency),
            owner: merged(Column::Owner, above.owner),
            section: merged(Column::Section, above.section),
            sources: merged(Column::Sources, above.sources),
        };
        self.content(row.number).items.push(item);
    }

    /// What the row above says, where a blank may be a merged cell because the table doesn't tell; a person
    /// is asked to look.
    fn guessed(&mut self, row: &Line<'_>, column: Column, above: &str) -> String {
        if row.has(column) || above.is_empty() || row.sheet.merged.is_some() {
            return String::new();
        }
        let (zh, en) = column.name();
        self.look(
            row.number,
            format!("第 {} 行的“{zh}”是空的，按合并单元格取上一条的，请核对", row.number),
            format!(
                "Row {} has no “{en}” and takes that of the item above, as a merged cell; please check",
                row.number
            ),
        );
        above.to_owned()
    }

    fn look(&mut self, row: usize, zh: String, en: String) {
        let told = Remark::new(Weight::Look, "", zh, en);
        self.remarks.push(told.in_row(row));
    }

    /// A row that names no item: a group's own line, or more about the item above.
    fn without_item(&mut self, row: &Line<'_>, begins: bool) {
        let points = row.points(Column::Points);
        let more = [Column::Scoring, Column::Evidence]
            .into_iter()
            .any(|column| row.has(column));
        if begins && !more {
            if let (Some(points), Some(project)) = (points, self.projects.last_mut()) {
                let of = match project.contents.last_mut() {
                    Some(content) => &mut content.points,
                    None => &mut project.points,
                };
                *of = of.or(Some(points));
            }
            return;
        }
        let last = self
            .projects
            .last_mut()
            .and_then(|it| it.contents.last_mut());
        let item = last.and_then(|content| content.items.last_mut());
        let (Some(item), true) = (item, more) else {
            if !begins {
                self.look(
                    row.number,
                    format!("第 {} 行没有测评标准的文字，没有读入", row.number),
                    format!("Row {} names no item and is left out", row.number),
                );
            }
            return;
        };
        join(&mut item.rule, row.get(Column::Scoring));
        join(&mut item.evidence, row.get(Column::Evidence));
        if let Some(points) = points {
            item.points = Some(item.points.unwrap_or_default() + points);
            let to = item.row;
            self.look(
                row.number,
                format!("第 {} 行没有测评标准的文字，分值并入第 {to} 行", row.number),
                format!(
                    "Row {} names no item; its points are added to row {to}",
                    row.number
                ),
            );
        }
    }
}

fn join(text: &mut String, more: &str) {
    if more.is_empty() {
        return;
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(more);
}
