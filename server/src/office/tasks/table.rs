//! Reads tasks out of the table that an office keeps.
//!
//! Pure. Leaves out the file's format and what is in the list already.

use std::collections::HashMap;

use chrono::NaiveDate;
use domain::{
    DepartmentId, PersonId, Text,
    api::tasks::{TaskColumn, TaskPreview, TaskRow},
    areas::{
        premises::half_width,
        tasks::{Plan, Stage},
    },
    sheet::Rows,
    tasks::{self, Round},
};

use crate::areas::tasks::input;

/// Where the heading is looked for, in rows.
const HEADING_ROWS: usize = 30;

/// What the words of the table may name.
pub(super) struct Known {
    pub round: Round,
    /// From when on what repeats is asked for.
    pub since: NaiveDate,
    pub departments: Vec<(DepartmentId, String)>,
    pub people: Vec<(PersonId, String)>,
    /// Codes of the current standard's items; empty without one.
    pub items: Vec<String>,
    /// The forms that phones offer, with the items that each serves.
    pub forms: Vec<(String, Vec<String>)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Number,
    Stage,
    Title,
    Details,
    Department,
    Helpers,
    Leader,
    Responsible,
    Starts,
    Due,
    Frequency,
    Evidence,
    DoneWhen,
    Items,
}

impl Field {
    fn name(self) -> Text {
        let (zh, en) = match self {
            Self::Number => ("序号", "Number"),
            Self::Stage => ("阶段", "Stage"),
            Self::Title => ("任务名称", "Task"),
            Self::Details => ("具体内容", "Content"),
            Self::Department => ("牵头科室", "Department"),
            Self::Helpers => ("配合科室", "Helpers"),
            Self::Leader => ("分管领导", "Leader"),
            Self::Responsible => ("责任人", "Person"),
            Self::Starts => ("开始", "Begin"),
            Self::Due => ("完成时限", "Deadline"),
            Self::Frequency => ("频次", "Frequency"),
            Self::Evidence => ("成果与佐证", "Evidence"),
            Self::DoneWhen => ("完成标准", "Measure"),
            Self::Items => ("对应测评项", "Items"),
        };
        Text::new(zh, en)
    }

    /// What a column holds, by its heading.
    fn guess(heading: &str) -> Option<Self> {
        let heading: String = half_width(heading)
            .to_lowercase()
            .chars()
            .filter(|c| !c.is_whitespace() && !matches!(c, '*' | ':' | '★'))
            .collect();
        let has = |words: &[&str]| words.iter().any(|word| heading.contains(word));
        if heading.is_empty() || heading.chars().count() > 20 {
            return None;
        }
        Some(if has(&["序号", "编号", "number"]) || heading == "no." {
            Self::Number
        } else if has(&["测评", "对应", "指标", "item"]) {
            Self::Items
        } else if has(&["佐证", "成果", "材料", "evidence"]) {
            Self::Evidence
        } else if has(&["完成标准", "标准", "measure"]) {
            Self::DoneWhen
        } else if has(&["阶段", "stage"]) {
            Self::Stage
        } else if has(&["配合", "协办", "helper"]) {
            Self::Helpers
        } else if has(&["科室", "部门", "牵头", "责任单位", "承办", "department"]) {
            Self::Department
        } else if has(&["领导", "leader"]) {
            Self::Leader
        } else if has(&["责任人", "负责人", "person"]) {
            Self::Responsible
        } else if has(&["频次", "频率", "frequency"]) {
            Self::Frequency
        } else if has(&["时限", "期限", "截止", "完成时间", "deadline", "due"]) {
            Self::Due
        } else if has(&["开始", "起始", "begin", "start"]) {
            Self::Starts
        } else if has(&["内容", "措施", "要求", "content", "details"]) {
            Self::Details
        } else if has(&["任务", "名称", "工作", "task", "title"]) {
            Self::Title
        } else {
            return None;
        })
    }
}

