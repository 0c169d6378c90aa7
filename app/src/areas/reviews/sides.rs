//! Beside a record's answers: its honest times, the place, the author's check-in, the activity.

use std::sync::Arc;

use domain::{
    ActivityId, Lang, Timestamp,
    api::office::SubmissionDetail,
    areas::{
        activities::{Activity, ActivityState},
        attendances::{Attendance, Direction},
    },
    forms::Answer,
    small,
};
use icondata_lu as lu;
use leptos::prelude::*;

use super::{
    circumstances::{Circumstances, Clock, long},
    names,
};
use crate::{
    components::{
        Tone,
        button::IconButton,
        icon::Icon,
        status::Badge,
        surface::{Timeline, TimelineItem},
        toast::use_toasts,
    },
    i18n::{Format, t, tf, tp, use_format, use_lang},
    platform::share,
    routing::{Go, Page},
};

/// Happened, written down, arrived; and by which clock.
#[component]
pub fn Times(detail: Arc<SubmissionDetail>) -> impl IntoView {
    let f = use_format();
    let title = t("时间", "Times");
    let capture = detail.submission.capture.clone();
    let found = Circumstances::of(&capture, detail.submission.received_at);
    let first = detail
        .versions
        .first()
        .map(|version| version.at)
        .filter(|first| Some(*first) != detail.submission.received_at);
    let received = detail.submission.received_at;
    let happened = t("发生", "Happened");
    let captured = t("记录", "Written down");
    let came = t("送达办公室", "Arrived");
    let clock = tf(move |lang| clock_text(lang, found.clock));
    let clock_bad = matches!(found.clock, Clock::Slow(_) | Clock::Fast(_));
    let written = found.written_after.map(|ms| {
        tf(move |lang| match lang {
            Lang::Zh => format!("补记：{}后才写下", long(lang, ms)),
            Lang::En => format!("Written down {} later", long(lang, ms)),
        })
    });
    let waited = found.waited.map(|ms| {
        tf(move |lang| match lang {
            Lang::Zh => format!("晚到：在手机上等了 {}", long(lang, ms)),
            Lang::En => format!("Late: waited {} on the phone", long(lang, ms)),
        })
    });
    let first_text = first.map(|at| {
        tf(move |lang| match lang {
            Lang::Zh => format!("首次送达 {}", f.day_time(at)),
            Lang::En => format!("First arrived {}", f.day_time(at)),
        })
    });
    let tone = |late: bool| if late { Tone::Warning } else { Tone::Neutral };
    let at =
        move |at: Option<Timestamp>| move || at.map_or_else(|| "—".to_owned(), |at| f.day_time(at));
    view! {
        <section class="side-card" aria-label=title>
            <h3 class="side-title">{title}</h3>
            <Timeline>
                <TimelineItem
                    title=happened
                    at=at(Some(capture.occurred_at))
                    icon=lu::LuMapPinned
                />
                <TimelineItem
                    title=captured
                    at=at(Some(capture.captured_at()))
                    tone=tone(written.is_some() || clock_bad)
                    icon=lu::LuPencil
                >
                    {written.map(|text| view! { <p class="side-mark">{text}</p> })}
                    <p class="small" class:side-mark=clock_bad class:muted=!clock_bad>{clock}</p>
                </TimelineItem>
                <TimelineItem
                    title=came
                    at=at(received)
                    tone=tone(waited.is_some())
                    icon=lu::LuInbox
                >
                    {waited.map(|text| view! { <p class="side-mark">{text}</p> })}
                    {first_text.map(|text| view! { <p class="small muted">{text}</p> })}
                </TimelineItem>
            </Timeline>
        </section>
    }
    .into_any()
}

fn clock_text(lang: Lang, clock: Clock) -> String {
    match (lang, clock) {
        (Lang::Zh, Clock::Unknown) => "手机时钟未与服务器核对".to_owned(),
        (Lang::En, Clock::Unknown) => "The phone’s clock was never compared".to_owned(),
        (Lang::Zh, Clock::Right) => "手机时钟准确".to_owned(),
        (Lang::En, Clock::Right) => "The phone’s clock was right".to_owned(),
        (Lang::Zh, Clock::Slow(ms)) => format!("手机时钟慢 {}，已校正", long(lang, ms)),
        (Lang::En, Clock::Slow(ms)) => {
            format!("The phone’s clock was {} slow; corrected", long(lang, ms))
        }
        (Lang::Zh, Clock::Fast(ms)) => format!("手机时钟快 {}，已校正", long(lang, ms)),
        (Lang::En, Clock::Fast(ms)) => {
            format!("The phone’s clock was {} fast; corrected", long(lang, ms))
        }
    }
}

/// From this radius on a position is called rough, in meters.
const ROUGH_METERS: f64 = 100.0;

