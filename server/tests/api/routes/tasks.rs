//! The table's lines about tasks, problems and the first page.

use serde_json::{Value, json};

use super::{
    table::{May, Names, Route, route},
    world::World,
};

const TASKS: &str = "/api/office/tasks";
const PROBLEMS: &str = "/api/office/rectifications";

pub const ROUTES: &[Route] = &[
    route(
        "GET",
        "/api/office/dashboard",
        May::Reviewer,
        Names::Nothing,
    ),
    route("GET", "/api/office/subjects", May::Reviewer, Names::Nothing)
        .asked("q=x&from=2026-01-01&until=2026-12-31"),
    route("GET", TASKS, May::Reviewer, Names::Nothing),
    route("POST", TASKS, May::Reviewer, Names::Nothing).takes(task),
    route("GET", "/api/office/tasks/{id}", May::Reviewer, Names::Task),
    route("PUT", "/api/office/tasks/{id}", May::Reviewer, Names::Task)
        .takes(task)
        .revised(),
    route(
        "POST",
        "/api/office/tasks/{id}/finish",
        May::Reviewer,
        Names::Task,
    )
    .takes(|_| json!({ "occurrence": "2026-11-30", "subjects": [], "reason": "材料在档案柜" }))
    .revised(),
    route(
        "POST",
        "/api/office/tasks/{id}/reopen",
        May::Reviewer,
        Names::Task,
    )
    .takes(|_| json!({ "occurrence": "2026-11-30" }))
    .revised(),
    route(
        "POST",
        "/api/office/tasks/preview",
        May::Reviewer,
        Names::Nothing,
    ),
    route(
        "POST",
        "/api/office/tasks/import",
        May::Reviewer,
        Names::Nothing,
    )
    .takes(|world| json!({ "rows": [task(world)] })),
    route("GET", PROBLEMS, May::Reviewer, Names::Nothing).asked("show=open"),
    route("POST", PROBLEMS, May::Reviewer, Names::Nothing).takes(problem),
    route(
        "GET",
        "/api/office/rectifications/sources",
        May::Reviewer,
        Names::Nothing,
    ),
    route(
        "GET",
        "/api/office/rectifications/{id}",
        May::Reviewer,
        Names::Rectification,
    ),
    route(
        "PUT",
        "/api/office/rectifications/{id}",
        May::Reviewer,
        Names::Rectification,
    )
    .takes(problem)
    .revised(),
    route(
        "POST",
        "/api/office/rectifications/{id}/rectified",
        May::Reviewer,
        Names::Rectification,
    )
    .takes(
        |world| json!({ "after": [{ "area": "submissions", "id": world.submission }], "note": "" }),
    )
    .revised(),
    route(
        "POST",
        "/api/office/rectifications/{id}/close",
        May::Reviewer,
        Names::Rectification,
    )
    .takes(|_| json!({ "note": "" }))
    .revised(),
    route(
        "POST",
        "/api/office/rectifications/{id}/reopen",
        May::Reviewer,
        Names::Rectification,
    )
    .takes(|_| json!({ "note": "又出现了" }))
    .revised(),
];

pub fn task(_: &World) -> Value {
    json!({
        "number": 1, "stage": "throughout", "title": "印发规划", "details": "", "helpers": "",
        "department_id": null, "leader": "", "responsible": "", "person_id": null,
        "schedule": {
            "every": { "every": "once" }, "starts_on": null, "due_on": "2026-11-30",
            "from": "2026-01-01", "until": "2028-12-31",
        },
        "evidence": "", "done_when": "", "items": ["Ⅰ-2-1"], "form_id": null, "active": true,
    })
}

pub fn problem(_: &World) -> Value {
    json!({
        "problem": "走廊堆放杂物", "found_by": "patrol", "found_on": "2020-11-01", "place": "二楼",
        "measures": "清空", "department_id": null, "person_id": null, "due_on": "2020-11-30",
        "items": ["Ⅵ-2-1"], "task_id": null, "before": [],
    })
}
