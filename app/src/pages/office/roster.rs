//! The roster of an activity as a sheet of A4, to print and sign.

use std::sync::Arc;

use domain::{ActivityId, api::office::ActivityDetail, areas::guests::Guest};
use icondata_lu as lu;
use leptos::prelude::*;

use crate::{
    components::{
        button::{Button, ButtonKind},
        page_header::PageHeader,
    },
    i18n::{t, tf, use_format, use_lang},
    layout::use_frame,
    office::{LoadProblem, Loading, Remote, use_remote},
    pages::office::activities::{
        PATH,
        present::{Line, lines},
    },
    platform,
    routing::Page,
};

/// Empty lines below the names, for whoever comes unannounced.
const SPARE_LINES: usize = 6;

#[component]
pub fn RosterPage(id: ActivityId) -> impl IntoView {
    let detail: Remote<ActivityDetail> = use_remote(move || Some(format!("{PATH}/{id}")));
    let print = t("打印", "Print");
    let body = move || match (detail.get(), detail.error()) {
        (Some(detail), _) => view! { <Sheet detail/> }.into_any(),
        (None, Some(error)) => {
            view! { <LoadProblem error on_retry=move || detail.reload()/> }.into_any()
        }
        (None, None) => view! { <Loading/> }.into_any(),
    };
    view! {
        <PageHeader back=Page::OfficeActivity(id)>
            <Button
                kind=ButtonKind::Primary
                icon=lu::LuPrinter
                small=true
                on_click=platform::document::print
            >
                {print}
            </Button>
        </PageHeader>
        <div class="page">{body}</div>
    }
    .into_any()
}

#[component]
fn Sheet(detail: Arc<ActivityDetail>) -> impl IntoView {
    let format = use_format();
    let lang = use_lang();
    let people = lines(&detail);
    let count = people.iter().filter(|line| line.arrived.is_some()).count();
    let guests: Vec<Guest> = detail
        .guests
        .iter()
        .filter(|it| it.counts())
        .cloned()
        .collect();
    let (count, of_guests) = (count + guests.len(), guests.len());
    let guest_minutes: i64 = guests.iter().filter_map(Guest::minutes).sum();
    let minutes: i64 = people.iter().map(|line| line.minutes).sum();
    let activity = detail.activity.clone();
    let sheet = t("签到表", "Attendance sheet");
    let (time, place, organizer) = (
        t("时间", "Time"),
        t("地点", "Place"),
        t("组织者", "Organizer"),
    );
    let heads = [
        t("序号", "No."),
        t("姓名", "Name"),
        t("科室", "Department"),
        t("签到", "In"),
        t("签退", "Out"),
        t("时长（分）", "Minutes"),
        t("方式", "How"),
        t("签名", "Signature"),
    ]
    .map(|head| view! { <th scope="col">{head}</th> })
    .collect_view();
    let at = move |at: Option<domain::Timestamp>| at.map(|at| format.time(at)).unwrap_or_default();
    let row = move |(index, line): (usize, Line)| {
        let (arrived, left) = (line.arrived, line.left);
        let minutes = if line.minutes > 0 {
            line.minutes.to_string()
        } else {
            String::new()
        };
        let name = line.name.clone();
        let department = line.department.clone();
        let how = move || line.method_words(lang.get());
        view! {
            <tr>
                <td class="numbers">{index + 1}</td>
                <td>{name}</td>
                <td>{department}</td>
                <td class="numbers">{move || at(arrived)}</td>
                <td class="numbers">{move || at(left)}</td>
                <td class="numbers">{minutes}</td>
                <td>{how}</td>
                <td></td>
            </tr>
        }
    };
    let members = people.len();
    let guest_row = move |(index, guest): (usize, Guest)| {
        let name = guest.clone();
        let name = move || {
            let (zh, en) = name.shown_name();
            lang.get().pick(zh, en).to_owned()
        };
        let unit = guest.unit.clone();
        let minutes = guest.minutes().filter(|minutes| *minutes > 0);
        let minutes = minutes.map(|minutes| minutes.to_string());
        let from = move || {
            let word = lang.get().pick("来宾", "Guest");
            let colon = lang.get().pick("：", ": ");
            if unit.is_empty() {
                word.to_owned()
            } else {
                format!("{word}{colon}{unit}")
            }
        };
        view! {
            <tr>
                <td class="numbers">{members + index + 1}</td>
                <td>{name}</td>
                <td>{from}</td>
                <td class="numbers">{move || at(Some(guest.at))}</td>
                <td class="numbers">{move || at(guest.left)}</td>
                <td class="numbers">{minutes}</td>
                <td></td><td></td>
            </tr>
        }
    };
    let spare = (0..SPARE_LINES)
        .map(|n| {
            let number = members + of_guests + n + 1;
            view! {
                <tr>
                    <td class="numbers">{number}</td>
                    <td></td><td></td><td></td><td></td><td></td><td></td><td></td>
                </tr>
            }
        })
        .collect_view();
    let rows = people.into_iter().enumerate().map(row).collect_view();
    let guest_rows = guests.into_iter().enumerate().map(guest_row).collect_view();
    let summary = tf(move |lang| {
        let total = format.duration(minutes);
        let guests = if of_guests == 0 {
            String::new()
        } else if guest_minutes > 0 {
            // Their minutes stand in the same column, and are no service.
            let stayed = format.duration(guest_minutes);
            lang.pick(
                format!("（其中来宾 {of_guests} 人，在场合计 {stayed}）"),
                format!(" ({of_guests} of them guests, who stayed {stayed})"),
            )
        } else {
            lang.pick(
                format!("（其中来宾 {of_guests} 人）"),
                format!(" ({of_guests} of them guests)"),
            )
        };
        lang.pick(
            format!("实到 {count} 人{guests}，服务时长合计 {total}"),
            format!("{count} people came{guests}, {total} of service in all"),
        )
    });
    // Paper outlives the year.
    let span = move || {
        let (from, until) = (activity.starts_at, activity.ends_at);
        let same_day = format.full_day(from) == format.full_day(until);
        let end = if same_day {
            format.time(until)
        } else {
            format!("{} {}", format.full_day(until), format.time(until))
        };
        format!("{} {}–{end}", format.full_day(from), format.time(from))
    };
    let frame = use_frame();
    let organization = move || {
        frame.viewer.with(|viewer| {
            viewer
                .as_ref()
                .map(|viewer| viewer.organization.clone())
                .unwrap_or_default()
        })
    };
    let colon = move || lang.get().pick("：", ": ");
    view! {
        <article class="sheet">
            <p class="sheet-unit">{organization}</p>
            <h2 class="sheet-title">{activity.title.clone()}<br/>{sheet}</h2>
            <p class="sheet-facts">
                <span>{time}{colon}{span}</span>
                <span>{place}{colon}{activity.place.clone()}</span>
                <span>{organizer}{colon}{detail.organizer_name.clone()}</span>
            </p>
            <div class="sheet-scroll">
                <table class="sheet-table">
                    <thead>
                        <tr>{heads}</tr>
                    </thead>
                    <tbody>{rows} {guest_rows} {spare}</tbody>
                </table>
            </div>
            <p class="sheet-facts">{summary}</p>
        </article>
    }
    .into_any()
}
