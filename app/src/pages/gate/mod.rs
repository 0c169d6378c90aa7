//! At the gate, on the organizer's phone: show the code, scan people, tick the roster.

mod begin;
mod guests;
pub mod kiosk;
mod roster;
mod scan;

use domain::{
    ActivityId, Area, RecordRef, Row,
    areas::{activities::Activity, attendances::Direction, guests::Guest},
    permission::{Ability, may},
    proofs::CertificateSubject,
    small,
};
use leptos::prelude::*;
use sync::Account;

use crate::{
    areas::{
        attendances::{
            roster::{Line, roster},
            rotating::RotatingCode,
            situation::Stand,
            words,
        },
        sessions::guard::with_account,
    },
    components::{
        avatar::Avatar,
        choice::{Choice, Segmented, Tabs},
        page_header::PageHeader,
        status::{Art, EmptyState, Skeleton},
        surface::{List, Section},
    },
    device::Device,
    i18n::{Format, t, use_format, use_lang},
    routing::Page,
};

/// What all three ways share.
#[derive(Clone, Copy)]
struct Gate {
    device: Device,
    f: Format,
    activity: ActivityId,
    /// What a scan or a tick means now.
    direction: RwSignal<Direction>,
    lines: Memo<Option<Vec<Line>>>,
    guests: Memo<Vec<Guest>>,
}

#[component]
pub fn GatePage(id: ActivityId) -> impl IntoView {
    let device = Device::get();
    let activity = Memo::new(move |_| {
        device.rows(Area::Activities)?;
        let local = device.row(RecordRef::new(Area::Activities, id));
        Some(match local.map(|local| local.row) {
            Some(Row::Activities(activity)) => Some(activity),
            _ => None,
        })
    });
    let subtitle = move || {
        activity
            .get()
            .flatten()
            .map(|activity| activity.title)
            .unwrap_or_default()
    };
    let missing = t("找不到这个活动", "This activity isn't here");
    let missing_text = t(
        "请联网同步后再试。",
        "Sync with the network, then try again.",
    );
    let denied = t(
        "这里只给组织者和记录员用",
        "For the organizer and recorders only",
    );
    let denied_text = t(
        "要帮忙签到，请让办公室把您设为记录员。",
        "To help at the gate, ask the office to make you a recorder.",
    );
    let body = with_account(move |account| {
        (move || match activity.get() {
            None => view! { <Skeleton rows=4/> }.into_any(),
            Some(None) => {
                view! { <EmptyState art=Art::Search title=missing text=missing_text/> }.into_any()
            }
            Some(Some(activity)) if !is_allowed(&account, &activity) => {
                view! { <EmptyState art=Art::People title=denied text=denied_text/> }.into_any()
            }
            Some(Some(activity)) => view! { <Ways activity/> }.into_any(),
        })
        .into_any()
    });
    view! {
        <PageHeader title=t("现场签到", "At the gate") subtitle back=Page::Activity(id)/>
        <div class="page page-narrow">{body}</div>
    }
    .into_any()
}

fn is_allowed(account: &Account, activity: &Activity) -> bool {
    activity.organizer_id == account.person_id || may(account.role, Ability::RecordAttendance)
}

#[component]
fn Ways(activity: Activity) -> impl IntoView {
    let device = Device::get();
    let f = use_format();
    let lang = use_lang();
    let id = activity.id;
    let until = activity.ends_at.plus_minutes(120);
    let nearly_over = device.now_untracked() > activity.ends_at.plus_minutes(-10);
    let gate = Gate {
        device,
        f,
        activity: id,
        direction: RwSignal::new(if nearly_over {
            Direction::Out
        } else {
            Direction::In
        }),
        lines: Memo::new(move |_| {
            Some(roster(
                id,
                device.people()?,
                &device.departments()?,
                &device.sign_ups()?,
                &device.attendances()?,
            ))
        }),
        guests: Memo::new(move |_| device.guests_at(id).unwrap_or_default()),
    };
    let way = RwSignal::new("show".to_owned());
    let ways = Signal::derive(move || {
        let lang = lang.get();
        vec![
            Choice::new("show", lang.pick("出示码", "Show code")),
            Choice::new("scan", lang.pick("扫志愿者", "Scan people")),
            Choice::new("roster", lang.pick("点名单", "Roster")),
        ]
    });
    let label = t("签到方式", "Way to check in");
    let direction_label = t("签到还是签退", "In or out");
    let directions = Signal::derive(move || {
        let lang = lang.get();
        vec![
            Choice::new("in", words::act(lang, Direction::In)),
            Choice::new("out", words::act(lang, Direction::Out)),
        ]
    });
    let direction = Signal::derive(move || {
        match gate.direction.get() {
            Direction::In => "in",
            Direction::Out => "out",
        }
        .to_owned()
    });
    view! {
        <Tabs label choices=ways value=way on_change=move |next| way.set(next)/>
        <Segmented
            name="direction"
            label=direction_label
            choices=directions
            value=direction
            on_change=move |next: String| {
                gate.direction.set(if next == "out" { Direction::Out } else { Direction::In });
            }
        />
        {move || match way.get().as_str() {
            "scan" => view! { <scan::ScanPeople gate/> }.into_any(),
            "roster" => view! {
                <begin::BeginKiosk activity=id direction=gate.direction until/>
                <roster::RosterList gate/>
            }
            .into_any(),
            _ => view! { <ShowCode gate/> }.into_any(),
        }}
    }
    .into_any()
}

