//! What anybody with the link sees of an activity. Server-rendered, and whole without the app.

use domain::{ActivityId, Timestamp, api::session::PublicActivity};
use icondata_lu as lu;
use leptos::{prelude::*, task::spawn_local};

use crate::{
    components::{
        button::{Button, ButtonKind},
        icon::Icon,
        logo::Logo,
        status::{Art, EmptyState, Skeleton},
    },
    device::public_activity,
    i18n::{Format, t, use_format, use_lang},
    platform,
    routing::Page,
    shell::{ServerData, use_server_data},
};

#[derive(Clone, Debug, PartialEq)]
enum Found {
    Waiting,
    Here(PublicActivity),
    /// Not there, or not for strangers.
    Missing,
    /// No answer, and why.
    Failed(domain::Text),
}

#[component]
pub fn PublicActivityPage(id: ActivityId) -> impl IntoView {
    let lang = use_lang();
    let found = RwSignal::new(match use_server_data() {
        ServerData::PublicActivity { activity } => match activity {
            Ok(activity) => Found::Here(activity),
            Err(error) if error.code == "not_found" => Found::Missing,
            Err(error) => Found::Failed(error.message),
        },
        _ => Found::Waiting,
    });
    let ask = move || {
        found.set(Found::Waiting);
        spawn_local(async move {
            let answer = match public_activity(id).await {
                Ok(activity) => Found::Here(activity),
                Err(error) if error.status() == 404 => Found::Missing,
                Err(error) => Found::Failed(domain::Text::new(
                    error.message(domain::Lang::Zh),
                    error.message(domain::Lang::En),
                )),
            };
            let _ = found.try_set(answer);
        });
    };
    // Opened inside the running app, or from what is kept for offline starts.
    Effect::new(move |_| {
        if found.with_untracked(|found| *found == Found::Waiting) {
            ask();
        }
    });
    let missing = t("没有找到这个活动", "This activity isn't here");
    let missing_text = t(
        "链接可能不完整，或者活动没有对外公开。本单位成员请登录后查看。",
        "The link may be incomplete, or the activity isn't public. Members: please log in.",
    );
    let failed = t("活动没能打开", "The activity couldn't be opened");
    let again = t("再试一次", "Try again");
    let (about, motto) = (
        t("明录", "Minglu"),
        t("文明单位创建记录", "A civilized unit's record"),
    );
    view! {
        <div class="public">
            {move || match found.get() {
                Found::Waiting => view! { <Skeleton rows=4/> }.into_any(),
                Found::Here(activity) => view! { <Shown id activity/> }.into_any(),
                Found::Missing => {
                    view! {
                        <EmptyState art=Art::Search title=missing text=missing_text>
                            <Open id kind=ButtonKind::Secondary/>
                        </EmptyState>
                    }
                        .into_any()
                }
                Found::Failed(why) => {
                    view! {
                        <EmptyState
                            art=Art::Trouble
                            title=failed
                            text=move || why.get(lang.get()).to_owned()
                        >
                            <Button icon=lu::LuRotateCcw on_click=ask>{again}</Button>
                            <Open id kind=ButtonKind::Secondary/>
                        </EmptyState>
                    }
                        .into_any()
                }
            }}
            <footer class="public-foot">
                <Logo/>
                <span>{about}" · "{motto}</span>
            </footer>
        </div>
    }
    .into_any()
}

/// The way into the app; whoever isn't logged in comes by the log-in.
#[component]
fn Open(id: ActivityId, kind: ButtonKind) -> impl IntoView {
    let label = t("登录后查看", "Log in to see it");
    let class = match kind {
        ButtonKind::Primary => "button button-primary",
        _ => "button button-secondary",
    };
    view! { <a class=class href=Page::Activity(id).path()>{label}</a> }.into_any()
}

/// Where the activity stands in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Coming,
    Running,
    Over,
    Cancelled,
}

fn state(activity: &PublicActivity, now: Timestamp) -> State {
    if activity.cancelled {
        State::Cancelled
    } else if now > activity.ends_at {
        State::Over
    } else if now >= activity.starts_at {
        State::Running
    } else {
        State::Coming
    }
}

