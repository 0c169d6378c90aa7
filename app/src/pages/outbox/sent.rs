//! What the server received in the last 30 days, with its signed receipt.

use std::sync::Arc;

use icondata_lu as lu;
use leptos::prelude::*;

use super::{
    items::{Received, received},
    words::{self, What},
};
use crate::{
    components::{
        Tone,
        button::{ButtonKind, ButtonLink, LoadMore},
        copy_field::CopyField,
        dialog::Dialog,
        icon::Icon,
        status::{Art, Badge, BadgeProps, EmptyState},
        surface::{Fact, Facts, List, Section},
    },
    device::Device,
    i18n::{Format, t, use_format},
};

/// How many are shown at first, and more on each tap.
const STEP: usize = 20;

#[component]
pub fn SentList() -> impl IntoView {
    let device = Device::get();
    let f = use_format();
    let shown = RwSignal::new(STEP);
    let chosen = RwSignal::new(None::<Arc<Received>>);
    let list = Memo::new(move |_| {
        let sent = device.sent()?;
        let attachments = device.attachments().unwrap_or_default();
        let found = received(&sent, &attachments);
        Some(found.into_iter().map(Arc::new).collect::<Vec<_>>())
    });
    let title = t("最近 30 天已送达", "Sent in the last 30 days");
    let (none, none_text) = (
        t("还没有发送过内容", "Nothing was sent yet"),
        t(
            "签到、报名和记录送到服务器后，会在这里留下回执。",
            "Check-ins, sign-ups and records leave a receipt here once the server has them.",
        ),
    );
    let idle = move || {
        device.outbox().is_some_and(|outbox| outbox.is_empty())
            && device.sent().is_some_and(|sent| sent.is_empty())
    };
    let more = Signal::derive(move || {
        list.with(|list| list.as_ref().is_some_and(|list| list.len() > shown.get()))
    });
    view! {
        {move || {
            let list = list.get()?;
            if list.is_empty() {
                return idle()
                    .then(|| view! { <EmptyState art=Art::Done title=none text=none_text/> }.into_any());
            }
            let rows: Vec<AnyView> = list
                .into_iter()
                .take(shown.get())
                .map(|one| line(device, f, one, chosen))
                .collect();
            Some(view! { <Section title><List>{rows}</List></Section> }.into_any())
        }}
        {move || {
            let strange = device.sent()?.iter().filter(|item| item.operation.is_none()).count();
            let lang = f.lang();
            let text = lang.pick(
                format!("另有 {strange} 条由其他版本的应用发出，已送达，本版本无法显示。"),
                format!("Sent by another version of the app, which this one can’t show: {strange}."),
            );
            (strange > 0).then(|| view! { <p class="quiet">{text}</p> })
        }}
        <LoadMore more on_more=move || shown.update(|shown| *shown += 2 * STEP)/>
        <Receipt chosen/>
    }
    .into_any()
}

fn line(
    device: Device,
    f: Format,
    one: Arc<Received>,
    chosen: RwSignal<Option<Arc<Received>>>,
) -> AnyView {
    let lang = f.lang();
    let What { icon, title, .. } = words::of_operation(device, f, one.record, &one.operation);
    let (tone, word) = if one.closed.is_some() {
        (Tone::Warning, lang.pick("未采纳", "Not taken in"))
    } else {
        words::outcome(lang, &words::by_now(device, one.record, &one.outcome))
    };
    let at = f.ago(one.item.at);
    let photos = one.photos;
    let note = if photos > 0 {
        lang.pick(
            format!("{at} · {photos} 张照片"),
            format!("{at} · photos: {photos}"),
        )
    } else {
        at
    };
    // The usual case is a quiet tick: color is for what a person should notice.
    let mark = if tone == Tone::Success {
        view! {
            <span class="row-tick tone-success">
                <Icon icon=lu::LuCheck/>
                <span class="sr-only">{word}</span>
            </span>
        }
        .into_any()
    } else {
        Badge(BadgeProps {
            tone: Signal::stored(tone),
            label: TextProp::from(word),
            icon: None,
        })
        .into_any()
    };
    view! {
        <button type="button" class="row row-link" on:click=move |_| chosen.set(Some(one.clone()))>
            <span class="row-icon tone-neutral"><Icon icon/></span>
            <span class="row-text">
                <span class="row-title clamp-2">{title}</span>
                <span class="row-note">{note}</span>
            </span>
            {mark}
        </button>
    }
    .into_any()
}

#[component]
fn Receipt(chosen: RwSignal<Option<Arc<Received>>>) -> impl IntoView {
    let device = Device::get();
    let f = use_format();
    let title = t("送达回执", "Receipt");
    let labels = (
        t("内容", "What"),
        t("记下时间", "Recorded"),
        t("送达时间", "Received"),
        t("编号", "Number"),
        t("后来处理", "Decided later"),
    );
    let proof_label = t(
        "服务器签过名的回执，需要证明时可复制给办公室",
        "Signed by the server: copy it for the office if proof is needed",
    );
    view! {
        <Dialog
            open=Signal::derive(move || chosen.with(Option::is_some))
            on_close=move || chosen.set(None)
            title
        >
            {move || {
                let one = chosen.get()?;
                let lang = f.lang();
                let operation = &one.operation;
                let What { title, page, .. } = words::of_operation(device, f, one.record, operation);
                let receipt = one.item.receipt.clone();
                let arrived = receipt.as_ref().map_or(one.item.at, |receipt| receipt.received_at);
                let proof = receipt.and_then(|receipt| serde_json::to_string(&receipt).ok());
                let number = operation.op_id.to_string();
                let recorded = f.day_time(operation.capture.captured_at());
                let closed = one.closed.clone();
                let sentence = if closed.is_some() {
                    let words = (
                        "办公室看过后没有采纳，原文仍完整保留。原因：",
                        "The office looked at it and didn’t take it in; it is kept whole. Why:",
                    );
                    lang.pick(words.0, words.1).to_owned()
                } else {
                    let outcome = words::by_now(device, one.record, &one.outcome);
                    words::outcome_sentence(f, &outcome)
                };
                let decided = one.item.later.clone();
                Some(
                    view! {
                        <p>{sentence}</p>
                        {closed.map(|reason| view! { <p class="quote">{reason}</p> })}
                        <Facts>
                            <Fact label=labels.0>{title}</Fact>
                            <Fact label=labels.1>{recorded}</Fact>
                            <Fact label=labels.2>{f.day_time(arrived)}</Fact>
                            {decided
                                .map(|later| {
                                    let at = f.day_time(later.at);
                                    let by = later.by.map(|by| device.person_name(by));
                                    let text = by.map_or(at.clone(), |by| format!("{by} · {at}"));
                                    view! { <Fact label=labels.4>{text}</Fact> }
                                })}
                            <Fact label=labels.3><span class="receipt-number">{number}</span></Fact>
                        </Facts>
                        {proof
                            .map(|proof| {
                                view! { <CopyField label=proof_label text=Signal::stored(proof)/> }
                            })}
                        {page
                            .map(|page| {
                                view! {
                                    <ButtonLink to=page kind=ButtonKind::Secondary wide=true>
                                        {lang.pick("查看这条记录", "Look at it")}
                                    </ButtonLink>
                                }
                            })}
                    }
                    .into_any(),
                )
            }}
        </Dialog>
    }
    .into_any()
}
