//! `目录.xlsx`: the catalogue with the columns of DA/T 22, and what is missing, photos' captions, what is
//! of another year or left out, each on a sheet of its own.

use chrono::NaiveDate;
use domain::{
    Lang,
    api::{
        evidence::NeedLine,
        packs::{Caption, LeftOut},
    },
};

use crate::{
    Result,
    reports::table::{Cell, Row, Table, workbook},
};

/// Collected while the pack is written.
#[derive(Default)]
pub(super) struct Catalogue {
    items: Vec<Item>,
}

struct Item {
    heading: String,
    points: String,
    needs: Vec<NeedLine>,
    lines: Vec<Line>,
    left_out: Vec<LeftOut>,
}

/// A file of the pack, as an archive lists it.
pub(super) struct Line {
    pub number: i64,
    pub document_no: String,
    pub responsible: String,
    pub title: String,
    pub date: Option<NaiveDate>,
    /// How many pages it has, where that is known.
    pub pages: Option<i64>,
    pub remarks: String,
    pub path: String,
    /// Of a photo.
    pub caption: Option<Caption>,
    /// Its date is of another year, or it has none.
    pub other_year: bool,
}

impl Catalogue {
    /// The next item with all that was written for it.
    pub fn push(
        &mut self,
        heading: String,
        points: String,
        needs: Vec<NeedLine>,
        lines: Vec<Line>,
        left_out: Vec<LeftOut>,
    ) {
        self.items.push(Item {
            heading,
            points,
            needs,
            lines,
            left_out,
        });
    }

    pub fn workbook(&self, title: &str, notes: &[String]) -> Result<Vec<u8>> {
        let listed = |name: &str, what: &str, is: &dyn Fn(&Line) -> bool| {
            let mut table = Table::new(
                name,
                &format!("{title}{what}"),
                &[
                    ("序号", 6.0),
                    ("文号", 16.0),
                    ("责任者", 16.0),
                    ("题名", 44.0),
                    ("日期", 12.0),
                    ("页数", 6.0),
                    ("备注", 22.0),
                    ("存放位置", 50.0),
                ],
            );
            table.landscape = true;
            table.notes = notes.to_vec();
            for item in &self.items {
                let mut lines = item.lines.iter().filter(|line| is(line)).peekable();
                if lines.peek().is_some() {
                    table.rows.push(Row::Group(item.heading.clone()));
                }
                for line in lines {
                    table.push(line.cells());
                }
            }
            table
        };
        let tables = [
            listed("目录", "材料目录", &|_| true),
            self.needs(title),
            self.photos(title),
            listed(
                "非本年度材料",
                "非本年度及未注明日期材料",
                &|line| line.other_year,
            ),
            self.left_out(title),
        ];
        workbook(&tables, Lang::Zh)
    }

    fn needs(&self, title: &str) -> Table {
        let mut table = Table::new(
            "条目情况",
            &format!("{title}材料齐备情况"),
            &[
                ("条目", 50.0),
                ("分值", 6.0),
                ("材料要求", 26.0),
                ("应有", 6.0),
                ("现有", 6.0),
                ("还缺", 6.0),
            ],
        );
        for item in &self.items {
            for need in &item.needs {
                table.push(vec![
                    Cell::text(&item.heading),
                    Cell::text(&item.points),
                    Cell::text(&need.label),
                    Cell::count(need.min),
                    Cell::count(need.there),
                    Cell::count(need.missing()),
                ]);
            }
        }
        table
    }

    /// Each photo four ways; the sheets show only the first ones.
    fn photos(&self, title: &str) -> Table {
        let mut table = Table::new(
            "照片说明",
            &format!("{title}照片说明"),
            &[
                ("序号", 6.0),
                ("时间", 20.0),
                ("地点", 26.0),
                ("人物", 22.0),
                ("主题", 36.0),
                ("存放位置", 50.0),
            ],
        );
        table.landscape = true;
        for item in &self.items {
            let photos = item.lines.iter().filter_map(|line| {
                let caption = line.caption.as_ref()?;
                Some((line, caption))
            });
            let mut photos = photos.peekable();
            if photos.peek().is_some() {
                table.rows.push(Row::Group(item.heading.clone()));
            }
            for (line, caption) in photos {
                table.push(vec![
                    Cell::count(line.number),
                    Cell::text(&caption.time),
                    Cell::text(&caption.place),
                    Cell::text(&caption.people),
                    Cell::text(&caption.topic),
                    Cell::text(&line.path),
                ]);
            }
        }
        table
    }

    fn left_out(&self, title: &str) -> Table {
        let mut table = Table::new(
            "未列入材料",
            &format!("{title}未列入材料"),
            &[
                ("条目", 44.0),
                ("类别", 14.0),
                ("题名", 44.0),
                ("原因", 22.0),
            ],
        );
        for item in &self.items {
            for left in &item.left_out {
                table.push(vec![
                    Cell::text(&item.heading),
                    Cell::text(left.kind.name().0),
                    Cell::text(&left.title),
                    Cell::text(left.why.name().0),
                ]);
            }
        }
        table
    }
}

impl Line {
    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::count(self.number),
            Cell::text(&self.document_no),
            Cell::text(&self.responsible),
            Cell::text(&self.title),
            self.date.into(),
            self.pages.map_or(Cell::Empty, Cell::count),
            Cell::text(&self.remarks),
            Cell::text(&self.path),
        ]
    }
}
