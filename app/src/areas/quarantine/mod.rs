//! What was received and kept whole although a rule said no: in words, and readable when unfolded.
//!
//! Pure. Leaves out the office's page, where it is decided.

use domain::{Lang, refusal::Refusal};
use serde_json::Value;

/// What the raw envelope was about, as far as it says: 签到, 记录 …
pub fn subject(lang: Lang, raw: &str) -> String {
    let area = serde_json::from_str::<Value>(raw).ok().and_then(|value| {
        value
            .get("record")?
            .get("area")?
            .as_str()
            .map(str::to_owned)
    });
    match area.as_deref() {
        Some("submissions") => lang.pick("记录", "Record"),
        Some("attendances") => lang.pick("签到签退", "Check-in or check-out"),
        Some("sign_ups") => lang.pick("报名", "Sign-up"),
        Some("attachments") => lang.pick("照片", "Photo"),
        _ => lang.pick("无法识别的内容", "Unreadable content"),
    }
    .to_owned()
}

/// Whether it holds answers that could be corrected.
pub fn can_be_corrected(raw: &str) -> bool {
    let Ok(value) = serde_json::from_str::<Value>(raw) else {
        // An excerpt of a long one; the server knows.
        return raw.contains("\"submissions\"");
    };
    let kind = value.pointer("/change/change/type").and_then(Value::as_str);
    matches!(kind, Some("submit" | "amend"))
}

/// The envelope with line breaks where it is JSON, else as it came.
pub fn readable(raw: &str) -> String {
    serde_json::from_str::<Value>(raw)
        .and_then(|value| serde_json::to_string_pretty(&value))
        .unwrap_or_else(|_| raw.to_owned())
}

/// What the office can do about it.
pub fn advice(refusal: &Refusal) -> (&'static str, &'static str) {
    match refusal {
        Refusal::UnknownSchema { .. } | Refusal::UnknownForm { .. } => (
            "请作者更新应用后再提交一次；原文已在这里。",
            "Ask the author to update the app and send it again; the original is here.",
        ),
        Refusal::NotPermitted => (
            "如确应允许，请在“人员”中调整角色，再请作者重新提交。",
            "If it should be allowed, change the role under People and ask for it again.",
        ),
        Refusal::NotYours | Refusal::OperationIdReused { .. } => (
            "请核对是谁的手机：可能换过账号，或手机由备份恢复。",
            "Find out whose phone it is: the account may have changed, or a backup was restored.",
        ),
        Refusal::AlreadyApproved => (
            "审核通过后又有修改。需要采用的话，请先退回该记录。",
            "It changed after the approval. To take it in, return the record first.",
        ),
        Refusal::UnknownActivity
        | Refusal::UnknownPerson
        | Refusal::ActivityFull
        | Refusal::ActivityCancelled => (
            "请核对活动和名单；签到可在活动的签到表上补登。",
            "Check the activity and its roster; attendance can be ticked on the roster.",
        ),
        Refusal::InvalidAnswer { .. }
        | Refusal::TooLong { .. }
        | Refusal::BadCharacter { .. }
        | Refusal::MediaType { .. }
        | Refusal::BrokenPhoto { .. }
        | Refusal::TooLarge { .. } => (
            "请作者按提示改正后重新提交。",
            "Ask the author to correct it as told and send it again.",
        ),
        _ => (
            "内容已完整保留，请与作者核对后处理。",
            "It is kept whole; please settle it with the author.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_envelope_says_what_it_is_about() {
        let raw = r#"{"record":{"area":"attendances","id":"x"}}"#;
        assert_eq!(subject(Lang::Zh, raw), "签到签退");
        assert_eq!(subject(Lang::En, "not json"), "Unreadable content");
    }

    #[test]
    fn what_is_no_json_stays_as_it_came() {
        assert_eq!(readable("{\"a\":"), "{\"a\":");
        assert_eq!(readable("{\"a\":1}"), "{\n  \"a\": 1\n}");
    }
}
