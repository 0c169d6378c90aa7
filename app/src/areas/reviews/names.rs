//! Words and colors for states, kinds of records and proofs.

use domain::{
    Lang,
    areas::{attendances::ProofState, submissions::ReviewState},
};
use icondata_core::Icon as IconData;
use icondata_lu as lu;

use crate::components::Tone;

pub fn state_name(state: ReviewState) -> (&'static str, &'static str) {
    match state {
        ReviewState::Submitted => ("待审核", "To review"),
        ReviewState::Returned => ("已退回", "Returned"),
        ReviewState::Approved => ("已通过", "Approved"),
        ReviewState::Voided => ("已作废", "Voided"),
    }
}

pub fn state_tone(state: ReviewState) -> Tone {
    match state {
        ReviewState::Submitted => Tone::Info,
        ReviewState::Returned => Tone::Warning,
        ReviewState::Approved => Tone::Success,
        ReviewState::Voided => Tone::Neutral,
    }
}

pub fn state_icon(state: ReviewState) -> IconData {
    match state {
        ReviewState::Submitted => lu::LuInbox,
        ReviewState::Returned => lu::LuUndo2,
        ReviewState::Approved => lu::LuCircleCheck,
        ReviewState::Voided => lu::LuBan,
    }
}

pub fn proof_name(proof: ProofState) -> (&'static str, &'static str) {
    match proof {
        ProofState::Pending => ("尚未核验", "Not checked yet"),
        ProofState::Verified => ("已核验", "Verified"),
        ProofState::Vouched => ("记录员确认", "Vouched for"),
        ProofState::Doubtful => ("存疑", "Doubtful"),
    }
}

pub fn proof_tone(proof: ProofState) -> Tone {
    match proof {
        ProofState::Pending => Tone::Neutral,
        ProofState::Verified => Tone::Success,
        ProofState::Vouched => Tone::Info,
        ProofState::Doubtful => Tone::Warning,
    }
}

/// The forms that come with Minglu.
pub const FORMS: [(&str, (&str, &str)); 4] = [
    ("law_outreach", ("普法宣传", "Law outreach")),
    ("enforcement_visit", ("执法走访", "Enforcement visit")),
    ("blood_drive", ("无偿献血", "Blood drive")),
    ("field_note", ("随手记", "Field note")),
];

/// A form's title by its id; the office's own forms are known to the list by their id only.
pub fn form_name(lang: Lang, id: &str) -> String {
    FORMS
        .iter()
        .find(|(known, _)| *known == id)
        .map_or(id, |(_, (zh, en))| lang.pick(*zh, *en))
        .to_owned()
}
