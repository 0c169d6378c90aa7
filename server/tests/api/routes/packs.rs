//! The table's lines about evidence packs, service hours and reports.

use serde_json::{Value, json};

use super::{
    table::{May, Names, Route, route, whole},
    world::World,
};

const PERIOD: &str = "from=2026-01-01&until=2026-12-31&lang=en";
const NOBODY: &str = "01930000-0000-7000-8000-000000000002";

pub const ROUTES: &[Route] = &[
    whole("GET", "/api/office/packs", May::Reviewer).asked("year=2026"),
    whole("GET", "/api/office/packs/sheet", May::Reviewer),
    whole("GET", "/api/office/packs/pack.zip", May::Reviewer),
    whole("GET", "/api/office/packs/progress", May::Reviewer).asked("ticket=1"),
    whole("GET", "/api/office/table.xlsx", May::Reviewer).asked("of=tasks"),
    whole("GET", "/api/office/table.csv", May::Reviewer).asked("of=activities&lang=en"),
    whole("GET", "/api/office/hours", May::Reviewer).asked(PERIOD),
    whole("POST", "/api/office/hours/correct", May::Reviewer).takes(correction),
    whole("PUT", "/api/office/hours/rounding", May::Administrator)
        .takes(|_| json!({ "rounding": "quarter" })),
    whole("PUT", "/api/office/hours/consent", May::Reviewer)
        .takes(|_| json!({ "person_id": NOBODY, "consents": true })),
    whole("GET", "/api/office/hours/list.xlsx", May::Reviewer).asked(PERIOD),
    whole("GET", "/api/office/hours/certificate.docx", May::Reviewer),
    whole("GET", "/api/office/reports/report.docx", May::Reviewer).asked(PERIOD),
    whole("GET", "/api/office/reports/report.xlsx", May::Reviewer).asked(PERIOD),
    whole("GET", "/api/my/hours", May::Member),
    whole("GET", "/api/my/hours/consent", May::Member),
    whole("PUT", "/api/my/hours/consent", May::Member).takes(|_| json!({ "consents": true })),
    whole("GET", "/api/office/participation", May::Reviewer).asked("year=2026&month=3"),
    whole("GET", "/api/office/participation/list.xlsx", May::Reviewer).asked("year=2026&lang=en"),
    whole("GET", "/api/office/self-assessment", May::Reviewer).asked("year=2026"),
    route(
        "PUT",
        "/api/office/self-assessment/items/{code}",
        May::Reviewer,
        Names::Item,
    )
    .takes(said)
    .asked("year=2026"),
    route(
        "PUT",
        "/api/office/self-assessment/items/{code}/department",
        May::Reviewer,
        Names::Item,
    )
    .takes(|world| json!({ "revision": 0, "department_id": world.department }))
    .asked("year=2026"),
    whole("GET", "/api/my/self-assessment", May::Recorder).asked("year=2026"),
    route(
        "PUT",
        "/api/my/self-assessment/items/{code}",
        May::Recorder,
        Names::Item,
    )
    .takes(|_| json!({ "revision": 0, "facts": { "type": "met", "met": true }, "narrative": "" }))
    .asked("year=2026"),
    whole("PUT", "/api/office/self-assessment/marks", May::Reviewer)
        .takes(|_| {
            let said = json!({ "met": true, "note": "见文件" });
            json!({ "revision": 0, "marks": { "preconditions": { "P1": said } } })
        })
        .asked("year=2026"),
    whole(
        "POST",
        "/api/office/self-assessment/close",
        May::Administrator,
    )
    .takes(|_| json!({ "revision": 0 })),
    whole(
        "POST",
        "/api/office/self-assessment/reopen",
        May::Administrator,
    )
    .takes(|_| json!({ "revision": 1, "reason": "补充材料后重评" })),
    whole(
        "GET",
        "/api/office/self-assessment/table.xlsx",
        May::Reviewer,
    )
    .asked("year=2026"),
    whole(
        "GET",
        "/api/office/self-assessment/report.docx",
        May::Reviewer,
    )
    .asked("year=2026"),
];

fn said(_: &World) -> Value {
    json!({
        "stage": "office", "revision": 0, "facts": { "type": "met", "met": true }, "narrative": "已落实",
    })
}

fn correction(_: &World) -> Value {
    json!({ "activity_id": NOBODY, "person_id": NOBODY, "minutes": 60, "reason": "忘记签退" })
}
