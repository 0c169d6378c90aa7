//! What the office takes away of service hours: the list as a workbook, and the draft (底稿) of somebody's
//! certificate. Certificates themselves are made by the official platform.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use domain::{
    Lang, PersonId,
    api::hours::HourLine,
    hours::{Rounding, notice_until},
    time::UTC_OFFSET_MINUTES,
};

use super::lines::{Span, day};
use crate::{
    Result,
    docx::Document,
    reports::table::{Cell, Row, Table, workbook},
    validate,
};

/// The list in the layout that offices keep.
pub(super) struct List<'a> {
    pub unit: &'a str,
    pub span: Span,
    pub rounding: Rounding,
    pub lines: &'a [HourLine],
    /// By person; empty in a list that is made public.
    pub mobiles: &'a HashMap<PersonId, String>,
    /// From when on it is shown, if it is.
    pub notice_from: Option<NaiveDate>,
}

impl List<'_> {
    pub fn workbook(&self, lang: Lang) -> Result<Vec<u8>> {
        let name = lang.pick("服务时长", "Service hours");
        let title = format!("{} {name}", self.unit);
        let mut columns = vec![
            (lang.pick("序号", "No."), 6.0),
            (lang.pick("姓名", "Name"), 12.0),
            (lang.pick("活动名称", "Activity"), 34.0),
            (lang.pick("类型", "Kind"), 10.0),
            (lang.pick("日期", "Date"), 12.0),
            (lang.pick("开始", "From"), 8.0),
            (lang.pick("结束", "Until"), 8.0),
            (lang.pick("时长（小时）", "Hours"), 10.0),
        ];
        if !self.mobiles.is_empty() {
            columns.push((lang.pick("联系电话", "Phone"), 14.0));
        }
        columns.push((lang.pick("备注", "Remarks"), 26.0));
        let mut table = Table::new(name, &title, &columns);
        table.landscape = true;
        let (first, last) = (self.span.first, self.span.last);
        table.notes.push(lang.pick(
            format!("统计期间：{first} 至 {last}；{}", self.rounding.name().0),
            format!("From {first} until {last}; {}", self.rounding.name().1),
        ));
        if let Some(from) = self.notice_from {
            let until = notice_until(from);
            table.notes.push(lang.pick(
                format!("公示期：{from} 至 {until}（7 天）。对时长有异议的，请在公示期内向办公室提出。"),
                format!("Shown from {from} until {until} (7 days). Tell the office if something is wrong."),
            ));
        }
        for (number, line) in (1..).zip(self.lines) {
            table.push(self.cells(number, line, lang));
        }
        let minutes: i64 = self
            .lines
            .iter()
            .map(|it| self.rounding.round(it.minutes))
            .sum();
        let mut total = vec![Cell::Empty; columns.len()];
        total[1] = Cell::text(lang.pick("合计", "Total"));
        total[7] = hours(minutes);
        table.rows.push(Row::Total(total));
        // Who agreed to be named agreed to name and hours.
        let more = self
            .notice_from
            .is_none()
            .then(|| self.by_person(&title, lang));
        let tables: Vec<Table> = [table].into_iter().chain(more).collect();
        workbook(&tables, lang)
    }

    /// Each person's sum, by department and name: nobody is ranked.
    fn by_person(&self, title: &str, lang: Lang) -> Table {
        let name = lang.pick("按人汇总", "By person");
        let mut table = Table::new(
            name,
            &format!("{title}{}{name}", lang.pick("", ": ")),
            &[
                (lang.pick("序号", "No."), 6.0),
                (lang.pick("姓名", "Name"), 14.0),
                (lang.pick("科室", "Department"), 22.0),
                (lang.pick("志愿服务次数", "Times of service"), 14.0),
                (lang.pick("志愿服务时长（小时）", "Hours of service"), 18.0),
                (lang.pick("全部活动次数", "Times in all"), 14.0),
            ],
        );
        let mut people: BTreeMap<(&str, &str, PersonId), [i64; 3]> = BTreeMap::new();
        for line in self.lines.iter().filter(|line| line.minutes > 0) {
            let department = line.department.as_deref().unwrap_or_default();
            let own = people
                .entry((department, &line.name, line.person_id))
                .or_default();
            own[2] += 1;
            if line.kind.is_service() {
                own[0] += 1;
                own[1] += self.rounding.round(line.minutes);
            }
        }
        let mut sum = [0; 3];
        for (number, ((department, name, _), own)) in (1..).zip(&people) {
            table.push(vec![
                Cell::count(number),
                Cell::text(*name),
                Cell::text(*department),
                Cell::count(own[0]),
                hours(own[1]),
                Cell::count(own[2]),
            ]);
            for (sum, own) in sum.iter_mut().zip(own) {
                *sum += own;
            }
        }
        table.rows.push(Row::Total(vec![
            Cell::Empty,
            Cell::text(lang.pick("合计", "Total")),
            Cell::Empty,
            Cell::count(sum[0]),
            hours(sum[1]),
            Cell::count(sum[2]),
        ]));
        table
    }

    fn cells(&self, number: i64, line: &HourLine, lang: Lang) -> Vec<Cell> {
        let clock = |at: Option<domain::Timestamp>| {
            let at = at.and_then(|at| at.civil(UTC_OFFSET_MINUTES));
            at.map_or(Cell::Empty, |at| Cell::text(at.format("%H:%M").to_string()))
        };
        let mut cells = vec![
            Cell::count(number),
            Cell::text(&line.name),
            Cell::text(&line.activity),
            Cell::text(lang.pick(line.kind.name().0, line.kind.name().1)),
            day(line.arrived.unwrap_or(line.starts_at)).into(),
            clock(line.arrived),
            clock(line.left),
            hours(self.rounding.round(line.minutes)),
        ];
        if !self.mobiles.is_empty() {
            let mobile = self.mobiles.get(&line.person_id);
            cells.push(mobile.map_or(Cell::Empty, |it| Cell::text(validate::masked(it))));
        }
        let is_corrected = line
            .correction
            .as_ref()
            .is_some_and(|it| it.minutes.is_some());
        // Why the office corrected it is nobody else's business.
        cells.push(Cell::text(if is_corrected && self.notice_from.is_some() {
            lang.pick("办公室已更正", "Corrected by the office")
                .to_owned()
        } else {
            remarks(line, lang)
        }));
        cells
    }
}