/// What the table says; `None` without a heading that names the tasks.
pub(super) fn read(rows: &Rows, known: &Known) -> Option<TaskPreview> {
    let (at, fields) = heading(rows)?;
    let headings = &rows[at].1;
    let columns = headings
        .iter()
        .zip(&fields)
        .map(|(heading, field)| TaskColumn {
            heading: half_width(heading).chars().take(60).collect(),
            taken: field.map(Field::name).unwrap_or_default(),
        })
        .collect();
    let mut stage = Stage::Throughout;
    let mut found: Vec<TaskRow> = Vec::new();
    for (number, cells) in &rows[at + 1..] {
        let cell = |field| {
            let text = fields
                .iter()
                .position(|one| *one == Some(field))
                .and_then(|column| cells.get(column));
            text.map(|text| text.trim().to_owned()).unwrap_or_default()
        };
        let filled: Vec<&String> = cells
            .iter()
            .filter(|text| !text.trim().is_empty())
            .collect();
        let first = filled
            .first()
            .map(|text| half_width(text))
            .unwrap_or_default();
        let is_total = ["合计", "总计", "小计", "共计", "填表", "制表", "Total"];
        if is_total.iter().any(|word| first.starts_with(word)) || cells == headings {
            continue;
        }
        if filled.len() == 1 {
            // A title over the rows that follow.
            stage = Stage::guess(&first).unwrap_or(stage);
            if cell(Field::Title).is_empty() || Stage::guess(&first).is_some() {
                continue;
            }
        }
        // A merged cell reads as blank below its first row.
        stage = Stage::guess(&cell(Field::Stage)).unwrap_or(stage);
        let count = found.len() as i64 + 1;
        found.push(row(*number, count, stage, &cell, known));
    }
    mark_repeated(&mut found);
    Some(TaskPreview {
        columns,
        rows: found,
    })
}

fn row(
    number: usize,
    count: i64,
    stage: Stage,
    cell: &impl Fn(Field) -> String,
    known: &Known,
) -> TaskRow {
    let read = tasks::read(
        &cell(Field::Frequency),
        &cell(Field::Starts),
        &cell(Field::Due),
        known.round,
        known.since,
    );
    let mut hints = read.hints;
    let department = cell(Field::Department);
    let department_id = department_of(&department, known, &mut hints);
    let responsible = cell(Field::Responsible);
    let items = codes(&cell(Field::Items));
    for item in &items {
        if !known.items.is_empty() && !known.items.contains(item) {
            hints.push(Text::new(
                format!("现行标准里没有“{item}”"),
                format!("The current standard has no “{item}”"),
            ));
        }
    }
    let person = known.people.iter().filter(|(_, name)| *name == responsible);
    let person_id = match person.collect::<Vec<_>>().as_slice() {
        [(id, _)] => Some(*id),
        _ => None,
    };
    let plan = input::tidy(Plan {
        number: half_width(&cell(Field::Number)).parse().unwrap_or(count),
        stage,
        title: cell(Field::Title),
        details: cell(Field::Details),
        department_id,
        helpers: cell(Field::Helpers),
        leader: cell(Field::Leader),
        responsible,
        person_id,
        schedule: read.schedule,
        evidence: cell(Field::Evidence),
        done_when: cell(Field::DoneWhen),
        form_id: form_of(&items, known),
        items,
        active: true,
    });
    let problems = input::wrong(&plan);
    TaskRow {
        number,
        plan,
        department,
        problems: problems.into_iter().map(|it| it.message).collect(),
        hints,
        known: None,
    }
}

fn department_of(words: &str, known: &Known, hints: &mut Vec<Text>) -> Option<DepartmentId> {
    let words = words.trim();
    if words.is_empty() || ["各科室", "全体", "各部门", "all"].contains(&words) {
        return None;
    }
    let first = words
        .split(['、', ',', '，', '/', ' '])
        .next()
        .unwrap_or(words);
    let found = known
        .departments
        .iter()
        .find(|(_, name)| name == words)
        .or_else(|| known.departments.iter().find(|(_, name)| name == first));
    if found.is_none() {
        hints.push(Text::new(
            format!("没有“{words}”这个科室，先归全体，导入后可改"),
            format!("There is no department “{words}”; taken as all, to be changed later"),
        ));
    }
    found.map(|(id, _)| *id)
}

/// Codes in one cell: `Ⅳ-1-1、Ⅳ-1-2`.
fn codes(cell: &str) -> Vec<String> {
    cell.split(['、', ',', '，', ';', '；', '\n', ' '])
        .map(str::trim)
        .filter(|code| !code.is_empty())
        .map(str::to_owned)
        .collect()
}

/// The only form that serves the first of the items which any form serves.
fn form_of(items: &[String], known: &Known) -> Option<String> {
    items.iter().find_map(|item| {
        let mut serving = known.forms.iter().filter(|(_, items)| items.contains(item));
        match (serving.next(), serving.next()) {
            (Some((form, _)), None) => Some(form.clone()),
            _ => None,
        }
    })
}

fn heading(rows: &Rows) -> Option<(usize, Vec<Option<Field>>)> {
    for (at, (_, cells)) in rows.iter().enumerate().take(HEADING_ROWS) {
        let mut fields: Vec<Option<Field>> = Vec::new();
        for cell in cells {
            // The last column of a stage is its name, the first its code.
            let field = Field::guess(cell).filter(|field| !fields.contains(&Some(*field)));
            fields.push(field);
        }
        // Some lists name their tasks by what is to be done.
        if !fields.contains(&Some(Field::Title))
            && let Some(details) = fields.iter_mut().find(|it| **it == Some(Field::Details))
        {
            *details = Some(Field::Title);
        }
        let found = fields.iter().flatten().count();
        if fields.contains(&Some(Field::Title)) && found >= 3 {
            return Some((at, fields));
        }
    }
    None
}

