//! The organizer scans volunteers' own codes, one after the other, and checks them offline.

use domain::{
    areas::attendances::{Direction, Proof},
    proofs::{Code, PersonalCode, read_code},
};
use icondata_lu as lu;
use leptos::{prelude::*, task::spawn_local};

use super::Gate;
use crate::{
    areas::attendances::{recording::record, situation::Stand, words},
    components::{Tone, icon::Icon, qr::QrScanner},
    i18n::t,
    platform::screen,
};

/// What the last scan found.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Found {
    tone: Tone,
    name: String,
    text: String,
    /// So that the same result twice is announced twice.
    count: u32,
}

#[component]
pub(super) fn ScanPeople(gate: Gate) -> impl IntoView {
    let found = RwSignal::new(None::<Found>);
    let count = StoredValue::new(0_u32);
    let show = move |tone: Tone, name: String, text: String| {
        count.update_value(|count| *count = count.wrapping_add(1));
        found.set(Some(Found {
            tone,
            name,
            text,
            count: count.get_value(),
        }));
    };
    let on_code = move |text: String| {
        screen::buzz();
        let lang = gate.f.lang_now();
        match read_code(&text) {
            Some(Code::Personal(code)) => take(gate, code, text, show),
            Some(Code::Display(_)) => show(
                Tone::Warning,
                lang.pick("这是活动的签到码", "This is an activity's code")
                    .to_owned(),
                lang.pick(
                    "请让志愿者打开“签到 → 我的码”。",
                    "Ask the volunteer to open Check in → My code.",
                )
                .to_owned(),
            ),
            None => show(
                Tone::Warning,
                lang.pick("不是明录的码", "No Minglu code").to_owned(),
                lang.pick(
                    "请对准志愿者的个人码。",
                    "Point at the volunteer's own code.",
                )
                .to_owned(),
            ),
        }
    };
    let hint = t("对准志愿者的个人码", "Point at the volunteer's own code");
    view! {
        <div class="scan-result" role="status" aria-live="assertive">
            {move || {
                found
                    .get()
                    .map(|found| {
                        let icon = if found.tone == Tone::Success { lu::LuCheck } else { found.tone.icon() };
                        view! {
                            <div class=format!("scan-card tone-{}", found.tone.as_str())>
                                <span class="scan-mark"><Icon icon/></span>
                                <span class="scan-text">
                                    <span class="scan-name">{found.name}</span>
                                    <span>{found.text}</span>
                                </span>
                            </div>
                        }
                            .into_any()
                    })
            }}
        </div>
        <QrScanner active=true on_code hint/>
    }
    .into_any()
}

fn take(
    gate: Gate,
    code: PersonalCode,
    text: String,
    show: impl Fn(Tone, String, String) + Copy + 'static,
) {
    let lang = gate.f.lang_now();
    let Some(replica) = gate.device.replica() else {
        return;
    };
    let person = code.person_id;
    let line = gate.lines.with_untracked(|lines| {
        let all = lines.as_ref()?;
        all.iter().find(|line| line.person_id == person).cloned()
    });
    let name = line.as_ref().map_or_else(
        || {
            lang.pick("名单外的人员", "Not on this phone's roster")
                .to_owned()
        },
        |line| line.name.clone(),
    );
    let stand = line.map_or(Stand::Away, |line| line.stand);
    let direction = gate.direction.get_untracked();
    if direction == Direction::In
        && let Stand::Here { since } = stand
    {
        let at = gate.f.time(since);
        show(
            Tone::Info,
            name,
            lang.pick(format!("{at} 已签到过"), format!("Already in since {at}")),
        );
        return;
    }
    let flags = code.judge(&replica.trust(), person, replica.best_now());
    let doubt = words::doubt(lang, &flags);
    spawn_local(async move {
        let proof = Proof::Scan { code: text };
        let saved = record(
            gate.device,
            gate.activity,
            person,
            direction,
            proof,
            None,
            lang,
        )
        .await;
        match (saved, doubt) {
            (Err(problem), _) => show(Tone::Danger, name, problem),
            (Ok(_), Some(doubt)) => show(Tone::Warning, name, doubt.to_owned()),
            (Ok(saved), None) => {
                let at = gate.f.time(saved.at);
                show(
                    Tone::Success,
                    name,
                    format!("{} {at}", words::done(lang, direction)),
                );
            }
        }
    });
}
