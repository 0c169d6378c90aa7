//! One activity in a list: when, what, where, and what it means to me.

use domain::{
    Timestamp,
    areas::activities::{Activity, ActivityState},
};
use icondata_lu as lu;
use leptos::prelude::*;

use crate::{
    components::{
        Tone,
        status::{Badge, BadgeProps},
    },
    i18n::Format,
    routing::Page,
};

/// A short word beside a line, with the color that goes with it.
pub type Mark = (Tone, String);

/// A link to the activity; `mark` says how I stand to it.
pub fn activity_row(f: Format, activity: &Activity, mark: Option<Mark>, now: Timestamp) -> AnyView {
    let lang = f.lang();
    let cancelled = activity.state == ActivityState::Cancelled;
    let running = !cancelled && activity.starts_at <= now && now <= activity.ends_at;
    let mark = if cancelled {
        Some((Tone::Neutral, lang.pick("已取消", "Cancelled").to_owned()))
    } else {
        mark
    };
    let (zh, en) = activity.kind.name();
    let about = [activity.place.as_str(), lang.pick(zh, en)];
    let about: Vec<&str> = about.into_iter().filter(|text| !text.is_empty()).collect();
    view! {
        <a
            class="row row-link activity-row"
            class:is-running=running
            class:is-cancelled=cancelled
            href=Page::Activity(activity.id).path()
        >
            <span class="activity-time">
                <span class="activity-start">{f.time(activity.starts_at)}</span>
                <span class="activity-end">{f.time(activity.ends_at)}</span>
            </span>
            <span class="row-text">
                <span class="row-title">{activity.title.clone()}</span>
                <span class="row-note">{about.join(" · ")}</span>
                {mark.map(|mark| view! { <span class="activity-mark">{badge(mark)}</span> })}
            </span>
        </a>
    }
    .into_any()
}

/// A word in a colored pill.
pub fn badge((tone, text): Mark) -> AnyView {
    let icon = match tone {
        Tone::Info | Tone::Primary | Tone::Success => lu::LuCheck,
        Tone::Neutral => lu::LuBan,
        Tone::Warning | Tone::Danger => tone.icon(),
    };
    Badge(BadgeProps {
        tone: Signal::stored(tone),
        label: TextProp::from(text),
        icon: Some(icon),
    })
    .into_any()
}
