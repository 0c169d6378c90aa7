//! One activity: when, where, what, who comes, and my part in it.

use domain::{
    ActivityId, Area, Change, Lang, RecordRef, Row,
    areas::{
        activities::{Activity, ActivityState},
        sign_ups::{SignUpChange, SignUpState, sign_up_id},
    },
    permission::{Ability, may},
    small,
};
use icondata_lu as lu;
use leptos::{prelude::*, task::spawn_local};
use sync::{Account, NewOperation};

use crate::{
    areas::{
        attendances::{
            situation::{Stand, stand},
            words,
        },
        sessions::guard::with_account,
        standards::gap::StandardGap,
    },
    components::{
        Tone,
        avatar::Avatar,
        button::{Button, ButtonKind, ButtonLink},
        icon::Icon,
        page_header::PageHeader,
        status::{Art, Banner, EmptyState, Skeleton},
        surface::{ActionBar, Card, Fact, Facts, Section},
        toast::use_toasts,
    },
    device::Device,
    i18n::{Format, t, use_format},
    routing::Page,
};

#[component]
pub fn ActivityPage(id: ActivityId) -> impl IntoView {
    let device = Device::get();
    let f = use_format();
    // A memo: sync ticks that change nothing here redraw nothing.
    let activity = Memo::new(move |_| {
        device.rows(Area::Activities)?;
        let local = device.row(RecordRef::new(Area::Activities, id));
        Some(match local.map(|local| local.row) {
            Some(Row::Activities(activity)) => Some(activity),
            _ => None,
        })
    });
    let missing = t("找不到这个活动", "This activity isn't here");
    let missing_text = t(
        "可能已经结束很久，或者还没同步到本机。",
        "It may be long over, or not on this phone yet.",
    );
    let body = with_account(move |account| {
        (move || match activity.get() {
            None => view! { <Skeleton rows=4/> }.into_any(),
            Some(None) => {
                view! { <EmptyState art=Art::Search title=missing text=missing_text/> }.into_any()
            }
            Some(Some(activity)) => detail(device, f, &account, &activity),
        })
        .into_any()
    });
    view! {
        <PageHeader title=t("活动", "Activity") back=Page::Activities/>
        <div class="page page-narrow">{body}</div>
    }
    .into_any()
}

fn detail(device: Device, f: Format, account: &Account, activity: &Activity) -> AnyView {
    let lang = f.lang();
    let id = activity.id;
    let me = account.person_id;
    let staff = activity.organizer_id == me || may(account.role, Ability::RecordAttendance);
    let cancelled = activity.state == ActivityState::Cancelled;
    let (kind_zh, kind_en) = activity.kind.name();
    let organizer = activity.organizer_id;
    let department = activity.department_id;
    let capacity = activity.capacity;
    let when = f.span(activity.starts_at, activity.ends_at);
    let pair = (
        t("组织者", "Organizer"),
        t("时间", "Time"),
        t("地点", "Place"),
    );
    let coming = Memo::new(move |_| {
        let mut list: Vec<_> = device
            .sign_ups()
            .unwrap_or_default()
            .into_iter()
            .filter(|one| one.activity_id == id && one.state == SignUpState::Coming)
            .map(|one| (one.at, one.person_id))
            .collect();
        small::sort_by_key(&mut list, |coming| *coming);
        list.into_iter()
            .map(|(_, person)| person)
            .collect::<Vec<_>>()
    });
    let mine = Memo::new(move |_| coming.with(|list| list.contains(&me)));
    let my_stand = Memo::new(move |_| {
        device
            .attendances()
            .map_or(Stand::Away, |facts| stand(&facts, id, me))
    });
    let organizer_name = move || {
        let name = device.person_name(organizer);
        match device.department_name(department) {
            Some(department) => format!("{name} · {department}"),
            None => name,
        }
    };
    let details = activity.details.clone();
    let items = activity.items.clone();
    let (title, place) = (activity.title.clone(), activity.place.clone());
    let kind = lang.pick(kind_zh, kind_en);
    view! {
        {cancelled
            .then(|| {
                view! {
                    <Banner
                        tone=Tone::Warning
                        title=t("活动已取消", "This activity was cancelled")
                    />
                }
            })}
        <Card>
            <div class="stack-tight">
                <p><span class="badge tone-primary">{kind}</span></p>
                <h2 class="detail-title">{title}</h2>
            </div>
            <Facts>
                <Fact label=pair.1>{when}</Fact>
                <Fact label=pair.2>{place}</Fact>
                <Fact label=pair.0>{organizer_name}</Fact>
            </Facts>
            {(!details.is_empty()).then(|| view! { <p class="prose">{details}</p> })}
        </Card>
        {move || {
            words::stand(f, my_stand.get())
                .map(|(tone, text)| view! { <Banner tone=tone title=text/> }.into_any())
        }}
        {staff
            .then(|| {
                view! {
                    <a class="tile" href=Page::Gate(id).path()>
                        <span class="tile-icon"><Icon icon=lu::LuQrCode/></span>
                        <span class="tile-text">
                            <span class="tile-title">{lang.pick("现场签到", "At the gate")}</span>
                            <span class="tile-note">
                                {lang.pick("出示签到码、扫志愿者、点名单", "Show the code, scan people, tick the roster")}
                            </span>
                        </span>
                    </a>
                }
            })}
        {(staff && !cancelled)
            .then(|| {
                view! { <StandardGap items=Signal::stored(items) activity=Signal::stored(Some(id))/> }
            })}
        {(!cancelled).then(|| record_tile(lang, id))}
        {move || expected(device, f, coming.get(), capacity)}
        {(!cancelled).then(|| view! { <Actions id mine my_stand/> })}
    }
    .into_any()
}

