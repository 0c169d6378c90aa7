//! The tasks over the round's years, month by month, with a line for today.
//!
//! One path for each task and color: what comes every week is many small marks.

use std::fmt::Write as _;

use chrono::{Datelike as _, NaiveDate};
use domain::{
    Lang,
    api::tasks::TaskLine,
    tasks::{Occurrence, Round, Standing},
};
use leptos::prelude::*;

use crate::routing::{Page, use_go};

/// In the drawing's units.
const LABEL: f64 = 230.0;
const MONTH: f64 = 30.0;
const ROW: f64 = 28.0;
const HEAD: f64 = 46.0;
const BAR: f64 = 12.0;
/// Shorter than so many days is a mark at its deadline.
const MARK_DAYS: i64 = 32;
/// Letters of a title, a Chinese one counting two.
const LETTERS: usize = 30;

const COLORS: [(Standing, &str); 5] = [
    (Standing::Done, "gantt-done"),
    (Standing::ToDo, "gantt-todo"),
    (Standing::UnderWay, "gantt-way"),
    (Standing::DueSoon, "gantt-soon"),
    (Standing::Overdue, "gantt-late"),
];

pub(super) fn draw(
    lines: &[TaskLine],
    round: Option<Round>,
    today: NaiveDate,
    lang: Lang,
) -> AnyView {
    let Some(round) = round else {
        return ().into_any();
    };
    let first = round.first_day();
    let months = f64::from(round.years * 12);
    let (width, height) = (
        LABEL + months * MONTH + 10.0,
        HEAD + ROW * lines.len() as f64 + 6.0,
    );
    let years: Vec<AnyView> = (0..round.years)
        .map(|year| {
            let x = LABEL + f64::from(year * 12) * MONTH;
            let name = (round.first_year + year).to_string();
            view! {
                <text x=x + 6.0 y=16 class="gantt-year">{name}</text>
                <line x1=x x2=x y1=0 y2=height class="gantt-edge"/>
            }
            .into_any()
        })
        .collect();
    let month_names: Vec<AnyView> = (0..round.years * 12)
        .map(|month| {
            let x = LABEL + f64::from(month) * MONTH;
            let name = (month % 12 + 1).to_string();
            view! {
                <text x=x + MONTH / 2.0 y=36 class="gantt-month">{name}</text>
                <line x1=x x2=x y1=HEAD - 4.0 y2=height class="gantt-line"/>
            }
            .into_any()
        })
        .collect();
    let rows: Vec<AnyView> = lines
        .iter()
        .enumerate()
        .map(|(index, line)| row(line, HEAD + ROW * index as f64, first, today, width))
        .collect();
    let now = x_of(first, today);
    let today_name = lang.pick("今天", "Today");
    let label = lang.pick("任务时间轴", "Tasks over the years");
    let legend: Vec<AnyView> = COLORS
        .map(|(standing, class)| {
            let (zh, en) = standing.name();
            view! {
                <span class="cluster">
                    <svg class="gantt-key" viewBox="0 0 12 12" aria-hidden="true">
                        <rect width="12" height="12" rx="3" class=class/>
                    </svg>
                    {lang.pick(zh, en)}
                </span>
            }
            .into_any()
        })
        .into_iter()
        .collect();
    view! {
        <div class="cluster small muted">{legend}</div>
        <div class="gantt-box" tabindex="0" role="region" aria-label=label>
            <svg class="gantt" viewBox=format!("0 0 {width} {height}") role="img" aria-label=label>
                {month_names}
                {years}
                {rows}
                <line x1=now x2=now y1=22 y2=height class="gantt-today"/>
                <text x=now y=18 class="gantt-now">{today_name}</text>
            </svg>
        </div>
    }
    .into_any()
}

fn x_of(first: NaiveDate, date: NaiveDate) -> f64 {
    let months = (date.year() - first.year()) * 12 + date.month0() as i32;
    LABEL + (f64::from(months) + f64::from(date.day0()) / 31.0) * MONTH
}

fn row(line: &TaskLine, y: f64, first: NaiveDate, today: NaiveDate, width: f64) -> AnyView {
    let plan = &line.task.plan;
    // A link of HTML draws nothing inside a drawing; the table and the board have the links.
    let (go, page) = (use_go(), Page::OfficeTask(line.task.id));
    let title = shortened(&plan.title);
    let whole = format!("{} {}", plan.number, plan.title);
    let top = y + (ROW - BAR) / 2.0;
    let mut paths = [const { String::new() }; COLORS.len()];
    for one in &line.occurrences {
        let occurrence = Occurrence {
            from: one.from,
            by: one.by,
        };
        let standing = if one.done {
            Standing::Done
        } else {
            occurrence.standing(today)
        };
        let Some(at) = COLORS.iter().position(|(known, _)| *known == standing) else {
            continue;
        };
        let end = x_of(first, one.by) + MONTH / 31.0;
        let begin = if (one.by - one.from).num_days() < MARK_DAYS {
            end - 5.0
        } else {
            x_of(first, one.from).min(end - 5.0)
        }
        .max(LABEL);
        // Writing to a string can't fail.
        let _ = write!(
            paths[at],
            "M{begin:.1} {top:.1}h{:.1}v{BAR}h-{:.1}z",
            end - begin,
            end - begin
        );
    }
    let marks: Vec<AnyView> = paths
        .into_iter()
        .zip(COLORS)
        .filter(|(path, _)| !path.is_empty())
        .map(|(path, (_, class))| view! { <path d=path class=class/> }.into_any())
        .collect();
    view! {
        <g class="gantt-row" on:click=move |_| go(page.clone())>
            <title>{whole}</title>
            <rect x=0 y=y width=width height=ROW class="gantt-ground"/>
            <text x=4 y=y + 19.0 class="gantt-title">{title}</text>
            {marks}
        </g>
    }
    .into_any()
}

fn shortened(title: &str) -> String {
    let mut room = LETTERS;
    let mut short = String::new();
    for letter in title.chars() {
        let wide = if letter.is_ascii() { 1 } else { 2 };
        if room < wide {
            short.push('…');
            break;
        }
        room -= wide;
        short.push(letter);
    }
    short
}