/// A row of the same name and stage as an earlier good one is a problem; the first one stays.
fn mark_repeated(rows: &mut [TaskRow]) {
    let mut first: HashMap<(Stage, String), usize> = HashMap::new();
    for row in rows.iter_mut().filter(|row| row.problems.is_empty()) {
        let key = (row.plan.stage, row.plan.title.clone());
        match first.get(&key) {
            Some(earlier) => row.problems.push(Text::new(
                format!("与第 {earlier} 行重复"),
                format!("The same as row {earlier}"),
            )),
            None => drop(first.insert(key, row.number)),
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::tasks::Every;

    use super::*;
    use domain::sheet::pasted;

    fn known() -> Known {
        let round = Round {
            first_year: 2026,
            years: 3,
        };
        Known {
            round,
            since: round.first_day(),
            departments: vec![(DepartmentId(uuid::Uuid::from_u128(1)), "办公室".to_owned())],
            people: Vec::new(),
            items: vec!["Ⅰ-1-1".to_owned()],
            forms: vec![("meeting".to_owned(), vec!["Ⅰ-1-2".to_owned()])],
        }
    }

    fn preview(table: &str) -> TaskPreview {
        read(&pasted(table), &known()).expect("a heading")
    }

    #[test]
    fn the_built_in_list_is_read_whole() {
        let found = preview(include_str!("../../../../templates/tasks.csv"));
        assert_eq!(found.rows.len(), 61);
        assert!(found.rows.iter().all(TaskRow::is_new));
        assert!(
            found
                .columns
                .iter()
                .filter(|it| it.taken.zh.is_empty())
                .count()
                <= 1
        );
        let first = &found.rows[0].plan;
        assert_eq!(first.stage, Stage::Plan);
        assert_eq!(first.title, "成立创建领导小组");
        assert_eq!(first.responsible, "办公室主任");
        assert_eq!(first.schedule.due_on, NaiveDate::from_ymd_opt(2026, 1, 31));
        assert_eq!(found.rows[12].plan.form_id.as_deref(), Some("meeting"));
        assert_eq!(
            found.rows[14].plan.schedule.every,
            Every::Week { weekday: 5 }
        );
        assert_eq!(found.rows[7].plan.items, ["Ⅳ-1-1", "Ⅳ-1-2"]);
    }

    #[test]
    fn titles_merged_stages_and_totals_do_no_harm() {
        let found = preview(
            "创建工作任务清单\t\t\t\n阶段\t任务名称\t牵头科室\t完成时限\t频次\n\
             第一阶段 规划部署\t印发规划\t办公室\tＹ１-02-28\t一次\n\t召开动员会\t监督一科\t2026年3月10日\t\n\
             第三阶段 总结迎检\t\t\t\t\n\t写总结\t各科室\tY3-07-31\t一次\n\t写总结\t\tY3-07-31\t一次\n合计\t3 项\t\t\t\n",
        );
        let stages: Vec<Stage> = found.rows.iter().map(|row| row.plan.stage).collect();
        assert_eq!(
            stages,
            [Stage::Plan, Stage::Plan, Stage::Conclude, Stage::Conclude]
        );
        assert_eq!(
            found.rows[0].plan.schedule.due_on,
            NaiveDate::from_ymd_opt(2026, 2, 28)
        );
        assert!(found.rows[1].hints[0].zh.contains("监督一科"));
        assert_eq!(found.rows[3].problems[0].zh, "与第 6 行重复");
    }

    #[test]
    fn a_list_may_name_its_tasks_by_what_is_to_be_done() {
        let found = preview("工作内容\t责任单位\t完成时限\n印发规划\t办公室\t2026年6月底\n");
        let plan = &found.rows[0].plan;
        assert_eq!(plan.title, "印发规划");
        assert_eq!(
            plan.department_id,
            Some(DepartmentId(uuid::Uuid::from_u128(1)))
        );
        assert_eq!(plan.schedule.due_on, NaiveDate::from_ymd_opt(2026, 6, 30));
    }

    #[test]
    fn a_table_without_headings_is_said_to_have_none() {
        assert!(read(&pasted("印发规划,办公室"), &known()).is_none());
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_pasted_is_read_or_refused(text in "[\\PC\t\n\",，任务名称阶段频次每月Yn0-9-]{0,400}") {
            let rows = pasted(&format!("任务名称\t频次\t完成时限\n{text}"));
            let _ = read(&rows, &known());
        }
    }
}
