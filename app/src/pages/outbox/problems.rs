//! What a person should look at: what happened, what to do, and "I have seen it".

use domain::{Area, RecordRef};
use icondata_lu as lu;
use leptos::{prelude::*, task::spawn_local};
use sync::Problem;

use super::words;
use crate::{
    components::{
        Tone,
        button::{Button, ButtonKind, ButtonLink},
        status::Banner,
        surface::Section,
        toast::use_toasts,
    },
    device::Device,
    i18n::Format,
    platform::updates,
    routing::Page,
};

pub fn problems(device: Device, f: Format) -> AnyView {
    let Some(problems) = device.problems().filter(|problems| !problems.is_empty()) else {
        return ().into_any();
    };
    let title = f.lang().pick("请看一下", "Please look at this");
    let cards: Vec<AnyView> = problems
        .iter()
        .map(|problem| card(device, f, problem.clone()))
        .collect();
    view! { <Section title>{cards}</Section> }.into_any()
}

fn card(device: Device, f: Format, problem: Problem) -> AnyView {
    let lang = f.lang();
    let toasts = use_toasts();
    let (zh, en) = title(&problem);
    let tone = match problem {
        Problem::Emptied { .. } | Problem::PhotoLost { .. } => Tone::Danger,
        _ => Tone::Warning,
    };
    let what = about(device, f, &problem);
    let message = problem.message(lang);
    let update = matches!(problem, Problem::UpdateNeeded);
    let seen = {
        let problem = problem.clone();
        move || {
            let (Some(replica), problem) = (device.replica(), problem.clone()) else {
                return;
            };
            spawn_local(async move {
                if let Err(error) = replica.acknowledge(&[problem]).await {
                    toasts.error(error.message(f.lang_now()));
                }
            });
        }
    };
    let page = what.as_ref().and_then(|what| what.page.clone());
    view! {
        <Banner tone title=lang.pick(zh, en)>
            {what.map(|what| view! { <p class="strong clamp-2">{what.title}</p> })}
            <p>{message}</p>
            <div class="cluster">
                {page
                    .map(|page| {
                        view! { <ButtonLink to=page small=true>{lang.pick("查看", "Look at it")}</ButtonLink> }
                    })}
                {update
                    .then(|| {
                        view! {
                            <Button small=true icon=lu::LuRefreshCw on_click=move || updates::take_over()>
                                {lang.pick("更新应用", "Update the app")}
                            </Button>
                        }
                    })}
                <Button kind=ButtonKind::Ghost small=true icon=lu::LuCheck on_click=seen>
                    {lang.pick("我知道了", "I have seen it")}
                </Button>
            </div>
        </Banner>
    }
    .into_any()
}

fn title(problem: &Problem) -> (&'static str, &'static str) {
    match problem {
        Problem::Quarantined { .. } => (
            "已收下，需要办公室处理",
            "Received; the office has to look at it",
        ),
        Problem::NotTakenIn { .. } => (
            "办公室没有采纳，原文已保留",
            "The office didn’t take this in; it is kept",
        ),
        Problem::Emptied { .. } => (
            "本机的内容可能被清除了",
            "This phone's data may have been erased",
        ),
        Problem::PhotoLost { .. } => ("有一张照片损坏了", "A photo is damaged"),
        Problem::PhotoRefused { .. } => ("有一张照片没能收下", "A photo couldn't be taken"),
        Problem::UpdateNeeded => ("应用需要更新", "The app needs an update"),
        Problem::DeviceFull => ("手机空间不够了", "The phone is full"),
        Problem::OutOfStep => ("和服务器对不上", "Not in step with the server"),
    }
}

/// The record that it concerns.
fn about(device: Device, f: Format, problem: &Problem) -> Option<words::What> {
    match problem {
        Problem::Quarantined { op_id, record, .. } | Problem::NotTakenIn { op_id, record, .. } => {
            let sent = device.sent().unwrap_or_default();
            let sent = sent.iter().find(|item| item.op_id == *op_id);
            let record = (*record)?;
            Some(match sent.and_then(|item| item.operation.as_ref()) {
                Some(operation) => words::of_operation(device, f, record, operation),
                None => words::of_record(device, f, record),
            })
        }
        Problem::PhotoLost { sha256 } | Problem::PhotoRefused { sha256, .. } => {
            let attachments = device.attachments()?;
            let mut photos = attachments.iter();
            let photo = photos.find(|photo| photo.blob.sha256 == *sha256)?;
            let subject: RecordRef = photo.subject;
            let mut what = words::of_record(device, f, subject);
            if subject.area == Area::Submissions {
                what.page = Some(Page::Record(subject.id.into()));
            }
            Some(what)
        }
        _ => None,
    }
}
