//! What the office keeps and follows: tasks, problems, activities, people.

use std::collections::HashMap;

use domain::{
    DepartmentId,
    areas::{activities::ActivityState, rectifications::State},
    tasks::{Every, Schedule},
    time::UTC_OFFSET_MINUTES,
};
use sqlx::AnyConnection;

use super::Wanted;
use crate::{
    Result,
    areas::{activities, departments, people, rectifications::store as rectifications},
    office::{
        rectifications::list::lines as rectification_lines, subjects,
        tasks::list::lines as task_lines,
    },
    reports::table::{Cell, Table},
};

/// Most rows of one kind.
const ROWS: i64 = 20_000;

/// In the columns of the list that is imported, and where each stands.
pub(super) async fn tasks(connection: &mut AnyConnection, wanted: &Wanted) -> Result<Table> {
    let mut table = wanted.table(
        ("任务清单", "Tasks"),
        &[
            (wanted.pick("序号", "Number"), 6.0),
            (wanted.pick("阶段", "Stage"), 12.0),
            (wanted.pick("任务名称", "Task"), 26.0),
            (wanted.pick("具体内容", "Content"), 36.0),
            (wanted.pick("牵头科室", "Department"), 16.0),
            (wanted.pick("配合科室", "Helpers"), 14.0),
            (wanted.pick("分管领导", "Leader"), 12.0),
            (wanted.pick("责任人", "Person"), 12.0),
            (wanted.pick("开始", "Begin"), 12.0),
            (wanted.pick("完成时限", "Deadline"), 14.0),
            (wanted.pick("频次", "Frequency"), 12.0),
            (wanted.pick("成果与佐证", "Evidence"), 26.0),
            (wanted.pick("完成标准", "Measure"), 26.0),
            (wanted.pick("对应测评项", "Items"), 16.0),
            (wanted.pick("状态", "State"), 10.0),
            (wanted.pick("下一期", "Next"), 12.0),
            (wanted.pick("逾期次数", "Overdue"), 8.0),
        ],
    );
    let departments = departments(connection, wanted).await?;
    for line in task_lines(connection, wanted.organization, wanted.today).await? {
        let plan = line.task.plan;
        let whose = plan.department_id.and_then(|id| departments.get(&id));
        let whose = whose.map_or(wanted.pick("各科室", "All"), String::as_str);
        let (stage, standing) = (plan.stage.name(), line.standing.name());
        let (often, due) = as_imported(&plan.schedule);
        table.push(vec![
            Cell::count(plan.number),
            Cell::text(wanted.pick(stage.0, stage.1)),
            Cell::text(plan.title),
            Cell::text(plan.details),
            Cell::text(whose),
            Cell::text(plan.helpers),
            Cell::text(plan.leader),
            Cell::text(plan.responsible),
            plan.schedule.starts_on.into(),
            due,
            Cell::text(often),
            Cell::text(plan.evidence),
            Cell::text(plan.done_when),
            Cell::text(plan.items.join("、")),
            Cell::text(wanted.pick(standing.0, standing.1)),
            line.next.map(|next| next.by).into(),
            Cell::count(line.overdue),
        ]);
    }
    Ok(table)
}

/// A schedule's frequency and deadline in words that the import reads back.
fn as_imported(schedule: &Schedule) -> (String, Cell) {
    let due = schedule.due_on.into();
    let detail = || schedule.every.detail();
    let (often, due) = match &schedule.every {
        Every::Once => ("一次".to_owned(), due),
        Every::Week { .. } => ("每周".to_owned(), Cell::text(detail())),
        Every::Month { .. } => ("每月".to_owned(), Cell::text(format!("每月{}", detail()))),
        Every::Quarter => ("每季".to_owned(), due),
        Every::HalfYear => ("每半年".to_owned(), due),
        Every::Year => ("每年".to_owned(), due),
        Every::Days { days } => (format!("每年{}次", days.len()), Cell::text(detail())),
        Every::Festivals { after: 0, .. } => ("每年".to_owned(), Cell::text(detail())),
        Every::Festivals { .. } => ("按节日".to_owned(), Cell::text(detail())),
        Every::Occasion => ("按需".to_owned(), Cell::Empty),
    };
    (often, due)
}