fn remarks(line: &HourLine, lang: Lang) -> String {
    match &line.correction {
        Some(correction) if correction.minutes.is_some() => lang.pick(
            format!(
                "办公室更正（原 {} 分钟）：{}",
                line.recorded, correction.reason
            ),
            format!(
                "Corrected (was {} min): {}",
                line.recorded, correction.reason
            ),
        ),
        _ if line.arrived.is_none() || line.left.is_none() => {
            lang.pick("缺签到或签退", "One end is missing").to_owned()
        }
        _ => String::new(),
    }
}

fn hours(minutes: i64) -> Cell {
    // Two digits: a quarter of an hour is exact.
    Cell::Number((minutes as f64 / 60.0 * 100.0).round() / 100.0)
}

/// The draft of a certificate, to be checked against the official platform.
pub(super) fn draft(
    unit: &str,
    name: &str,
    span: Span,
    rounding: Rounding,
    lines: &[HourLine],
    today: NaiveDate,
) -> Document {
    let minutes: i64 = lines.iter().map(|it| rounding.round(it.minutes)).sum();
    let words = |day: NaiveDate| day.format("%Y年%-m月%-d日").to_string();
    let mut document = Document::new("志愿服务记录（底稿）");
    document.paragraph(&format!(
        "{name}于{}至{}期间参加本单位组织的志愿服务活动{}次，服务时长共计{}。",
        words(span.first),
        words(span.last),
        lines.len(),
        spoken(minutes),
    ));
    let rows: Vec<Vec<String>> = (1..)
        .zip(lines)
        .map(|(number, line): (i64, &HourLine)| {
            vec![
                number.to_string(),
                line.activity.clone(),
                day(line.starts_at)
                    .map(|day| day.to_string())
                    .unwrap_or_default(),
                spoken(rounding.round(line.minutes)),
                remarks(line, Lang::Zh),
            ]
        })
        .collect();
    document.table(
        &[8, 38, 18, 18, 18],
        &["序号", "活动名称", "日期", "时长", "备注"],
        &rows,
    );
    document.paragraph(
        "说明：本件是单位内部整理的底稿，供本人核对和在官方志愿服务信息系统录入时使用，不是志愿服务记录证明。\
         志愿服务记录证明以官方志愿服务信息系统开具的为准。",
    );
    document.signed(unit, &words(today));
    document
}

/// Such as `2小时30分钟`.
fn spoken(minutes: i64) -> String {
    match (minutes / 60, minutes % 60) {
        (0, rest) => format!("{rest}分钟"),
        (hours, 0) => format!("{hours}小时"),
        (hours, rest) => format!("{hours}小时{rest}分钟"),
    }
}