/// The one coordinate of the record.
#[component]
pub fn Place(detail: Arc<SubmissionDetail>) -> impl IntoView {
    let title = t("位置", "Position");
    let none = t("没有记录位置", "No position was recorded");
    let copy = t("复制坐标", "Copy the coordinate");
    let copied = t("已复制", "Copied");
    let toasts = use_toasts();
    let point = detail.form.questions().find_map(|question| {
        match detail.submission.answers.get(&question.name) {
            Some(Answer::Geopoint {
                lat, lon, accuracy, ..
            }) => Some((*lat, *lon, *accuracy)),
            _ => None,
        }
    });
    let body = match point {
        None => view! { <p class="muted">{none}</p> }.into_any(),
        Some((lat, lon, accuracy)) => {
            let text = format!("{lat:.5}, {lon:.5}");
            let shown = text.clone();
            let rough = accuracy.is_some_and(|meters| meters >= ROUGH_METERS);
            let precision = tf(move |lang| match (lang, accuracy) {
                (Lang::Zh, None) => "精度不明".to_owned(),
                (Lang::En, None) => "Accuracy unknown".to_owned(),
                (Lang::Zh, Some(m)) if rough => format!("精度约 {m:.0} 米，较粗略"),
                (Lang::En, Some(m)) if rough => format!("Within {m:.0} m, rough"),
                (Lang::Zh, Some(m)) => format!("精度约 {m:.0} 米"),
                (Lang::En, Some(m)) => format!("Within {m:.0} m"),
            });
            view! {
                <div class="side-line">
                    <span class="tabular">{shown}</span>
                    <IconButton
                        icon=lu::LuCopy
                        label=copy
                        on_click=move |()| {
                            share::copy(
                                text.clone(),
                                move |done| {
                                    if done {
                                        toasts.success(copied());
                                    }
                                },
                            );
                        }
                    />
                </div>
                <p class="small" class:side-mark=rough class:muted=!rough>{precision}</p>
            }
            .into_any()
        }
    };
    view! {
        <section class="side-card" aria-label=title>
            <h3 class="side-title">{title}</h3>
            {body}
        </section>
    }
    .into_any()
}

/// The activity with the author's check-in there.
#[component]
pub fn AtActivity(detail: Arc<SubmissionDetail>) -> impl IntoView {
    let title = t("所属活动", "Activity");
    let none = t("没有关联活动", "Not part of an activity");
    let body = match detail.activity.clone() {
        None => view! { <p class="muted">{none}</p> }.into_any(),
        Some(activity) => activity_body(&detail, activity),
    };
    view! {
        <section class="side-card" aria-label=title>
            <h3 class="side-title">{title}</h3>
            {body}
        </section>
    }
    .into_any()
}

fn activity_body(detail: &SubmissionDetail, activity: Activity) -> AnyView {
    let f = use_format();
    let id: ActivityId = activity.id;
    let (starts, ends) = (activity.starts_at, activity.ends_at);
    let outside = !activity.admits(detail.submission.capture.occurred_at);
    let cancelled = activity.state == ActivityState::Cancelled;
    let outside_label = t("记录时间不在活动时间内", "Outside the activity’s time");
    let cancelled_label = t("活动已取消", "Activity cancelled");
    let no_proof = t(
        "作者在这次活动没有签到记录",
        "The author has no check-in at this activity",
    );
    let proof_title = t("作者签到", "The author’s check-in");
    let mut facts = detail.attendances.clone();
    small::sort_by_key(&mut facts, |fact| fact.at);
    let proofs = if facts.is_empty() {
        view! {
            <p class="side-mark">
                <Icon icon=lu::LuTriangleAlert/>
                {no_proof}
            </p>
        }
        .into_any()
    } else {
        let items = facts.iter().map(|fact| proof(f, fact)).collect_view();
        view! { <ul class="proofs">{items}</ul> }.into_any()
    };
    view! {
        <Go to=Page::OfficeActivity(id) class="side-activity">
            <span class="strong">{activity.title.clone()}</span>
        </Go>
        <p class="small muted">{move || f.span(starts, ends)}</p>
        <p class="small muted">{activity.place.clone()}</p>
        <div class="cluster">
            {outside.then(|| view! { <Badge tone=Tone::Warning label=outside_label/> })}
            {cancelled.then(|| view! { <Badge tone=Tone::Danger label=cancelled_label/> })}
        </div>
        <h4 class="side-subtitle">{proof_title}</h4>
        {proofs}
    }
    .into_any()
}

fn proof(f: Format, fact: &Attendance) -> AnyView {
    let lang = use_lang();
    let at = fact.at;
    let direction = match fact.direction {
        Direction::In => t("签到", "In"),
        Direction::Out => t("签退", "Out"),
    };
    let method = tp(fact.method.name());
    let flags = fact.flags.clone();
    let flags = move || {
        let names: Vec<&str> = flags
            .iter()
            .map(|flag| {
                let (zh, en) = flag.name();
                lang.get().pick(zh, en)
            })
            .collect();
        (!names.is_empty()).then(|| {
            view! { <p class="side-mark small">{names.join(lang.get().pick("；", "; "))}</p> }
        })
    };
    view! {
        <li class="proof">
            <span class="proof-what">
                <span class="strong">{direction}</span>
                <span class="tabular">{move || f.time(at)}</span>
                <span class="muted small">{method}</span>
            </span>
            <Badge
                tone=names::proof_tone(fact.proof)
                label=tp(names::proof_name(fact.proof))
            />
            {flags}
        </li>
    }
    .into_any()
}