#[component]
fn Shown(id: ActivityId, activity: PublicActivity) -> impl IntoView {
    let f = use_format();
    let now = state(&activity, Timestamp(platform::now_ms()));
    let (starts, ends) = (activity.starts_at, activity.ends_at);
    let tone = match now {
        State::Coming => "primary",
        State::Running => "success",
        State::Over => "neutral",
        State::Cancelled => "danger",
    };
    let word = move || {
        let lang = f.lang();
        match now {
            State::Coming => f.relative_day(starts),
            State::Running => lang.pick("正在进行", "On now").to_owned(),
            State::Over => lang.pick("已结束", "Over").to_owned(),
            State::Cancelled => lang.pick("已取消", "Cancelled").to_owned(),
        }
    };
    let note = move || {
        let lang = f.lang();
        match now {
            State::Coming | State::Running => lang.pick(
                "本单位成员登录后可以报名和签到。还没有账号，请向办公室要一个邀请链接。",
                "Members can sign up and check in after logging in. No account yet? Ask the office for an invitation.",
            ),
            State::Over => lang.pick(
                "活动已经结束，感谢关注。",
                "This activity is over. Thank you for your interest.",
            ),
            State::Cancelled => lang.pick(
                "活动已取消，请不要前往。详情请联系主办单位。",
                "This activity was cancelled: please don't come. Ask the organization for details.",
            ),
        }
    };
    let open = t("在明录中打开", "Open in Minglu");
    let (when_label, where_label, about_label) = (
        t("时间", "Time"),
        t("地点", "Place"),
        t("活动说明", "About"),
    );
    let cancelled = activity.cancelled;
    let details = activity.details.trim().to_owned();
    let place = activity.place.clone();
    view! {
        <article class="public-card" class:is-cancelled=cancelled>
            <header class="public-head">
                <p class="public-organization">{activity.organization_name.clone()}</p>
                <h1 class="public-title">{activity.title.clone()}</h1>
                <p><span class=format!("badge tone-{tone}")>{word}</span></p>
            </header>
            <dl class="public-facts">
                <div class="public-fact">
                    <dt><Icon icon=lu::LuCalendarDays/><span class="sr-only">{when_label}</span></dt>
                    <dd>
                        <span class="public-strong">{move || f.full_day(starts)}</span>
                        <span class="public-hours">{move || hours(f, starts, ends)}</span>
                    </dd>
                </div>
                {(!place.is_empty())
                    .then(|| {
                        view! {
                            <div class="public-fact">
                                <dt><Icon icon=lu::LuMapPin/><span class="sr-only">{where_label}</span></dt>
                                <dd><span class="public-strong">{place}</span></dd>
                            </div>
                        }
                    })}
            </dl>
            {(!details.is_empty())
                .then(|| {
                    view! {
                        <section class="public-about">
                            <h2>{about_label}</h2>
                            <p class="prose">{details}</p>
                        </section>
                    }
                })}
            <div class="public-act">
                <a
                    class=if matches!(now, State::Coming | State::Running) {
                        "button button-primary button-wide"
                    } else {
                        "button button-secondary button-wide"
                    }
                    href=Page::Activity(id).path()
                >
                    {open}
                </a>
                <p class="quiet">{note}</p>
            </div>
        </article>
    }
    .into_any()
}

/// 14:00–16:30; with the day where it ends on another one.
fn hours(f: Format, starts: Timestamp, ends: Timestamp) -> String {
    let end = if f.date(starts) == f.date(ends) {
        f.time(ends)
    } else {
        f.day_time(ends)
    };
    format!("{}–{end}", f.time(starts))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cancelled_activity_is_cancelled_whatever_the_time() {
        let mut activity = PublicActivity {
            organization_name: String::new(),
            title: String::new(),
            place: String::new(),
            details: String::new(),
            starts_at: Timestamp(100),
            ends_at: Timestamp(200),
            cancelled: false,
        };
        let at = |activity: &PublicActivity, now| state(activity, Timestamp(now));
        assert_eq!(at(&activity, 99), State::Coming);
        assert_eq!(at(&activity, 200), State::Running);
        assert_eq!(at(&activity, 201), State::Over);
        activity.cancelled = true;
        assert_eq!(at(&activity, 99), State::Cancelled);
    }
}