/// The rotating code with the code word below it, and who came.
#[component]
fn ShowCode(gate: Gate) -> impl IntoView {
    let id = gate.activity;
    let device = gate.device;
    let word = move || match device.row(RecordRef::new(Area::Gates, id))?.row {
        Row::Gates(gate) => Some(gate.code_word),
        _ => None,
    };
    let label = t("签到码", "Check-in code");
    let word_label = t("口令", "Code word");
    let word_note = t(
        "没有摄像头的，可以输入这个口令",
        "For phones without a camera",
    );
    view! {
        <div class="gate-code" class:gate-out=move || gate.direction.get() == Direction::Out>
            <p class="gate-act">
                {move || words::act(gate.f.lang(), gate.direction.get())}
            </p>
            <RotatingCode
                subject=CertificateSubject::Display { activity_id: id }
                direction=gate.direction
                label
            />
        </div>
        {move || {
            word()
                .map(|word| {
                    let spaced = match word.split_at_checked(3) {
                        Some((a, b)) => format!("{a} {b}"),
                        None => word,
                    };
                    view! {
                        <div class="gate-word">
                            <span class="gate-word-label">{word_label}</span>
                            <output class="gate-word-digits">{spaced}</output>
                            <span class="quiet">{word_note}</span>
                        </div>
                    }
                        .into_any()
                })
        }}
        {move || arrivals(gate)}
    }
    .into_any()
}

/// Who is here, the last first, with minutes.
fn arrivals(gate: Gate) -> AnyView {
    let lang = gate.f.lang();
    let Some(lines) = gate.lines.get() else {
        return view! { <Skeleton rows=2/> }.into_any();
    };
    let now = gate.device.now();
    let expected = lines.iter().filter(|line| line.coming).count();
    let mut present: Vec<Line> = lines
        .into_iter()
        .filter(|line| line.stand != Stand::Away)
        .collect();
    small::sort_by_key(&mut present, |line| {
        std::cmp::Reverse(match line.stand {
            Stand::Here { since } => since.0,
            Stand::Served { left, .. } => left.0,
            Stand::Away => 0,
        })
    });
    let guests = gate.guests.get();
    let (count, of_guests) = (present.len() + guests.len(), guests.len());
    let title = if guests.is_empty() {
        lang.pick(
            format!("已到 {count} 人 · 报名 {expected} 人"),
            format!("{count} here · {expected} signed up"),
        )
    } else {
        lang.pick(
            format!("已到 {count} 人，其中来宾 {of_guests} 人 · 报名 {expected} 人"),
            format!("{count} here, {of_guests} of them guests · {expected} signed up"),
        )
    };
    if count == 0 {
        return view! {
            <Section title>
                <p class="quiet">
                    {lang.pick("还没有人签到。别人手机离线时，要等同步后才会出现在这里。", "Nobody yet. People whose phones are offline appear once they sync.")}
                </p>
            </Section>
        }
        .into_any();
    }
    let mut rows: Vec<AnyView> = present
        .into_iter()
        .take(200)
        .map(|line| {
            let mark = words::stand(gate.f, line.stand);
            let minutes = gate.f.duration(line.stand.minutes(now));
            let note = mark.map(|(_, text)| text).unwrap_or_default();
            let here = matches!(line.stand, Stand::Here { .. });
            view! {
                <div class="row">
                    <span class="row-lead"><Avatar name=line.name.clone()/></span>
                    <span class="row-text">
                        <span class="row-title">{line.name}</span>
                        <span class="row-note">{note}</span>
                    </span>
                    {here.then(|| view! { <span class="row-trail">{minutes}</span> })}
                </div>
            }
            .into_any()
        })
        .collect();
    rows.extend(guests::lines(gate.f, guests, None));
    view! { <Section title><List>{rows}</List></Section> }.into_any()
}
