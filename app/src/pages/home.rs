//! Home: today's activities, what was returned, what waits, and the way to a check-in.

use domain::{
    Area, Row,
    areas::{
        attendances::Direction, people::Role, sign_ups::SignUpState, submissions::ReviewState,
    },
};
use icondata_lu as lu;
use leptos::prelude::*;
use sync::Account;

use crate::{
    areas::{
        activities::{
            row::activity_row,
            schedule::{Section as Part, by_section},
        },
        attendances::{
            situation::{Stand, open_now, stand},
            words,
        },
        sessions::guard::with_account,
        submissions::lines,
        tasks,
    },
    components::{
        Tone,
        button::{ActionTile, ButtonKind, ButtonLink},
        icon::Icon,
        page_header::PageHeader,
        status::{Banner, Skeleton},
        surface::{List, ListRow, Section},
    },
    device::Device,
    i18n::{Format, t, use_format},
    routing::Page,
};

#[component]
pub fn HomePage() -> impl IntoView {
    let device = Device::get();
    let f = use_format();
    let title = move || {
        let lang = f.lang();
        let name = device
            .account()
            .map(|account| account.name)
            .unwrap_or_default();
        if name.is_empty() {
            return lang.pick("明录", "Minglu").to_owned();
        }
        let now = device.now();
        let hello = words::greeting(lang, now, device.utc_offset_minutes());
        lang.pick(format!("{hello}，{name}"), format!("{hello}, {name}"))
    };
    let subtitle = move || {
        let now = device.now();
        if now.0 == 0 {
            String::new()
        } else {
            f.full_day(now)
        }
    };
    device.prepare(&[
        Area::Activities,
        Area::Attendances,
        Area::SignUps,
        Area::Submissions,
        Area::Tasks,
        Area::Rectifications,
    ]);
    let body = with_account(move |account| home(device, f, account));
    view! {
        <PageHeader title=title subtitle=subtitle/>
        <div class="page page-narrow">{body}</div>
    }
    .into_any()
}

fn home(device: Device, f: Format, account: Account) -> AnyView {
    let me = account.person_id;
    let records = t("写记录", "New record");
    let records_note = t(
        "走访、宣传、献血、随手记",
        "Visits, outreach, blood drives, notes",
    );
    let code = t("我的码", "My code");
    let code_note = t("给组织者扫", "For the organizer to scan");
    view! {
        {move || hero(device, f, me)}
        {move || returned(device, f)}
        {move || tasks::pressing(device, f)}
        <div class="tiles tiles-pair">
            <ActionTile to=Page::NewRecord(None) icon=lu::LuNotebookPen title=records text=records_note/>
            <ActionTile to=Page::Me icon=lu::LuQrCode title=code text=code_note/>
        </div>
        {(account.role >= Role::Recorder).then(staff)}
        {(account.role >= Role::Reviewer).then(office)}
        {move || drafts(device, f)}
        {move || today(device, f, me)}
    }
    .into_any()
}

/// The ways to the places that staff inspect, and to what their department says of itself.
fn staff() -> AnyView {
    let title = t("监管单位", "Premises");
    let text = t(
        "查找、检查、待整改和复查",
        "Find, inspect, findings and rechecks",
    );
    let (own, own_text) = (
        t("科室自评", "Our items"),
        t(
            "本科室负责的测评项（需要联网）",
            "What our department answers for (online)",
        ),
    );
    view! {
        <List>
            <ListRow to=Page::AllPremises icon=lu::LuStore tone=Tone::Primary title text/>
            <ListRow to=Page::OwnAssessment icon=lu::LuGauge tone=Tone::Primary title=own text=own_text/>
        </List>
    }
    .into_any()
}

/// The way to the office's pages; on a wide screen the sidebar has it.
fn office() -> AnyView {
    let title = t("办公", "Office");
    let text = t(
        "审核、活动、设备、人员",
        "Review, activities, devices, people",
    );
    view! {
        <div class="narrow-only">
            <List>
                <ListRow to=Page::Office icon=lu::LuLayoutDashboard tone=Tone::Primary title text/>
            </List>
        </div>
    }
    .into_any()
}

