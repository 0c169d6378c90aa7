//! The table's lines about the evidence ledger, bundles, files and search.

use serde_json::json;

use super::{
    bodies::about,
    table::{May, Names, Route, route},
};

const PROOFS: &str = "/api/office/submissions/{id}/evidence";
const EVIDENCE: &str = "/api/office/evidence";
const FILES: &str = "/api/office/files";
const FILE: &str = "/api/office/files/{id}";

pub const ROUTES: &[Route] = &[
    route("GET", PROOFS, May::Reviewer, Names::Submission),
    route("POST", PROOFS, May::Reviewer, Names::Submission)
        .takes(|world| json!({ "item": world.item, "year": 2026, "passage": "第三段" })),
    route("DELETE", PROOFS, May::Reviewer, Names::Submission).asked("item=A-1"),
    route("GET", EVIDENCE, May::Reviewer, Names::Nothing).asked("year=2026"),
    route("POST", EVIDENCE, May::Reviewer, Names::Nothing).takes(|world| {
        json!({
            "item": world.item, "kind": "plan", "year": 2026,
            "subject": { "area": "activities", "id": world.activity },
        })
    }),
    route(
        "PATCH",
        "/api/office/evidence/{id}",
        May::Reviewer,
        Names::Evidence,
    )
    .takes(|_| json!({ "kind": "sum", "year": 2025, "passage": "小结" })),
    route(
        "DELETE",
        "/api/office/evidence/{id}",
        May::Reviewer,
        Names::Evidence,
    ),
    route(
        "GET",
        "/api/office/evidence/items/{code}",
        May::Reviewer,
        Names::Item,
    )
    .asked("year=2026"),
    route(
        "GET",
        "/api/office/evidence/items/{code}/pieces",
        May::Reviewer,
        Names::Item,
    )
    .asked("year=2026&show=doubtful"),
    route(
        "GET",
        "/api/office/activities/{id}/bundle",
        May::Reviewer,
        Names::Activity,
    )
    .asked("lang=en"),
    route(
        "POST",
        "/api/office/activities/{id}/bundle",
        May::Reviewer,
        Names::Activity,
    )
    .takes(|_| json!({ "kind": "brief", "title": "活动简报", "text": "今天开展活动。" })),
    route(
        "POST",
        "/api/office/activities/{id}/evidence",
        May::Reviewer,
        Names::Activity,
    )
    .takes(|world| json!({ "item": world.item, "passage": "按时到场" })),
    route("GET", FILES, May::Reviewer, Names::Nothing).asked(
        "q=x&kind=plan&department_id=01930000-0000-7000-8000-000000000001\
         &activity_id=01930000-0000-7000-8000-000000000001&withdrawn=true\
         &after=1~01930000-0000-7000-8000-000000000001",
    ),
    route("POST", FILES, May::Reviewer, Names::Nothing).takes(
        |world| json!({ "sha256": world.sha256, "file_name": "通知.jpg", "about": about(world) }),
    ),
    route("GET", FILE, May::Reviewer, Names::File),
    route("PUT", FILE, May::Reviewer, Names::File)
        .takes(about)
        .revised(),
    route(
        "GET",
        "/api/office/files/{id}/content",
        May::Reviewer,
        Names::File,
    ),
    route(
        "POST",
        "/api/office/files/{id}/withdraw",
        May::Reviewer,
        Names::File,
    )
    .revised(),
    route(
        "POST",
        "/api/office/files/{id}/restore",
        May::Reviewer,
        Names::File,
    )
    .revised(),
    route("GET", "/api/office/search", May::Reviewer, Names::Nothing).asked("q=x&after=1"),
];
