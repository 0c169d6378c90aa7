//! All activities that this phone knows, by day.

use domain::areas::sign_ups::SignUpState;
use leptos::prelude::*;
use sync::Account;

use crate::{
    areas::{
        activities::{
            row::activity_row,
            schedule::{Section as Part, by_section},
        },
        attendances::{situation::stand, words},
        sessions::guard::with_account,
    },
    components::{
        Tone,
        page_header::PageHeader,
        status::{Art, EmptyState, Skeleton},
        surface::{List, Section},
    },
    device::Device,
    i18n::{Format, t, use_format},
};

#[component]
pub fn ActivitiesPage() -> impl IntoView {
    let device = Device::get();
    let f = use_format();
    let body = with_account(move |account| (move || list(device, f, &account)).into_any());
    view! {
        <PageHeader/>
        <div class="page page-narrow">{body}</div>
    }
    .into_any()
}

fn list(device: Device, f: Format, account: &Account) -> AnyView {
    let lang = f.lang();
    let Some(activities) = device.activities() else {
        return view! { <Skeleton rows=5/> }.into_any();
    };
    if activities.is_empty() {
        let title = t("还没有活动", "No activities yet");
        let text = t(
            "办公室发布后会出现在这里。第一次使用需要联网一次。",
            "They appear here once the office publishes them. The first time takes the network.",
        );
        return view! { <EmptyState art=Art::Calendar title text/> }.into_any();
    }
    let attendances = device.attendances().unwrap_or_default();
    let me = account.person_id;
    let coming: Vec<_> = device
        .sign_ups()
        .unwrap_or_default()
        .into_iter()
        .filter(|one| one.person_id == me && one.state == SignUpState::Coming)
        .map(|one| one.activity_id)
        .collect();
    let now = device.now();
    let parts = by_section(activities, now, device.utc_offset_minutes());
    parts
        .into_iter()
        .map(|(part, list)| {
            let title = heading(lang, part);
            let mut last_day = String::new();
            let rows: Vec<AnyView> = list
                .iter()
                .take(if part == Part::Past { 60 } else { 300 })
                .map(|activity| {
                    let mark =
                        words::stand(f, stand(&attendances, activity.id, me)).or_else(|| {
                            coming
                                .contains(&activity.id)
                                .then(|| (Tone::Info, lang.pick("已报名", "Signed up").to_owned()))
                        });
                    let row = activity_row(f, activity, mark, now);
                    let day = f.day(activity.starts_at);
                    let dated = !matches!(part, Part::Today | Part::Tomorrow) && day != last_day;
                    last_day.clone_from(&day);
                    view! {
                        {dated.then(|| view! { <p class="list-day">{day}</p> })}
                        {row}
                    }
                    .into_any()
                })
                .collect();
            view! { <Section title><List>{rows}</List></Section> }
        })
        .collect_view()
        .into_any()
}

fn heading(lang: domain::Lang, part: Part) -> &'static str {
    match part {
        Part::Today => lang.pick("今天", "Today"),
        Part::Tomorrow => lang.pick("明天", "Tomorrow"),
        Part::ThisWeek => lang.pick("本周", "This week"),
        Part::NextWeek => lang.pick("下周", "Next week"),
        Part::Later => lang.pick("以后", "Later"),
        Part::Past => lang.pick("已结束", "Past"),
    }
}