/// The way to a record that belongs to the activity.
fn record_tile(lang: Lang, id: ActivityId) -> AnyView {
    let form = format!("{}?activity={id}", Page::NewRecord(None).path());
    view! {
        <a class="tile" href=form>
            <span class="tile-icon"><Icon icon=lu::LuNotebookPen/></span>
            <span class="tile-text">
                <span class="tile-title">{lang.pick("写这次活动的记录", "Record this activity")}</span>
                <span class="tile-note">
                    {lang.pick("照片、经过、小结，归到这次活动", "Photos and what happened, filed with it")}
                </span>
            </span>
        </a>
    }
    .into_any()
}

fn expected(
    device: Device,
    f: Format,
    coming: Vec<domain::PersonId>,
    capacity: Option<i64>,
) -> AnyView {
    let lang = f.lang();
    let count = coming.len();
    let title = match capacity {
        Some(limit) => lang.pick(
            format!("已报名 {count}/{limit} 人"),
            format!("{count} of {limit} signed up"),
        ),
        None => lang.pick(format!("已报名 {count} 人"), format!("{count} signed up")),
    };
    if coming.is_empty() {
        return view! {
            <Section title>
                <p class="quiet">{lang.pick("还没有人报名", "Nobody has signed up yet")}</p>
            </Section>
        }
        .into_any();
    }
    let people: Vec<_> = coming
        .into_iter()
        .take(60)
        .map(|person| {
            let name = device.person_name(person);
            view! {
                <li class="person">
                    <Avatar name=name.clone()/>
                    <span class="person-name">{name}</span>
                </li>
            }
        })
        .collect();
    let more = count.saturating_sub(60);
    view! {
        <Section title>
            <Card>
                <ul class="people">{people}</ul>
                {(more > 0)
                    .then(|| {
                        view! { <p class="quiet">{lang.pick(format!("还有 {more} 人"), format!("and {more} more"))}</p> }
                    })}
            </Card>
        </Section>
    }
    .into_any()
}

/// Sign up or withdraw; check in.
#[component]
fn Actions(id: ActivityId, mine: Memo<bool>, my_stand: Memo<Stand>) -> impl IntoView {
    let device = Device::get();
    let f = use_format();
    let toasts = use_toasts();
    let busy = RwSignal::new(false);
    let activity = move || match device.row(RecordRef::new(Area::Activities, id))?.row {
        Row::Activities(activity) => Some(activity),
        _ => None,
    };
    let toggle = move || {
        let Some(replica) = device.replica() else {
            return;
        };
        let lang = f.lang_now();
        let coming = mine.get_untracked();
        let change = if coming {
            SignUpChange::Withdraw { activity_id: id }
        } else {
            SignUpChange::SignUp { activity_id: id }
        };
        let me = replica.account().person_id;
        let record = RecordRef::new(Area::SignUps, sign_up_id(id, me));
        busy.set(true);
        spawn_local(async move {
            let new = NewOperation::new(record, Change::SignUps(change));
            match replica.keep_fact(new).await {
                Ok(_) if coming => {
                    toasts.info(lang.pick("已取消报名", "You are off the list"));
                }
                Ok(_) => toasts.success(lang.pick("报名成功，到时见", "You are on the list")),
                Err(error) => toasts.error(error.message(lang)),
            }
            // Until the list says so too, the button isn't to be had again.
            replica.tell_saved().await;
            let _ = busy.try_set(false);
        });
    };
    let (withdraw, sign_up) = (t("取消报名", "Withdraw"), t("我要报名", "Sign up"));
    move || {
        let activity = activity()?;
        let now = device.now();
        let stand = my_stand.get();
        let over = now > activity.ends_at;
        let open = activity.admits(now) && !matches!(stand, Stand::Served { .. });
        let may_sign = !over && stand == Stand::Away;
        (open || may_sign).then(|| {
            let lang = f.lang();
            let act = words::act(lang, stand.next());
            view! {
                <ActionBar>
                    {may_sign
                        .then(|| {
                            let kind = if open || mine.get() {
                                ButtonKind::Secondary
                            } else {
                                ButtonKind::Primary
                            };
                            view! {
                                <Button kind loading=busy on_click=toggle>
                                    {move || if mine.get() { withdraw() } else { sign_up() }}
                                </Button>
                            }
                        })}
                    {open
                        .then(|| {
                            view! {
                                <ButtonLink to=Page::CheckIn kind=ButtonKind::Primary icon=lu::LuScanLine>
                                    {act}
                                </ButtonLink>
                            }
                        })}
                </ActionBar>
            }
            .into_any()
        })
    }
}
