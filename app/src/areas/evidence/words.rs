//! Words, tones and icons for evidence.

use domain::{
    EvidenceKind, Lang,
    api::evidence::{Doubt, NeedLine},
    areas::submissions::ReviewState,
    coverage::Progress,
};
use icondata_core::Icon as IconData;
use icondata_lu as lu;
use leptos::prelude::*;

use crate::{
    components::{Tone, choice::Choice},
    i18n::use_lang,
};

pub fn kind_name(lang: Lang, kind: EvidenceKind) -> &'static str {
    let (zh, en) = kind.name();
    lang.pick(zh, en)
}

/// All kinds, in the current language.
pub fn kinds() -> Signal<Vec<Choice>> {
    let lang = use_lang();
    Signal::derive(move || {
        EvidenceKind::ALL
            .iter()
            .map(|kind| Choice::new(kind.as_str(), kind_name(lang.get(), *kind)))
            .collect()
    })
}

pub fn progress_tone(progress: Progress) -> Tone {
    match progress {
        Progress::Complete => Tone::Success,
        Progress::Some => Tone::Warning,
        Progress::Nothing => Tone::Neutral,
    }
}

pub fn progress_name(progress: Progress) -> (&'static str, &'static str) {
    match progress {
        Progress::Complete => ("已齐", "Complete"),
        Progress::Some => ("缺一部分", "In part"),
        Progress::Nothing => ("还没有", "Nothing yet"),
    }
}

/// `会议纪要 1/2`
pub fn need_text(lang: Lang, need: &NeedLine) -> String {
    let label = match lang {
        Lang::Zh if !need.label.is_empty() => need.label.as_str(),
        _ => kind_name(lang, need.kind),
    };
    format!("{label} {}/{}", need.there, need.min)
}

pub fn doubt_text(lang: Lang, doubt: &Doubt) -> String {
    let (zh, en) = match doubt {
        Doubt::OtherYear { year } => {
            return match lang {
                Lang::Zh => format!("日期是 {year} 年"),
                Lang::En => format!("Dated {year}"),
            };
        }
        Doubt::Undated => ("没有日期", "Undated"),
        Doubt::NotApproved { state } => match state {
            ReviewState::Submitted => ("待审核，未计入", "To be reviewed; not counted"),
            ReviewState::Returned => ("已退回，不计入", "Returned; not counted"),
            ReviewState::Voided => ("已作废，不计入", "Voided; not counted"),
            ReviewState::Approved => ("已通过", "Approved"),
        },
        Doubt::Withdrawn => ("已撤下，不计入", "Withdrawn; not counted"),
        Doubt::Gone => ("材料已找不到", "Can’t be found any more"),
    };
    lang.pick(zh, en).to_owned()
}

pub fn kind_icon(kind: EvidenceKind) -> IconData {
    match kind {
        EvidenceKind::Photo | EvidenceKind::Screenshot => lu::LuImage,
        EvidenceKind::SignIn => lu::LuListChecks,
        EvidenceKind::Ledger | EvidenceKind::CheckForm => lu::LuClipboardList,
        EvidenceKind::Link | EvidenceKind::Brief => lu::LuNewspaper,
        EvidenceKind::Certificate | EvidenceKind::Agreement => lu::LuAward,
        EvidenceKind::Notice => lu::LuMegaphone,
        _ => lu::LuFileText,
    }
}
