//! My service minutes, for my eyes only: no ranking, no target, no comparison.

use chrono::Datelike;
use domain::{
    ActivityId, PersonId, Timestamp,
    api::hours::MyCorrection,
    areas::attendances::{Attendance, ProofState, presences},
    small,
};
use icondata_lu as lu;
use leptos::prelude::*;

use crate::{
    components::{
        Tone,
        button::LoadMore,
        icon::Icon,
        status::{Badge, Skeleton},
        surface::{Figure, Figures, List, Section},
    },
    device::Device,
    i18n::{Format, t, tf, use_format},
    office::{Remote, use_remote},
    routing::Page,
};

/// How many activities are shown at first, and more on each tap.
const STEP: usize = 5;
/// From how many hours on the national rules speak of one to five stars.
const STARS: [i64; 5] = [100, 300, 600, 1_000, 1_500];

/// One activity that I was at.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a mark of its own")]
struct Served {
    activity: ActivityId,
    /// When I came, or left where nobody noted that I came.
    at: Timestamp,
    minutes: i64,
    /// Both ends are known.
    whole: bool,
    /// Not all of it has reached the server.
    pending: bool,
    doubtful: bool,
    corrected: bool,
}

#[component]
pub fn Hours(me: PersonId) -> impl IntoView {
    let device = Device::get();
    let f = use_format();
    let shown = RwSignal::new(STEP);
    // The office's corrections come while the phone is online; the facts are on the phone anyway.
    let corrections: Remote<Vec<MyCorrection>> = use_remote(|| Some("/api/my/hours".to_owned()));
    let list = Memo::new(move |_| {
        let mut list = served(device.attendances()?, me);
        for correction in corrections.get().iter().flat_map(|it| it.iter()) {
            correct(&mut list, correction);
        }
        Some(list)
    });
    let title = t("我的服务时长", "My service time");
    let private = t("只有您自己和办公室能看到", "Only you and the office see it");
    let more = Signal::derive(move || {
        list.with(|list| list.as_ref().is_some_and(|list| list.len() > shown.get()))
    });
    view! {
        <Section title>
            {move || match list.get() {
                None => view! { <Skeleton rows=2/> }.into_any(),
                Some(list) => {
                    view! {
                        {figures(device, f, &list)}
                        {activities(device, f, list, shown.get())}
                    }
                        .into_any()
                }
            }}
            <LoadMore more on_more=move || shown.update(|shown| *shown += 4 * STEP)/>
            <p class="quiet private-note"><Icon icon=lu::LuLock/>{private}</p>
            {move || list.with(|list| list.as_ref().map(|list| sum(list))).map(|minutes| view! { <Stars minutes/> })}
        </Section>
    }
    .into_any()
}

fn figures(device: Device, f: Format, list: &[Served]) -> AnyView {
    let lang = f.lang();
    let year = year_of(device.now(), device);
    let this_year: Vec<Served> = list
        .iter()
        .filter(|one| year_of(one.at, device) == year)
        .cloned()
        .collect();
    let (all, now) = (f.duration(sum(list)), f.duration(sum(&this_year)));
    let times = f.number(i64::try_from(list.len()).unwrap_or(i64::MAX));
    view! {
        <Figures>
            <Figure label=lang.pick("累计", "In all") value=all/>
            <Figure label=lang.pick("今年", "This year") value=now/>
            <Figure label=lang.pick("参加活动", "Activities") value=times/>
        </Figures>
    }
    .into_any()
}

fn activities(device: Device, f: Format, list: Vec<Served>, shown: usize) -> AnyView {
    let lang = f.lang();
    if list.is_empty() {
        let text = lang.pick(
            "参加活动并签到、签退后，时长会记在这里。",
            "Your time appears here once you have checked in and out at an activity.",
        );
        return view! { <p class="quiet">{text}</p> }.into_any();
    }
    let known = device.activities().unwrap_or_default();
    let rows: Vec<AnyView> = list
        .into_iter()
        .take(shown)
        .map(|one| {
            let activity = known.iter().find(|activity| activity.id == one.activity);
            let title = activity.map_or_else(
                || lang.pick("较早的活动", "An earlier activity").to_owned(),
                |activity| activity.title.clone(),
            );
            let running = activity.is_some_and(|activity| activity.admits(device.now()));
            let mark = if one.corrected {
                Some((
                    lu::LuPencil,
                    Tone::Info,
                    lang.pick("办公室已更正", "Corrected by the office"),
                ))
            } else if one.doubtful {
                Some((
                    lu::LuTriangleAlert,
                    Tone::Warning,
                    lang.pick("待核对", "To be checked"),
                ))
            } else if one.pending {
                Some((
                    lu::LuSmartphone,
                    Tone::Info,
                    lang.pick("待发送", "Not sent yet"),
                ))
            } else {
                None
            };
            let trail = match (one.whole, running) {
                (true, _) => f.duration(one.minutes),
                (false, true) => lang.pick("进行中", "Going on").to_owned(),
                (false, false) => lang.pick("未签退", "No check-out").to_owned(),
            };
            view! {
                <a class="row row-link" href=Page::Activity(one.activity).path()>
                    <span class="row-text">
                        <span class="row-title clamp-2">{title}</span>
                        <span class="row-note">{f.day(one.at)}</span>
                        {mark
                            .map(|(icon, tone, text)| {
                                view! {
                                    <span class="activity-mark">
                                        <Badge tone=tone label=text icon=icon/>
                                    </span>
                                }
                            })}
                    </span>
                    <span class="row-trail hours-of" class:hours-none=!one.whole>{trail}</span>
                </a>
            }
            .into_any()
        })
        .collect();
    view! { <List>{rows}</List> }.into_any()
}

