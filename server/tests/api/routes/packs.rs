//! The table's lines about evidence packs, service hours and reports.

use serde_json::json;

use super::{
    table::{May, Names, Route, route},
    world::World,
};

pub const ROUTES: &[Route] = &[
    route("GET", "/api/office/packs", May::Reviewer, Names::Nothing).asked("year=2026"),
    route(
        "GET",
        "/api/office/packs/sheet",
        May::Reviewer,
        Names::Nothing,
    )
    .asked("year=2026&item=x"),
    route(
        "GET",
        "/api/office/packs/pack.zip",
        May::Reviewer,
        Names::Nothing,
    )
    .asked("year=2026&scope=x"),
    route("GET", "/api/office/hours", May::Reviewer, Names::Nothing)
        .asked("from=2026-01-01&until=2026-12-31"),
    route(
        "POST",
        "/api/office/hours/correct",
        May::Reviewer,
        Names::Nothing,
    )
    .takes(|_| {
        json!({
            "activity_id": "01930000-0000-7000-8000-000000000001",
            "person_id": "01930000-0000-7000-8000-000000000002",
            "minutes": 60, "reason": "忘记签退",
        })
    }),
    route(
        "PUT",
        "/api/office/hours/rounding",
        May::Administrator,
        Names::Nothing,
    )
    .takes(|_| json!({ "rounding": "quarter" })),
    route(
        "PUT",
        "/api/office/hours/consent",
        May::Reviewer,
        Names::Nothing,
    )
    .takes(|_| json!({ "person_id": "01930000-0000-7000-8000-000000000002", "consents": true })),
    route(
        "GET",
        "/api/office/hours/list.xlsx",
        May::Reviewer,
        Names::Nothing,
    )
    .asked("from=2026-01-01&until=2026-12-31&lang=en&public=1"),
    route(
        "GET",
        "/api/office/hours/certificate.docx",
        May::Reviewer,
        Names::Nothing,
    )
    .asked("from=2026-01-01&until=2026-12-31&person_id=01930000-0000-7000-8000-000000000002"),
    route(
        "GET",
        "/api/office/reports/report.docx",
        May::Reviewer,
        Names::Nothing,
    )
    .asked("from=2026-01-01&until=2026-12-31"),
    route(
        "GET",
        "/api/office/reports/report.xlsx",
        May::Reviewer,
        Names::Nothing,
    )
    .asked("from=2026-01-01&until=2026-12-31&lang=en"),
    route("GET", "/api/my/hours", May::Member, Names::Nothing),
];