/// The next check-in, as large as it is likely.
fn hero(device: Device, f: Format, me: domain::PersonId) -> AnyView {
    let lang = f.lang();
    let (Some(activities), Some(attendances)) = (device.activities(), device.attendances()) else {
        return view! { <div class="hero hero-waiting"></div> }.into_any();
    };
    let mine: Vec<_> = device
        .sign_ups()
        .unwrap_or_default()
        .into_iter()
        .filter(|one| one.person_id == me && one.state == SignUpState::Coming)
        .map(|one| one.activity_id)
        .collect();
    let now = device.now();
    let open = open_now(&activities, &attendances, &mine, me, now);
    let next = open
        .into_iter()
        .find(|(_, stand)| !matches!(stand, Stand::Served { .. }));
    let Some((activity, stand)) = next else {
        return view! {
            <a class="hero hero-quiet" href=Page::CheckIn.path()>
                <span class="hero-icon"><Icon icon=lu::LuScanLine/></span>
                <span class="hero-text">
                    <span class="hero-title">{lang.pick("扫码签到", "Scan to check in")}</span>
                    <span class="hero-note">
                        {lang.pick("现在没有正在进行的活动", "Nothing is on right now")}
                    </span>
                </span>
                <Icon icon=lu::LuChevronRight/>
            </a>
        }
        .into_any();
    };
    let here = matches!(stand, Stand::Here { .. });
    let state = match stand {
        Stand::Here { since } => {
            let (at, minutes) = (f.time(since), f.duration(stand.minutes(now)));
            lang.pick(
                format!("{at} 已签到 · 已 {minutes}"),
                format!("In since {at} · {minutes}"),
            )
        }
        _ if now < activity.starts_at => {
            let at = f.time(activity.starts_at);
            lang.pick(format!("{at} 开始"), format!("Starts at {at}"))
        }
        _ if now > activity.ends_at => lang.pick("已结束，可补签退", "Over").to_owned(),
        _ => lang.pick("正在进行", "On now").to_owned(),
    };
    let act = words::act(lang, if here { Direction::Out } else { Direction::In });
    view! {
        <section class="hero" class:hero-here=here>
            <a class="hero-about" href=Page::Activity(activity.id).path()>
                <span class="hero-state">{state}</span>
                <span class="hero-title">{activity.title.clone()}</span>
                <span class="hero-note">
                    {f.time(activity.starts_at)}"–"{f.time(activity.ends_at)}" · "{activity.place.clone()}
                </span>
            </a>
            <a class="hero-action" href=Page::CheckIn.path()>
                <Icon icon=lu::LuScanLine/>
                <span>{act}</span>
            </a>
        </section>
    }
    .into_any()
}

/// What the office sent back, with its words.
fn returned(device: Device, f: Format) -> AnyView {
    let lang = f.lang();
    let drafts = device.drafts().unwrap_or_default();
    let rows = device.rows(Area::Submissions);
    let list: Vec<_> = rows
        .iter()
        .flat_map(|rows| rows.iter())
        .filter_map(|local| match &local.row {
            Row::Submissions(one) if one.state == ReviewState::Returned => Some((**one).clone()),
            _ => None,
        })
        .map(|one| {
            let title = lang.pick("办公室退回", "Returned by the office").to_owned();
            let started = drafts.iter().any(|draft| draft.id == one.id.0);
            let action = match (started, lang) {
                (true, _) => lang.pick("继续修改", "Go on correcting"),
                (false, _) => lang.pick("查看并修改", "Look and correct"),
            };
            view! {
                <Banner tone=Tone::Warning title=title>
                    <p class="clamp-2">{one.title.clone()}</p>
                    <p class="quote">{one.review_note.clone()}</p>
                    <ButtonLink to=Page::Record(one.id) kind=ButtonKind::Secondary small=true>
                        {action}
                    </ButtonLink>
                </Banner>
            }
        })
        .collect();
    list.into_any()
}

fn drafts(device: Device, f: Format) -> AnyView {
    let lang = f.lang();
    let Some(drafts) = device.drafts().filter(|drafts| !drafts.is_empty()) else {
        return ().into_any();
    };
    let forms = device.forms().unwrap_or_default();
    let rows: Vec<AnyView> = drafts
        .iter()
        .take(3)
        .map(|draft| lines::draft_row(f, draft, &forms))
        .collect();
    view! {
        <Section title=lang.pick("没写完的", "Unfinished")>
            <List>{rows}</List>
        </Section>
    }
    .into_any()
}

fn today(device: Device, f: Format, me: domain::PersonId) -> AnyView {
    let lang = f.lang();
    let title = lang.pick("今天的活动", "Today");
    let all = move || {
        view! { <a href=Page::Activities.path()>{lang.pick("全部", "All")}</a> }
    };
    let Some(activities) = device.activities() else {
        return view! { <Section title action=all><Skeleton rows=2/></Section> }.into_any();
    };
    let attendances = device.attendances().unwrap_or_default();
    let coming: Vec<_> = device
        .sign_ups()
        .unwrap_or_default()
        .into_iter()
        .filter(|one| one.person_id == me && one.state == SignUpState::Coming)
        .map(|one| one.activity_id)
        .collect();
    let now = device.now();
    let parts = by_section(activities, now, device.utc_offset_minutes());
    let rows: Vec<AnyView> = parts
        .into_iter()
        .filter(|(part, _)| *part == Part::Today)
        .flat_map(|(_, list)| list)
        .map(|activity| {
            let mark = words::stand(f, stand(&attendances, activity.id, me)).or_else(|| {
                coming
                    .contains(&activity.id)
                    .then(|| (Tone::Info, lang.pick("已报名", "Signed up").to_owned()))
            });
            activity_row(f, &activity, mark, now)
        })
        .collect();
    if rows.is_empty() {
        return view! {
            <Section title action=all>
                <p class="quiet">{lang.pick("今天没有活动，歇一歇。", "Nothing today.")}</p>
            </Section>
        }
        .into_any();
    }
    view! { <Section title action=all><List>{rows}</List></Section> }.into_any()
}