/// What the hours mean in the national rules, for those who want to know.
#[component]
fn Stars(minutes: i64) -> impl IntoView {
    let summary = t("星级志愿者的时长标准", "Hours of the national star levels");
    let hours = minutes / 60;
    let reached = STARS.iter().filter(|level| hours >= **level).count();
    let rule = t(
        "国家标准按累计服务时长划分：100 小时一星、300 小时二星、600 小时三星、1000 小时四星、1500 小时五星。仅供本人了解，不排名、不考核；评定以官方志愿服务平台为准。",
        "By total service time: one star at 100 hours, two at 300, three at 600, four at 1,000, five at 1,500. For your information only: nobody is ranked or assessed by it, and the official volunteer platform decides.",
    );
    let mine = tf(move |lang| {
        lang.pick(
            format!("您的累计时长已达到 {reached} 星的标准。"),
            format!("Your total is within the hours of {reached} star(s)."),
        )
    });
    view! {
        <details class="stars">
            <summary>{summary}</summary>
            {(reached > 0).then(|| view! { <p>{mine}</p> })}
            <p>{rule}</p>
        </details>
    }
    .into_any()
}

fn sum(list: &[Served]) -> i64 {
    list.iter().map(|one| one.minutes).sum()
}

fn year_of(at: Timestamp, device: Device) -> Option<i32> {
    at.civil(device.utc_offset_minutes()).map(|at| at.year())
}

/// What the office says counts instead of what was recorded.
fn correct(list: &mut [Served], correction: &MyCorrection) {
    for one in list {
        if one.activity == correction.activity_id {
            one.minutes = correction.minutes;
            one.whole = true;
            one.corrected = true;
        }
    }
}

/// Where I was, the latest first.
fn served(attendances: Vec<Attendance>, me: PersonId) -> Vec<Served> {
    let mine: Vec<Attendance> = attendances
        .into_iter()
        .filter(|fact| fact.person_id == me)
        .collect();
    let activities = small::set(mine.iter().map(|fact| fact.activity_id));
    let mut list: Vec<Served> = activities
        .into_iter()
        .filter_map(|activity| {
            let facts: Vec<Attendance> = mine
                .iter()
                .filter(|fact| fact.activity_id == activity)
                .cloned()
                .collect();
            let presence = presences(&facts).remove(&me)?;
            Some(Served {
                activity,
                at: presence.arrived.or(presence.left)?,
                minutes: presence.minutes,
                whole: presence.arrived.is_some() && presence.left.is_some(),
                pending: facts.iter().any(|fact| fact.proof == ProofState::Pending),
                doubtful: !presence.flags.is_empty(),
                corrected: false,
            })
        })
        .collect();
    small::sort_by_key(&mut list, |one| std::cmp::Reverse(one.at));
    list
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{
        AttendanceId,
        areas::attendances::{Direction, Flag, Method},
    };
    use uuid::Uuid;

    const ME: PersonId = PersonId(Uuid::from_u128(7));

    fn fact(activity: u128, person: PersonId, direction: Direction, at: i64) -> Attendance {
        Attendance {
            id: AttendanceId(Uuid::nil()),
            revision: 1,
            activity_id: ActivityId(Uuid::from_u128(activity)),
            person_id: person,
            direction,
            at: Timestamp(at * 60_000),
            method: Method::Roster,
            recorded_by: person,
            proof: ProofState::Vouched,
            flags: Vec::new(),
            signature: None,
        }
    }

    #[test]
    fn only_my_own_time_counts_and_the_latest_comes_first() {
        let other = PersonId(Uuid::from_u128(8));
        let list = served(
            vec![
                fact(1, ME, Direction::In, 100),
                fact(1, ME, Direction::Out, 190),
                fact(1, other, Direction::Out, 500),
                fact(2, ME, Direction::In, 300),
            ],
            ME,
        );
        let figures: Vec<(i64, bool)> = list.iter().map(|one| (one.minutes, one.whole)).collect();
        assert_eq!(figures, [(0, false), (90, true)]);
        assert_eq!(sum(&list), 90);
    }

    #[test]
    fn a_correction_counts_for_its_activity_only() {
        let mut list = served(
            vec![
                fact(1, ME, Direction::In, 100),
                fact(2, ME, Direction::In, 300),
            ],
            ME,
        );
        let correction = MyCorrection {
            activity_id: ActivityId(Uuid::from_u128(1)),
            minutes: 120,
            reason: String::new(),
        };
        correct(&mut list, &correction);
        let figures: Vec<(i64, bool)> = list.iter().map(|one| (one.minutes, one.whole)).collect();
        assert_eq!(figures, [(0, false), (120, true)]);
    }

    #[test]
    fn a_flag_is_shown_to_the_person_whom_it_concerns() {
        let mut doubted = fact(1, ME, Direction::In, 100);
        doubted.flags.push(Flag::WrongCodeWord);
        let list = served(vec![doubted, fact(1, ME, Direction::Out, 160)], ME);
        assert!(list[0].doubtful);
        assert_eq!(list[0].minutes, 60);
    }
}
