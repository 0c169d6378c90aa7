//! The table's lines about evidence packs, service hours and reports.

use serde_json::{Value, json};

use super::{
    table::{May, Route, whole},
    world::World,
};

const PERIOD: &str = "from=2026-01-01&until=2026-12-31&lang=en";
const NOBODY: &str = "01930000-0000-7000-8000-000000000002";

pub const ROUTES: &[Route] = &[
    whole("GET", "/api/office/packs", May::Reviewer).asked("year=2026"),
    whole("GET", "/api/office/packs/sheet", May::Reviewer),
    whole("GET", "/api/office/packs/pack.zip", May::Reviewer),
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
];

fn correction(_: &World) -> Value {
    json!({ "activity_id": NOBODY, "person_id": NOBODY, "minutes": 60, "reason": "忘记签退" })
}
