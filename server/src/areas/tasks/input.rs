//! What the office may write about a task.

use chrono::Datelike as _;
use domain::{Text, areas::tasks::Plan, tasks::Every};

use crate::{Error, Result, validate};

const TITLE: usize = 100;
const TEXT: usize = 500;
const WORDS: usize = 60;
/// Most items of the standard for one task, and the longest code.
const ITEMS: usize = 40;
const CODE: usize = 40;
/// No round of a title is longer, in days: five years.
const ROUND_DAYS: i64 = 5 * 366;

/// Why a field isn't taken in.
pub struct Wrong {
    pub field: &'static str,
    pub message: Text,
}

/// The plan as it is kept.
pub fn tidy(mut plan: Plan) -> Plan {
    let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    plan.title = one_line(&plan.title);
    for text in [
        &mut plan.helpers,
        &mut plan.leader,
        &mut plan.responsible,
        &mut plan.evidence,
    ] {
        *text = one_line(text);
    }
    for text in [&mut plan.details, &mut plan.done_when] {
        *text = text.trim().to_owned();
    }
    let mut items: Vec<String> = Vec::new();
    for item in &plan.items {
        let item = item.trim();
        if !item.is_empty() && !items.iter().any(|known| known == item) {
            items.push(item.to_owned());
        }
    }
    plan.items = items;
    plan.form_id = plan.form_id.filter(|id| !id.trim().is_empty());
    plan
}

/// All that is wrong with a tidied plan.
pub fn wrong(plan: &Plan) -> Vec<Wrong> {
    let mut wrong = Vec::new();
    let mut add = |field, zh: String, en: String| {
        wrong.push(Wrong {
            field,
            message: Text::new(zh, en),
        });
    };
    if plan.title.chars().count() < 2 {
        add(
            "title",
            "没有任务名称".to_owned(),
            "The task has no name".to_owned(),
        );
    }
    let texts: [(&'static str, &str, usize, (&str, &str)); 7] = [
        ("title", &plan.title, TITLE, ("任务名称", "name")),
        ("details", &plan.details, TEXT, ("具体内容", "content")),
        (
            "helpers",
            &plan.helpers,
            WORDS * 2,
            ("配合科室", "list of helpers"),
        ),
        ("leader", &plan.leader, WORDS, ("分管领导", "leader")),
        (
            "responsible",
            &plan.responsible,
            WORDS,
            ("责任人", "person"),
        ),
        ("evidence", &plan.evidence, TEXT, ("成果与佐证", "evidence")),
        ("done_when", &plan.done_when, TEXT, ("完成标准", "measure")),
    ];
    for (field, text, limit, (zh, en)) in texts {
        if text.chars().count() > limit {
            add(
                field,
                format!("{zh}最多 {limit} 个字符，请缩短"),
                format!("The {en} has {limit} characters at most. Please shorten it"),
            );
        } else if validate::prose(field, text).is_err() {
            add(
                field,
                format!("{zh}含有无法保存的字符，请重新输入"),
                format!("The {en} has a character that can't be kept. Please type it again"),
            );
        }
    }
    let fits = |code: &String| code.chars().count() <= CODE && !code.chars().any(char::is_control);
    if plan.items.len() > ITEMS || !plan.items.iter().all(fits) {
        add(
            "items",
            format!("测评项最多 {ITEMS} 个，每个编号最多 {CODE} 个字符"),
            format!("{ITEMS} items at most, each code of {CODE} characters at most"),
        );
    }
    let is_name = |id: &String| {
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
        id.len() <= CODE * 2 && id.chars().all(fits)
    };
    if !plan.form_id.iter().all(is_name) {
        add(
            "form_id",
            "没有这张表，请重新选择".to_owned(),
            "There is no such form. Please choose again".to_owned(),
        );
    }
    if !(1..=9_999).contains(&plan.number) {
        add(
            "number",
            "序号应为 1 到 9999".to_owned(),
            "The number is from 1 to 9999".to_owned(),
        );
    }
    let schedule = &plan.schedule;
    let span = (schedule.until - schedule.from).num_days();
    let dates = [schedule.starts_on, schedule.due_on];
    let far = |date: &chrono::NaiveDate| (*date - schedule.from).num_days().abs() > ROUND_DAYS;
    let is_near = (2000..=2190).contains(&schedule.from.year());
    if !is_near || !(0..=ROUND_DAYS).contains(&span) || dates.iter().flatten().any(far) {
        add(
            "due_on",
            "日期要在本届以内（最多五年）".to_owned(),
            "The dates must lie within the round, five years at most".to_owned(),
        );
    } else if schedule.starts_on > schedule.due_on && schedule.due_on.is_some() {
        add(
            "due_on",
            "完成时限不能早于开始".to_owned(),
            "The deadline can't be before the begin".to_owned(),
        );
    } else if schedule.every == Every::Once && schedule.due_on.is_none() {
        add(
            "due_on",
            "请填写完成时限".to_owned(),
            "Please set a deadline".to_owned(),
        );
    }
    let readable = match &schedule.every {
        Every::Week { weekday } => (1..=7).contains(weekday),
        Every::Month { day } => (1..=31).contains(day),
        Every::Days { days } => {
            (1..=40).contains(&days.len())
                && days
                    .iter()
                    .all(|day| (1..=12).contains(&(day / 100)) && (1..=31).contains(&(day % 100)))
        }
        Every::Festivals { names, after } => {
            (1..=20).contains(&names.len())
                && *after <= 60
                && names.iter().all(|name| {
                    let years = 2023..=2030;
                    years
                        .into_iter()
                        .any(|year| !domain::calendar::dates_of(name, year).is_empty())
                })
        }
        _ => true,
    };
    if !readable {
        add(
            "detail",
            "日子读不出，请按提示填写".to_owned(),
            "The days can't be read. Please type them as the hint says".to_owned(),
        );
    }
    wrong
}

/// Refuses the first thing that is wrong.
pub fn check(plan: &Plan) -> Result<()> {
    match wrong(plan).into_iter().next() {
        None => Ok(()),
        Some(Wrong { field, message }) => Err(Error::invalid(field, message.zh, message.en)),
    }
}