pub(super) async fn rectifications(
    connection: &mut AnyConnection,
    wanted: &Wanted,
) -> Result<Table> {
    let mut table = wanted.table(
        ("问题整改台账", "Rectifications"),
        &[
            (wanted.pick("序号", "No."), 6.0),
            (wanted.pick("问题", "Problem"), 40.0),
            (wanted.pick("地点", "Place"), 18.0),
            (wanted.pick("来源", "Found by"), 12.0),
            (wanted.pick("发现日期", "Found on"), 12.0),
            (wanted.pick("整改措施", "Measures"), 36.0),
            (wanted.pick("责任科室", "Department"), 16.0),
            (wanted.pick("责任人", "Person"), 12.0),
            (wanted.pick("整改期限", "Due"), 12.0),
            (wanted.pick("测评项", "Items"), 14.0),
            (wanted.pick("状态", "State"), 10.0),
            (wanted.pick("销号日期", "Closed on"), 12.0),
        ],
    );
    let mut found = Vec::new();
    for state in State::ALL {
        let organization = wanted.organization;
        let in_state = rectifications::in_state(connection, organization, state, ROWS).await?;
        found.extend(in_state);
    }
    let lines = rectification_lines(connection, wanted.organization, found, wanted.today).await?;
    for (number, line) in (1..).zip(lines) {
        let (one, problem) = (&line.rectification, &line.rectification.problem);
        let source = problem.found_by.name();
        let state = if line.overdue {
            ("已逾期", "Overdue")
        } else {
            one.state.name()
        };
        table.push(vec![
            Cell::count(number),
            Cell::text(&problem.problem),
            Cell::text(&problem.place),
            Cell::text(wanted.pick(source.0, source.1)),
            Cell::Date(problem.found_on),
            Cell::text(&problem.measures),
            Cell::text(line.department_name.as_deref().unwrap_or_default()),
            Cell::text(line.person_name.as_deref().unwrap_or_default()),
            Cell::Date(problem.due_on),
            Cell::text(problem.items.join("、")),
            Cell::text(wanted.pick(state.0, state.1)),
            one.closed_at.map(subjects::today).into(),
        ]);
    }
    Ok(table)
}

pub(super) async fn activities(connection: &mut AnyConnection, wanted: &Wanted) -> Result<Table> {
    let mut table = wanted.table(
        ("活动台账", "Activities"),
        &[
            (wanted.pick("序号", "No."), 6.0),
            (wanted.pick("活动名称", "Activity"), 36.0),
            (wanted.pick("类型", "Kind"), 12.0),
            (wanted.pick("日期", "Date"), 12.0),
            (wanted.pick("时间", "Time"), 14.0),
            (wanted.pick("地点", "Place"), 24.0),
            (wanted.pick("组织者", "Organizer"), 12.0),
            (wanted.pick("科室", "Department"), 16.0),
            (wanted.pick("报名人数", "Signed up"), 10.0),
            (wanted.pick("到场人数", "Came"), 10.0),
            (wanted.pick("测评项", "Items"), 16.0),
            (wanted.pick("备注", "Remarks"), 10.0),
        ],
    );
    let year = wanted.year;
    table.notes.push(match wanted.lang {
        domain::Lang::Zh => format!("{year} 年"),
        domain::Lang::En => format!("Year {year}"),
    });
    let departments = departments(connection, wanted).await?;
    let (from, until) = wanted.span();
    let listed =
        activities::store::list(connection, wanted.organization, from, until, ROWS).await?;
    for (number, it) in (1..).zip(listed) {
        let activity = it.activity;
        let clock = |at: domain::Timestamp| {
            let at = at.civil(UTC_OFFSET_MINUTES);
            at.map(|at| at.format("%H:%M").to_string())
                .unwrap_or_default()
        };
        let kind = activity.kind.name();
        let department = activity.department_id.and_then(|id| departments.get(&id));
        let cancelled = activity.state == ActivityState::Cancelled;
        table.push(vec![
            Cell::count(number),
            Cell::text(activity.title),
            Cell::text(wanted.pick(kind.0, kind.1)),
            Cell::Date(subjects::today(activity.starts_at)),
            Cell::text(format!(
                "{}–{}",
                clock(activity.starts_at),
                clock(activity.ends_at)
            )),
            Cell::text(activity.place),
            Cell::text(it.organizer_name),
            Cell::text(department.map(String::as_str).unwrap_or_default()),
            Cell::count(it.coming),
            Cell::count(it.arrived),
            Cell::text(activity.items.join("、")),
            Cell::text(if cancelled {
                wanted.pick("已取消", "Cancelled")
            } else {
                ""
            }),
        ]);
    }
    Ok(table)
}

/// Without numbers by which somebody is reached.
pub(super) async fn people(connection: &mut AnyConnection, wanted: &Wanted) -> Result<Table> {
    let mut table = wanted.table(
        ("人员名册", "People"),
        &[
            (wanted.pick("序号", "No."), 6.0),
            (wanted.pick("姓名", "Name"), 16.0),
            (wanted.pick("科室", "Department"), 24.0),
            (wanted.pick("角色", "Role"), 16.0),
            (wanted.pick("状态", "State"), 12.0),
        ],
    );
    table.landscape = false;
    let departments = departments(connection, wanted).await?;
    let listed = people::store::list(connection, wanted.organization).await?;
    for (number, it) in (1..).zip(listed) {
        let department = it.department_id.and_then(|id| departments.get(&id));
        let role = it.role.name();
        table.push(vec![
            Cell::count(number),
            Cell::text(it.name),
            Cell::text(department.map(String::as_str).unwrap_or_default()),
            Cell::text(wanted.pick(role.0, role.1)),
            Cell::text(if it.active {
                wanted.pick("在用", "Active")
            } else {
                wanted.pick("已停用", "Closed")
            }),
        ]);
    }
    Ok(table)
}

pub(super) async fn departments(
    connection: &mut AnyConnection,
    wanted: &Wanted,
) -> Result<HashMap<DepartmentId, String>> {
    let all = departments::store::list(connection, wanted.organization).await?;
    Ok(all.into_iter().map(|it| (it.id, it.name)).collect())
}
