//! The office's first page: what waits for a person, what is due, where the standard stands, what is on
//! today.
//!
//! Leaves out figures about persons, and anything that nobody has to act on.

mod due;
mod standing;

use std::sync::Arc;

use domain::{
    Lang, Timestamp,
    api::{
        dashboard::{Dashboard, Unsent},
        office::ActivityLine,
    },
    areas::activities::ActivityState,
    small,
    time::DAY_MS,
};
use icondata_core::Icon as IconData;
use icondata_lu as lu;
use leptos::prelude::*;

use crate::{
    components::{
        Tone,
        button::{ButtonLink, IconButton},
        page_header::PageHeader,
        status::{Art, Badge, EmptyState},
        surface::{List, ListRow, Section},
    },
    i18n::{Format, counted, t, tp, use_format},
    office::{LoadProblem, Loading, Remote, Stale, use_remote},
    platform,
    routing::Page,
};

#[component]
pub fn OverviewPage() -> impl IntoView {
    let f = use_format();
    let board: Remote<Dashboard> =
        use_remote(|| Some("/api/office/dashboard".to_owned())).every(30);
    let today: Remote<Vec<ActivityLine>> = use_remote(|| {
        let (from, until) = day_around(platform::now_ms());
        Some(format!("/api/office/activities?from={from}&until={until}"))
    })
    .every(15);
    let reload = move |()| {
        board.reload();
        today.reload();
    };
    let error = Signal::derive(move || board.error().or_else(|| today.error()));
    let known = Memo::new(move |_| board.get().is_some());
    let body = move || {
        if !known.get() {
            return match error.get() {
                Some(error) => view! { <LoadProblem error on_retry=reload/> }.into_any(),
                None => view! { <Loading/> }.into_any(),
            };
        }
        view! {
            <Stale error on_retry=reload/>
            <div class="overview-columns">
                <div class="overview">
                    <Waiting board/>
                    <due::Due board/>
                </div>
                <div class="overview">
                    <standing::Stand board/>
                    <Today today/>
                </div>
            </div>
            <Menu/>
        }
        .into_any()
    };
    let subtitle = move || f.full_day(Timestamp(platform::now_ms()));
    let refresh = t("刷新", "Refresh");
    view! {
        <PageHeader subtitle>
            <IconButton icon=lu::LuRefreshCw label=refresh on_click=reload/>
        </PageHeader>
        <div class="page page-wide overview">{body}</div>
    }
    .into_any()
}

/// The day on the device's clock.
fn day_around(now: i64) -> (i64, i64) {
    let offset = i64::from(platform::utc_offset_minutes_at(now)) * domain::time::MINUTE_MS;
    let from = (now + offset).div_euclid(DAY_MS) * DAY_MS - offset;
    (from, from + DAY_MS)
}

/// One thing that waits.
struct Item {
    to: Page,
    icon: IconData,
    tone: Tone,
    title: String,
    text: String,
}

#[component]
fn Waiting(board: Remote<Dashboard>) -> impl IntoView {
    let f = use_format();
    let title = t("等你处理", "Waiting for you");
    let done = t("都处理完了", "Nothing waits");
    let done_text = t(
        "有新记录送达时，这里会自动出现。",
        "New records appear here by themselves.",
    );
    let rows = move || {
        let items = board
            .get()
            .map(|board| items(f, &board))
            .unwrap_or_default();
        if items.is_empty() {
            return view! {
                <div class="card"><EmptyState art=Art::Done title=done text=done_text/></div>
            }
            .into_any();
        }
        let rows = items
            .into_iter()
            .map(|item| {
                view! {
                    <ListRow
                        to=item.to
                        icon=item.icon
                        tone=item.tone
                        title=item.title
                        text=item.text
                    />
                }
            })
            .collect_view();
        view! { <List>{rows}</List> }.into_any()
    };
    view! { <Section title>{rows}</Section> }.into_any()
}

