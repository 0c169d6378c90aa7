//! Requests and answers in words, without anything that differs from run to run.

use domain::{
    Outcome,
    api::sync::{PullResponse, PulledRow, PushRequest, PushResponse},
};
use sync::transport::{Method, Request, Response};

pub fn is_push(request: &Request) -> bool {
    request.path == "/api/sync/push"
}

/// A heartbeat alone is a push as well.
pub fn brings_operations(request: &Request) -> bool {
    is_push(request)
        && serde_json::from_slice::<PushRequest>(&request.body)
            .is_ok_and(|push| !push.operations.is_empty())
}

pub fn is_pull(request: &Request) -> bool {
    request.path.starts_with("/api/sync/pull")
}

pub fn of_request(request: &Request) -> String {
    let path = request.path.as_str();
    match request.method {
        _ if is_push(request) => match serde_json::from_slice::<PushRequest>(&request.body) {
            Ok(push) => format!("push of {}", push.operations.len()),
            Err(error) => format!("push ({error})"),
        },
        _ if is_pull(request) && path.contains("cursor=") => "pull".to_owned(),
        _ if is_pull(request) => "pull from the start".to_owned(),
        Method::Post if path == "/api/blobs" => "upload begins".to_owned(),
        Method::Patch => format!("upload of {} bytes", request.body.len()),
        Method::Head if path.contains("/uploads/") => "upload's offset".to_owned(),
        method if path.contains("/uploads/") => format!("upload {}", method.as_str()),
        Method::Head => "blob?".to_owned(),
        method => format!("{} {path}", method.as_str()),
    }
}

pub fn of_response(request: &Request, response: &Response) -> String {
    let status = response.status;
    if status == 200 && is_push(request) {
        return match serde_json::from_slice::<PushResponse>(&response.body) {
            Ok(pushed) => {
                let verdicts: Vec<String> = pushed
                    .verdicts
                    .iter()
                    .map(|verdict| of_outcome(&verdict.outcome))
                    .collect();
                let notice = pushed.notice.map(|notice| format!(" {notice:?}"));
                format!("[{}]{}", verdicts.join(" "), notice.unwrap_or_default())
            }
            Err(error) => error.to_string(),
        };
    }
    if status == 200 && is_pull(request) {
        return match serde_json::from_slice::<PullResponse>(&response.body) {
            Ok(page) => {
                let removed = page.rows.iter();
                let removed = removed
                    .filter(|row| matches!(row, PulledRow::Remove { .. }))
                    .count();
                format!(
                    "{} rows, {removed} removed{}{}",
                    page.rows.len(),
                    if page.reset { ", reset" } else { "" },
                    if page.more { ", more" } else { "" }
                )
            }
            Err(error) => error.to_string(),
        };
    }
    match response.header("upload-offset") {
        Some(offset) => format!("{status} at {offset}"),
        None => status.to_string(),
    }
}

pub fn of_outcome(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Duplicate { first } => format!("duplicate({})", of_outcome(first)),
        Outcome::Quarantined { refusal } => format!("quarantined({})", refusal.code()),
        other => other.name().to_owned(),
    }
}
