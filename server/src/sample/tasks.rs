//! Tasks and problems of the sample. The round is in its second year; what was due long ago is done.

use std::collections::HashMap;

use chrono::{Datelike as _, Days, NaiveDate};
use domain::{
    DepartmentId, OrganizationId, PersonId, RectificationId, Row, TaskId,
    api::rectifications::Act,
    areas::{
        evidence::{Subject, SubjectArea},
        rectifications::{FoundBy, Problem, Rectification, State},
        tasks::{Plan, Stage, Task},
    },
    tasks::{Every, Round, Standing, read, standing},
    time::UTC_OFFSET_MINUTES,
};
use uuid::Uuid;

use super::{Rows, csv::Table, people::Members, unknown};
use crate::{
    AppState, Result, Tx,
    areas::{rectifications::store as rectifications, tasks::store},
    ids,
};

/// What repeats is asked for since so many days.
const SINCE: u64 = 45;
/// Everything that was due before so many days is done.
const DONE_BEFORE: u64 = 12;

pub(super) async fn fill(
    state: &AppState,
    tx: &mut Tx,
    organization: OrganizationId,
    members: &Members,
    rows: &mut Rows,
) -> Result<()> {
    let now = state.clock.now();
    let today = now
        .civil(UTC_OFFSET_MINUTES)
        .map(|at| at.date())
        .unwrap_or_default();
    let departments: HashMap<String, DepartmentId> = rows
        .iter()
        .filter_map(|row| match row {
            Row::Departments(one) => Some((one.name.clone(), one.id)),
            _ => None,
        })
        .collect();
    let forms: Vec<(String, Vec<String>)> = rows
        .iter()
        .filter_map(|row| match row {
            Row::Forms(row) => {
                let form = row.form.read()?;
                Some((form.id.clone(), form.settings.items.clone()))
            }
            _ => None,
        })
        .collect();
    let round = Round {
        first_year: today.year() - 1,
        years: 3,
    };
    let office = members.get("linjingshu")?.id;
    let table = Table::read(include_str!("../../../templates/tasks.csv"));
    for (number, line) in (1_i64..).zip(table.records()) {
        let read = read(
            line.get("频次"),
            line.get("开始"),
            line.get("完成时限"),
            round,
            today - Days::new(SINCE),
        );
        let items: Vec<String> = line
            .get("对应测评项")
            .split('、')
            .map(str::to_owned)
            .collect();
        let form_id = items.iter().find_map(|item| {
            let mut serving = forms.iter().filter(|(_, items)| items.contains(item));
            match (serving.next(), serving.next()) {
                (Some((form, _)), None) => Some(form.clone()),
                _ => None,
            }
        });
        let code = line.get("阶段代码");
        let mut task = Task {
            id: ids::new::<TaskId>(&state.clock),
            revision: 1,
            plan: Plan {
                number,
                stage: Stage::guess(code).ok_or_else(|| unknown("stage", code))?,
                title: line.get("任务名称").to_owned(),
                details: line.get("具体内容").to_owned(),
                department_id: departments.get(line.get("牵头科室")).copied(),
                helpers: line.get("配合科室").to_owned(),
                leader: line.get("分管领导").to_owned(),
                responsible: line.get("责任人").to_owned(),
                person_id: None,
                schedule: read.schedule,
                evidence: line.get("成果与佐证").to_owned(),
                done_when: line.get("完成标准").to_owned(),
                items,
                form_id,
                active: true,
            },
        };
        store::put(tx, organization, &task).await?;
        let mut done: Vec<NaiveDate> = Vec::new();
        for one in task.plan.schedule.occurrences() {
            if one.by >= today - Days::new(DONE_BEFORE) {
                continue;
            }
            done.push(one.by);
            let completion = store::Done {
                occurrence: one.by,
                subjects: Vec::new(),
                reason: "材料已存入创建档案柜".to_owned(),
                by: office,
                at: now.plus_days(-(today - one.by).num_days()),
            };
            store::finish(
                tx,
                organization,
                ids::new(&state.clock),
                task.id,
                &completion,
            )
            .await?;
        }
        // Of what is left, most of the weekly work is done in time.
        let open = task.plan.schedule.open(&done);
        let late = standing(&task.plan.schedule, &open, today) == Standing::Overdue;
        if late && matches!(task.plan.schedule.every, Every::Week { .. }) && number % 2 == 1 {
            for one in open.iter().filter(|one| one.by < today) {
                done.push(one.by);
                let completion = store::Done {
                    occurrence: one.by,
                    subjects: Vec::new(),
                    reason: "学习记录本已登记".to_owned(),
                    by: office,
                    at: now.plus_days(-1),
                };
                store::finish(
                    tx,
                    organization,
                    ids::new(&state.clock),
                    task.id,
                    &completion,
                )
                .await?;
            }
        }
        if !done.is_empty() {
            task.revision += 1;
            store::put(tx, organization, &task).await?;
        }
        rows.push(Row::Tasks(Box::new(store::card(task, &done))));
    }
    let people = [
        office,
        members.get("shenyihang")?.id,
        members.get("chensiyuan")?.id,
    ];
    problems(state, tx, organization, &departments, people, today, rows).await
}