/// The most urgent first.
fn items(f: Format, board: &Dashboard) -> Vec<Item> {
    let lang = f.lang();
    let (counts, unsent_work) = (&board.counts, &board.unsent);
    let mut items = Vec::new();
    if unsent_work.emptied > 0 {
        let n = unsent_work.emptied;
        items.push(Item {
            to: Page::Devices,
            icon: lu::LuTriangleAlert,
            tone: Tone::Danger,
            title: lang.pick(
                format!("{n} 台手机的本地存储可能被清空"),
                counted(
                    n,
                    "phone may have been emptied",
                    "phones may have been emptied",
                ),
            ),
            text: lang
                .pick("请尽快联系本人核对", "Please call the person soon")
                .to_owned(),
        });
    }
    let problems = &board.rectifications;
    if problems.overdue > 0 {
        let n = problems.overdue;
        items.push(Item {
            to: Page::Rectifications.narrowed("show=overdue"),
            icon: lu::LuWrench,
            tone: Tone::Danger,
            title: lang.pick(
                format!("{n} 个问题整改逾期"),
                counted(n, "problem is overdue", "problems are overdue"),
            ),
            text: problems
                .pressing
                .first()
                .map(|one| one.problem.clone())
                .unwrap_or_default(),
        });
    }
    if problems.rectified > 0 {
        let n = problems.rectified;
        items.push(Item {
            to: Page::Rectifications.narrowed("show=rectified"),
            icon: lu::LuSearchCheck,
            tone: Tone::Info,
            title: lang.pick(
                format!("{n} 个问题等待复核销号"),
                counted(n, "problem to check", "problems to check"),
            ),
            text: lang
                .pick(
                    "由整改人以外的同事复核",
                    "By somebody else than who put it right",
                )
                .to_owned(),
        });
    }
    if counts.submitted > 0 {
        let n = counts.submitted;
        let text = counts.waiting_since.map_or_else(String::new, |at| {
            let at = f.ago(at);
            lang.pick(
                format!("最早一条送达于 {at}"),
                format!("The oldest came {at}"),
            )
        });
        items.push(Item {
            to: Page::Review,
            icon: lu::LuClipboardCheck,
            tone: Tone::Primary,
            title: lang.pick(
                format!("{n} 条记录待审核"),
                counted(n, "record to review", "records to review"),
            ),
            text,
        });
    }
    if counts.quarantined > 0 {
        let n = counts.quarantined;
        items.push(Item {
            to: Page::Quarantine,
            icon: lu::LuShieldAlert,
            tone: Tone::Warning,
            title: lang.pick(
                format!("{n} 项内容未能入账"),
                counted(n, "item is held", "items are held"),
            ),
            text: lang
                .pick(
                    "已完整保存，需要人来看一看",
                    "Kept whole; a person has to look",
                )
                .to_owned(),
        });
    }
    if unsent_work.devices > 0 {
        let oldest = unsent_work.oldest.map(|at| f.ago(at));
        items.push(Item {
            to: Page::Devices,
            icon: lu::LuSmartphone,
            tone: Tone::Info,
            title: unsent(lang, unsent_work),
            text: oldest.map_or_else(String::new, |at| {
                lang.pick(
                    format!("最早一条写于 {at}"),
                    format!("The oldest is from {at}"),
                )
            }),
        });
    }
    items
}

fn unsent(lang: Lang, work: &Unsent) -> String {
    let (devices, records, photos) = (work.devices, work.records, work.photos);
    match lang {
        Lang::Zh => format!("{devices} 台设备还有 {records} 条记录、{photos} 张照片未送达"),
        Lang::En => format!(
            "{}: {}, {}",
            counted(
                devices,
                "device holds unsent work",
                "devices hold unsent work"
            ),
            counted(records, "record", "records"),
            counted(photos, "photo", "photos"),
        ),
    }
}

