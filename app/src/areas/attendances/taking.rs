//! A volunteer checks in or out: by a scanned code, by a link, by the code word.

use domain::{
    ActivityId, Area, Lang, RecordRef, Row, Timestamp,
    areas::attendances::{Direction, Proof},
    proofs::{Code, read_code},
};
use icondata_lu as lu;
use leptos::prelude::*;

use super::{
    recording::record,
    situation::{Stand, stand},
    words,
};
use crate::{
    components::{
        button::{Button, ButtonKind, ButtonLink},
        icon::Icon,
    },
    device::Device,
    i18n::{t, use_format},
    routing::Page,
};

/// What became of a try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// On this phone for good.
    Done {
        activity: ActivityId,
        direction: Direction,
        at: Timestamp,
    },
    /// It was recorded before; nothing was added.
    Already {
        activity: ActivityId,
        since: Timestamp,
    },
    /// Nothing happened, and why.
    Not(String),
}

/// Takes the text of a code that was scanned or opened.
pub async fn take_code(device: Device, text: String, lang: Lang) -> Taken {
    match read_code(&text) {
        Some(Code::Display(code)) => {
            let proof = Proof::Display { code: text };
            take(device, code.activity_id, code.direction, proof, lang).await
        }
        Some(Code::Personal(_)) => Taken::Not(
            lang.pick(
                "这是个人码，请出示给组织者扫。签到请扫组织者手机上的码。",
                "This is somebody's own code, for the organizer to scan. Scan the one on the organizer's phone.",
            )
            .to_owned(),
        ),
        None => Taken::Not(
            lang.pick(
                "这不是明录的签到码，请对准组织者手机上的二维码。",
                "This is no check-in code. Point at the code on the organizer's phone.",
            )
            .to_owned(),
        ),
    }
}

/// Records it for the person whose account is open, unless it was recorded before.
pub async fn take(
    device: Device,
    activity: ActivityId,
    direction: Direction,
    proof: Proof,
    lang: Lang,
) -> Taken {
    let Some(replica) = device.replica() else {
        return Taken::Not(lang.pick("请先登录", "Please log in first").to_owned());
    };
    let me = replica.account().person_id;
    let facts: Vec<_> = replica
        .rows(Area::Attendances)
        .await
        .unwrap_or_default()
        .into_iter()
        .filter_map(|local| match local.row {
            Row::Attendances(fact) => Some(fact),
            _ => None,
        })
        .collect();
    // The code on the gate may still say "in" while somebody scans it again.
    if direction == Direction::In
        && let Stand::Here { since } = stand(&facts, activity, me)
    {
        return Taken::Already { activity, since };
    }
    match record(device, activity, me, direction, proof, None, lang).await {
        Ok(saved) => Taken::Done {
            activity,
            direction,
            at: saved.at,
        },
        Err(text) => Taken::Not(text),
    }
}

/// The screen after a try that led somewhere.
#[component]
pub fn TakenView(taken: Taken, #[prop(into)] on_again: Callback<()>) -> impl IntoView {
    let device = Device::get();
    let f = use_format();
    let done = t("完成", "Done");
    let again = t("再扫一次", "Scan again");
    let kept = t(
        "已存到本机，联网后自动上传",
        "Saved on this phone, will be sent when online",
    );
    let (activity, tone) = match &taken {
        Taken::Done { activity, .. } => (Some(*activity), "success"),
        Taken::Already { activity, .. } => (Some(*activity), "info"),
        Taken::Not(_) => (None, "warning"),
    };
    let title = {
        let taken = taken.clone();
        move || {
            let lang = f.lang();
            match &taken {
                Taken::Done { direction, .. } => words::done(lang, *direction).to_owned(),
                Taken::Already { since, .. } => {
                    let at = f.time(*since);
                    lang.pick(format!("{at} 已签到过"), format!("You checked in at {at}"))
                }
                Taken::Not(_) => lang.pick("没有签上", "Not checked in").to_owned(),
            }
        }
    };
    let name = move || {
        let record = RecordRef::new(Area::Activities, activity?);
        match device.row(record)?.row {
            Row::Activities(activity) => Some((activity.title, activity.place)),
            _ => None,
        }
    };
    let is_done = matches!(taken, Taken::Done { .. });
    let is_already = matches!(taken, Taken::Already { .. });
    let is_not = !is_done && !is_already;
    let detail = match taken {
        Taken::Done { at, .. } => TextProp::from(move || f.time(at)),
        Taken::Already { .. } => TextProp::from(t(
            "不用再扫。要签退，请扫组织者切换后的签退码。",
            "No need to scan again. To check out, scan the organizer's check-out code.",
        )),
        Taken::Not(text) => TextProp::from(text),
    };
    let icon = if is_not {
        lu::LuTriangleAlert
    } else {
        lu::LuCheck
    };
    view! {
        <div class=format!("outcome tone-{tone}") role="status" aria-live="assertive">
            <span class="outcome-mark"><Icon icon/></span>
            <h2 class="outcome-title">{title}</h2>
            <p class="outcome-detail" class:outcome-time=is_done>{move || detail.get()}</p>
            {move || {
                name()
                    .map(|(title, place)| {
                        view! {
                            <p class="outcome-name">{title}</p>
                            <p class="outcome-place">{place}</p>
                        }
                            .into_any()
                    })
            }}
            {is_done
                .then(|| {
                    view! { <p class="outcome-kept"><Icon icon=lu::LuSmartphone/>{kept}</p> }
                })}
            <div class="outcome-actions">
                {is_not
                    .then(|| {
                        view! {
                            <Button
                                kind=ButtonKind::Primary
                                wide=true
                                icon=lu::LuScanLine
                                on_click=on_again
                            >
                                {again}
                            </Button>
                        }
                    })}
                <ButtonLink
                    to=Page::Home
                    wide=true
                    kind=if is_not { ButtonKind::Secondary } else { ButtonKind::Primary }
                >
                    {done}
                </ButtonLink>
            </div>
        </div>
    }
    .into_any()
}
