//! The table's lines about standards.

use serde_json::{Value, json};

use super::{
    table::{May, Names, Route, route},
    world::World,
};

const STANDARDS: &str = "/api/office/standards";

pub const ROUTES: &[Route] = &[
    route("GET", STANDARDS, May::Reviewer, Names::Nothing),
    route("POST", STANDARDS, May::Administrator, Names::Nothing).takes(standard),
    route(
        "POST",
        "/api/office/standards/read",
        May::Administrator,
        Names::Nothing,
    ),
    route(
        "POST",
        "/api/office/standards/reread",
        May::Administrator,
        Names::Nothing,
    )
    .takes(|_| json!({ "rows": [[1, ["测评标准", "分值"]], [2, ["有机构", "1"]]] })),
    route(
        "GET",
        "/api/office/standards/current",
        May::Reviewer,
        Names::Nothing,
    ),
    route(
        "GET",
        "/api/office/standards/{id}",
        May::Reviewer,
        Names::Standard,
    ),
    route(
        "PUT",
        "/api/office/standards/{id}",
        May::Administrator,
        Names::Standard,
    )
    .takes(standard)
    .revised(),
    route(
        "GET",
        "/api/office/standards/{id}/standard.json",
        May::Reviewer,
        Names::Standard,
    ),
    route(
        "GET",
        "/api/office/standards/{id}/moves",
        May::Reviewer,
        Names::Standard,
    ),
    route(
        "POST",
        "/api/office/standards/{id}/publish",
        May::Administrator,
        Names::Standard,
    )
    .takes(|_| json!({ "items": {} }))
    .revised(),
    route(
        "POST",
        "/api/office/standards/{id}/carry",
        May::Administrator,
        Names::Standard,
    )
    .takes(|_| json!({ "items": {} })),
];

fn standard(_: &World) -> Value {
    standard_body()
}

/// A standard of one item.
pub fn standard_body() -> Value {
    json!({
        "schema_version": 1, "title": "测评标准", "total_points": 1, "cycle_years": 3,
        "projects": [{ "code": "A", "title": "组织", "points": 1, "contents": [{
            "code": "A-1", "title": "机构", "points": 1, "items": [{
                "code": "A-1-1", "title": "有机构", "points": 1,
                "scoring": { "type": "all_or_nothing" },
            }],
        }] }],
    })
}