#[component]
fn Today(today: Remote<Vec<ActivityLine>>) -> impl IntoView {
    let title = t("今天的活动", "Today’s activities");
    let all = t("全部活动", "All activities");
    let none = t("今天没有活动", "Nothing is on today");
    let rows = move || match today.get() {
        None => view! { <Loading rows=2/> }.into_any(),
        Some(lines) if lines.is_empty() => {
            view! { <div class="card"><EmptyState art=Art::Calendar title=none/></div> }.into_any()
        }
        Some(lines) => {
            let rows = sorted(&lines).into_iter().map(activity).collect_view();
            view! { <List>{rows}</List> }.into_any()
        }
    };
    let action = move || {
        view! { <ButtonLink to=Page::OfficeActivities small=true>{all}</ButtonLink> }.into_any()
    };
    view! { <Section title action>{rows}</Section> }.into_any()
}

fn sorted(lines: &Arc<Vec<ActivityLine>>) -> Vec<ActivityLine> {
    let mut lines = lines.to_vec();
    small::sort_by_key(&mut lines, |line| {
        (line.activity.starts_at, line.activity.id)
    });
    lines
}

fn activity(line: ActivityLine) -> AnyView {
    let f = use_format();
    let activity = line.activity;
    let cancelled = activity.state == ActivityState::Cancelled;
    let (starts, ends) = (activity.starts_at, activity.ends_at);
    let place = activity.place;
    let text = move || format!("{}–{} · {place}", f.time(starts), f.time(ends));
    let (coming, arrived) = (line.coming, line.arrived);
    let trail = move || {
        if cancelled {
            let label = t("已取消", "Cancelled");
            return view! { <Badge tone=Tone::Warning label/> }.into_any();
        }
        let now = platform::now_ms();
        let tone = if starts.0 <= now && now <= ends.0 {
            Tone::Success
        } else {
            Tone::Neutral
        };
        let label = move || match f.lang() {
            Lang::Zh if coming == 0 => format!("已到 {arrived}"),
            Lang::Zh => format!("已到 {arrived}/{coming}"),
            Lang::En if coming == 0 => format!("{arrived} came"),
            Lang::En => format!("{arrived} of {coming}"),
        };
        view! { <Badge tone icon=lu::LuUserCheck label/> }.into_any()
    };
    view! {
        <ListRow
            to=Page::OfficeActivity(activity.id)
            icon=lu::LuCalendarDays
            tone=Tone::Neutral
            title=activity.title
            text
            trail
        />
    }
    .into_any()
}

/// The office's other pages, where there is no sidebar.
#[component]
fn Menu() -> impl IntoView {
    let title = t("办公", "Office");
    let rows = [
        (Page::Review, lu::LuClipboardCheck),
        (Page::OfficeTasks, lu::LuListTodo),
        (Page::Rectifications, lu::LuWrench),
        (Page::Search, lu::LuSearch),
        (Page::OfficeActivities, lu::LuCalendarRange),
        (Page::Evidence, lu::LuBookCheck),
        (Page::Files, lu::LuFiles),
        (Page::Packs, lu::LuPackageCheck),
        (Page::SelfAssessment, lu::LuGauge),
        (Page::Hours, lu::LuClock3),
        (Page::Participation, lu::LuUserRoundCheck),
        (Page::Reports, lu::LuChartColumn),
        (Page::Standard, lu::LuScrollText),
        (Page::OfficeForms, lu::LuListChecks),
        (Page::OfficeAllPremises, lu::LuStore),
        (Page::Devices, lu::LuMonitorSmartphone),
        (Page::People, lu::LuUsersRound),
        (Page::Departments, lu::LuBuilding2),
        (Page::Invitations, lu::LuMailPlus),
        (Page::Quarantine, lu::LuShieldAlert),
    ]
    .map(|(page, icon)| {
        let title = tp(page.title());
        view! { <ListRow to=page icon title/> }
    })
    .collect_view();
    view! {
        <div class="office-menu">
            <Section title><List>{rows}</List></Section>
        </div>
    }
    .into_any()
}
