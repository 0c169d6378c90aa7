//! What was received and kept whole although a rule said no: in words, and readable when unfolded.
//!
//! Pure. Leaves out the office's page, where it is decided.

use domain::{Area, Lang, api::office::QuarantineLine, refusal::Refusal};
use serde_json::Value;

/// What it was about, as far as it says: 签到, 记录 …
pub fn subject(lang: Lang, line: &QuarantineLine) -> String {
    let area = match line.area {
        Some(Area::Submissions) => lang.pick("记录", "Record"),
        Some(Area::Attendances) => lang.pick("签到签退", "Check-in or check-out"),
        Some(Area::Guests) => lang.pick("来宾签到", "A guest’s arrival"),
        Some(Area::SignUps) => lang.pick("报名", "Sign-up"),
        Some(Area::Attachments) => lang.pick("照片", "Photo"),
        _ => lang.pick("无法识别的内容", "Unreadable content"),
    };
    if line.title.is_empty() {
        return area.to_owned();
    }
    lang.pick(
        format!("{area}：{}", line.title),
        format!("{area}: {}", line.title),
    )
}

/// How an operation can be taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TakingIn {
    AsItIs,
    /// Some answer is wrong.
    Corrected,
    /// Nothing here understands it.
    No,
}

pub fn taking_in(refusal: &Refusal, has_answers: bool) -> TakingIn {
    match refusal {
        // The whole is too long, not a text in it.
        Refusal::TooLong { field, .. } if field == "operation" => TakingIn::No,
        Refusal::InvalidAnswer { .. } | Refusal::TooLong { .. } | Refusal::BadCharacter { .. }
            if has_answers =>
        {
            TakingIn::Corrected
        }
        Refusal::Unreadable { .. }
        | Refusal::UnknownSchema { .. }
        // Taking it in would book it under somebody who may know nothing of it.
        | Refusal::NotYours
        | Refusal::AlreadyExists
        | Refusal::AlreadyVoided
        | Refusal::WrongRecord
        | Refusal::MediaType { .. }
        | Refusal::BrokenPhoto { .. }
        | Refusal::TooLarge { .. } => TakingIn::No,
        _ => TakingIn::AsItIs,
    }
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
            "如确应允许，可直接采纳；以后还要做的，请在“人员”中调整角色。",
            "If it should count, take it in; for the next time, change the role under People.",
        ),
        Refusal::NotYours | Refusal::OperationIdReused { .. } => (
            "请核对是谁的手机：可能换过账号，或手机由备份恢复。",
            "Find out whose phone it is: the account may have changed, or a backup was restored.",
        ),
        Refusal::AlreadyApproved => (
            "审核通过后又有修改。需要采用的话，请先退回该记录，再来采纳。",
            "It changed after the approval. To take it in, return the record first.",
        ),
        Refusal::ActivityFull => (
            "名额已满。可以破例采纳，也可以说明原因不予采纳。",
            "All places were taken. Let the person in all the same, or say why not.",
        ),
        Refusal::UnknownActivity | Refusal::UnknownPerson | Refusal::ActivityCancelled => (
            "请核对活动和名单；补好以后可以采纳，签到也可在签到表上补登。",
            "Check the activity and its roster. Then take it in, or tick it on the roster.",
        ),
        Refusal::InvalidAnswer { .. } | Refusal::TooLong { .. } | Refusal::BadCharacter { .. } => (
            "问清情况后在这里更正并采纳，也可以请作者重新提交。",
            "Ask what is right, correct it here and take it in; or have it sent again.",
        ),
        Refusal::MediaType { .. } | Refusal::BrokenPhoto { .. } | Refusal::TooLarge { .. } => (
            "请作者按提示换一张照片后重新提交。",
            "Ask the author to take another photo as told and send it again.",
        ),
        Refusal::PredecessorMissing => (
            "它依据的前一条还没有到。到了以后可以采纳。",
            "The record that it builds on isn’t here. Once it is, take this in.",
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
    fn what_nothing_understands_is_never_taken_in() {
        let unreadable = Refusal::Unreadable {
            detail: String::new(),
        };
        assert_eq!(taking_in(&unreadable, true), TakingIn::No);
        assert_eq!(taking_in(&Refusal::ActivityFull, false), TakingIn::AsItIs);
        let long = Refusal::TooLong {
            field: "title".to_owned(),
            limit: 200,
        };
        assert_eq!(taking_in(&long, true), TakingIn::Corrected);
        assert_eq!(taking_in(&long, false), TakingIn::AsItIs);
    }

    #[test]
    fn what_is_no_json_stays_as_it_came() {
        assert_eq!(readable("{\"a\":"), "{\"a\":");
        assert_eq!(readable("{\"a\":1}"), "{\n  \"a\": 1\n}");
    }
}