/// A problem: words, place, measures, who finds it, whose it is, item, found so many days ago, due in so
/// many days, how far it came.
type Line = (
    &'static str,
    &'static str,
    &'static str,
    FoundBy,
    &'static str,
    &'static str,
    u64,
    i64,
    State,
);

const PROBLEMS: [Line; 6] = [
    (
        "二楼走廊堆放杂物，影响消防通道",
        "二楼东侧走廊",
        "当日清空，划出物品暂存区并张贴提示",
        FoundBy::Patrol,
        "办公室",
        "Ⅵ-2-1",
        20,
        -4,
        State::Open,
    ),
    (
        "道德讲堂缺少照片背景横幅，照片看不出活动名称",
        "三楼会议室",
        "补做横幅，后续活动拍照前先检查背景",
        FoundBy::SelfCheck,
        "党支部",
        "Ⅲ-2-1",
        15,
        6,
        State::Open,
    ),
    (
        "垃圾桶标识不清，分类投放准确率低",
        "一楼大厅",
        "更换四分类标识，安排值日人员引导两周",
        FoundBy::Mock,
        "办公室",
        "Ⅶ-1-3",
        12,
        10,
        State::Open,
    ),
    (
        "红色书架借阅登记本中断三周",
        "阅览室",
        "指定专人登记，每周五核对",
        FoundBy::SelfCheck,
        "工会",
        "Ⅱ-3-2",
        18,
        2,
        State::Rectified,
    ),
    (
        "普法宣传台账份数与照片说明不一致",
        "",
        "按现场记录更正，由科长复核",
        FoundBy::Feedback,
        "政策法规科",
        "Ⅴ-3-1",
        30,
        -10,
        State::Closed,
    ),
    (
        "服务大厅满意度问卷样本不足 30 份",
        "服务大厅",
        "延长问卷时间，回访办事群众",
        FoundBy::Mock,
        "政策法规科",
        "Ⅴ-3-3",
        8,
        20,
        State::Open,
    ),
];

async fn problems(
    state: &AppState,
    tx: &mut Tx,
    organization: OrganizationId,
    departments: &HashMap<String, DepartmentId>,
    people: [PersonId; 3],
    today: NaiveDate,
    rows: &mut Rows,
) -> Result<()> {
    let now = state.clock.now();
    let [office, colleague, closer] = people;
    // Whatever was sent from phones shows how it is now.
    let record = rows.iter().find_map(|row| match row {
        Row::Submissions(it) => Some(Subject {
            area: SubjectArea::Submissions,
            id: it.id.0,
        }),
        _ => None,
    });
    for (problem, place, measures, found_by, department, item, ago, due, stands) in PROBLEMS {
        let found_on = today - Days::new(ago);
        let due_on = found_on.max(today + chrono::TimeDelta::days(due));
        let then = now.plus_days(-(ago as i64));
        let mut one = Rectification {
            id: ids::new::<RectificationId>(&state.clock),
            revision: 1,
            problem: Problem {
                problem: problem.to_owned(),
                found_by,
                found_on,
                place: place.to_owned(),
                measures: measures.to_owned(),
                department_id: departments.get(department).copied(),
                person_id: None,
                due_on,
                items: vec![item.to_owned()],
                task_id: None,
                before: Vec::new(),
            },
            state: State::Open,
            after: Vec::new(),
            created_at: then,
            closed_at: None,
        };
        let steps: &[(Act, State, PersonId, i64)] = match stands {
            State::Open => &[(Act::Added, State::Open, office, 0)],
            State::Rectified => &[
                (Act::Added, State::Open, office, 0),
                (Act::Rectified, State::Rectified, colleague, 6),
            ],
            State::Closed => &[
                (Act::Added, State::Open, office, 0),
                (Act::Rectified, State::Rectified, colleague, 6),
                (Act::Closed, State::Closed, closer, 8),
            ],
        };
        for (revision, (act, state_then, by, later)) in (1_i64..).zip(steps) {
            let at = then.plus_days(*later);
            one.revision = revision;
            one.state = *state_then;
            if *act == Act::Rectified {
                one.after = record.into_iter().collect();
            }
            one.closed_at = (*act == Act::Closed).then_some(at);
            rectifications::put(tx, organization, &one).await?;
            let entry = rectifications::Entry {
                revision,
                at,
                by: *by,
                act: *act,
                note: String::new(),
            };
            let id: Uuid = ids::new(&state.clock);
            rectifications::note(tx, organization, id, one.id, &entry).await?;
        }
        rows.push(Row::Rectifications(Box::new(rectifications::card(one))));
    }
    Ok(())
}
