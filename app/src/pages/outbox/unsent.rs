//! What waits on this phone: what it is, since when, how far, and what went wrong last.

use domain::{Area, Lang, Row, Timestamp};
use icondata_lu as lu;
use leptos::prelude::*;

use super::{
    items::{Photos, Waiting, unreadable, waiting},
    words::{self, What},
};
use crate::{
    components::{
        Tone,
        icon::Icon,
        status::{Badge, BadgeProps, Skeleton},
        surface::{List, Section},
    },
    device::Device,
    i18n::Format,
};

pub fn unsent(device: Device, f: Format) -> AnyView {
    let lang = f.lang();
    let Some(outbox) = device.outbox() else {
        return view! { <Skeleton rows=2/> }.into_any();
    };
    let attachments = device.attachments().unwrap_or_default();
    let rows: Vec<_> = [Area::Submissions, Area::Attendances, Area::Guests]
        .into_iter()
        .filter_map(|area| device.rows(area))
        .flat_map(|rows| rows.iter().cloned().collect::<Vec<_>>())
        .collect();
    let list = waiting(&outbox, &rows, &attachments);
    let count = list.len() + unreadable(&outbox).count();
    if count == 0 {
        return ().into_any();
    }
    let title = lang.pick(
        format!("等待发送 {count}"),
        format!("Not sent yet: {count}"),
    );
    let lines = list.iter().map(|item| line(device, f, item));
    let strange = unreadable(&outbox).map(|item| strange(f, item.captured_at));
    let lines: Vec<AnyView> = lines.chain(strange).collect();
    view! { <Section title><List>{lines}</List></Section> }.into_any()
}

fn line(device: Device, f: Format, item: &Waiting) -> AnyView {
    let lang = f.lang();
    let What { icon, title, page } = match item.telling() {
        Some(operation) => words::of_operation(device, f, item.record, operation),
        None => words::of_record(device, f, item.record),
    };
    let captured = item
        .captured_at()
        .or_else(|| captured_at(device, item))
        .map(|at| f.ago(at))
        .map(|at| lang.pick(format!("{at}记下"), format!("Recorded {at}")));
    let (tone, state) = state(lang, item);
    let (attempts, error) = (item.attempts(), item.last_error());
    let trouble = error.filter(|_| attempts > 0).map(|error| {
        let error = error.get(lang);
        lang.pick(
            format!("已试 {attempts} 次：{error}"),
            format!("Tries: {attempts}. {error}"),
        )
    });
    let photos = (item.photos.all > 0).then(|| photos(lang, item.photos));
    let note: Vec<String> = captured.into_iter().chain(photos).collect();
    let is_link = page.is_some();
    let inner = view! {
        <span class="row-icon tone-primary"><Icon icon/></span>
        <span class="row-text">
            <span class="row-title clamp-2">{title}</span>
            <span class="row-note">{note.join(" · ")}</span>
            {trouble
                .map(|text| {
                    view! {
                        <span class="row-trouble">
                            <Icon icon=lu::LuCircleAlert/>
                            <span>{text}</span>
                        </span>
                    }
                })}
        </span>
        {Badge(BadgeProps {
            tone: Signal::stored(tone),
            label: TextProp::from(state),
            icon: Some(if tone == Tone::Primary { lu::LuCloudUpload } else { lu::LuSmartphone }),
        })}
        {is_link.then(|| view! { <span class="row-chevron"><Icon icon=lu::LuChevronRight/></span> })}
    };
    match page {
        Some(page) => view! { <a class="row row-link" href=page.path()>{inner}</a> }.into_any(),
        None => view! { <div class="row">{inner}</div> }.into_any(),
    }
}

/// What another version of the app made.
fn strange(f: Format, captured_at: Option<Timestamp>) -> AnyView {
    let lang = f.lang();
    let title = lang.pick(
        "由其他版本的应用记下，本版本无法显示",
        "Made by another version of the app; this one can’t show it",
    );
    let captured = captured_at
        .map(|at| f.ago(at))
        .map(|at| lang.pick(format!("{at}记下"), format!("Recorded {at}")));
    view! {
        <div class="row">
            <span class="row-icon tone-primary"><Icon icon=lu::LuClipboardList/></span>
            <span class="row-text">
                <span class="row-title clamp-2">{title}</span>
                <span class="row-note">{captured}</span>
            </span>
            {Badge(BadgeProps {
                tone: Signal::stored(Tone::Info),
                label: TextProp::from(lang.pick("待发送", "Waiting").to_owned()),
                icon: Some(lu::LuSmartphone),
            })}
        </div>
    }
    .into_any()
}

fn state(lang: Lang, item: &Waiting) -> (Tone, String) {
    let own = |zh: &str, en: &str| lang.pick(zh, en).to_owned();
    if item.is_sending() {
        (Tone::Primary, own("正在发送", "Sending"))
    } else if item.operations.is_empty() {
        (Tone::Info, own("照片待传", "Photos to send"))
    } else {
        (Tone::Info, own("待发送", "Waiting"))
    }
}

fn photos(lang: Lang, photos: Photos) -> String {
    let Photos { done, all } = photos;
    lang.pick(
        format!("照片已传 {done}/{all}"),
        format!("Photos sent: {done} of {all}"),
    )
}

/// When the record was captured, where nothing but its photos waits.
fn captured_at(device: Device, item: &Waiting) -> Option<Timestamp> {
    match device.row(item.record)?.row {
        Row::Submissions(one) => Some(one.capture.captured_at()),
        Row::Attendances(fact) => Some(fact.at),
        Row::Guests(guest) => Some(guest.at),
        _ => None,
    }
}
