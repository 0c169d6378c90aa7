//! Under a photo: what its author says it shows, what its file says of time and place, and where it, or
//! nearly the same one, was before. Facts for the reviewer's eye; nothing is decided by them.

use domain::{
    Lang,
    api::office::{SeenBefore, SubmissionDetail},
    areas::attachments::Attachment,
    photos::Resemblance,
};
use icondata_lu as lu;
use leptos::prelude::*;

use crate::{
    components::icon::Icon,
    i18n::{counted, tf, use_format, use_lang},
    routing::Page,
};

pub fn proofs(detail: &SubmissionDetail, photo: &Attachment) -> AnyView {
    let f = use_format();
    let facts = &photo.facts;
    let file = facts.file_taken_at.map(|at| {
        let off = facts.days_off(detail.submission.capture.occurred_at);
        let words = tf(move |lang| by_file(lang, &format!("{} {}", f.date(at), f.time(at)), off));
        let icon = if off.is_some() {
            lu::LuCalendarX
        } else {
            lu::LuCalendarCheck
        };
        view! {
            <p class="evidence-proof" class:is-off=off.is_some()>
                <Icon icon/>
                <span>{words}</span>
            </p>
        }
    });
    let place = facts.file_place.map(|at| {
        let words = tf(move |lang| {
            let at = format!("{:.5}, {:.5}", at.latitude, at.longitude);
            match lang {
                Lang::Zh => format!("位置 {at}，文件自带"),
                Lang::En => format!("At {at}, by the file itself"),
            }
        });
        view! {
            <p class="evidence-proof">
                <Icon icon=lu::LuMapPin/>
                <span>{words}</span>
            </p>
        }
    });
    let own = detail.submission.id;
    let seen = detail
        .seen_before
        .iter()
        .filter(|seen| seen.photo == photo.id)
        .map(|seen| before(seen.clone(), seen.record == own))
        .collect_view();
    view! {
        {file}
        {place}
        {seen}
    }
    .into_any()
}

/// `by` days, negative when the photo is older than what the record says.
fn by_file(lang: Lang, at: &str, by: Option<i64>) -> String {
    let days = by.map(i64::abs).unwrap_or_default();
    match (lang, by) {
        (Lang::Zh, None) => format!("拍摄于 {at}，文件自带"),
        (Lang::En, None) => format!("Taken {at}, by the file itself"),
        (Lang::Zh, Some(by)) => {
            let side = if by < 0 { "早" } else { "晚" };
            format!("拍摄于 {at}，文件自带；比记录的时间{side} {days} 天")
        }
        (Lang::En, Some(by)) => {
            let side = if by < 0 { "before" } else { "after" };
            let days = counted(days, "day", "days");
            format!("Taken {at}, by the file itself: {days} {side} the record’s time")
        }
    }
}

fn before(seen: SeenBefore, here: bool) -> AnyView {
    let f = use_format();
    let lang = use_lang();
    let same = seen.resemblance == Resemblance::Same;
    let at = seen.occurred_at;
    let title = seen.title.clone();
    let words = move || resembles(lang.get(), same, here);
    let record = move || {
        let title = if title.is_empty() {
            lang.get().pick("未命名记录", "Untitled record")
        } else {
            &title
        };
        format!("{title} · {}", f.date(at))
    };
    view! {
        <div class="evidence-before" class:is-same=same>
            <img src=format!("/api/blobs/{}", seen.thumbnail) alt="" loading="lazy"/>
            <p>
                <span class="evidence-before-how">
                    <Icon icon=lu::LuCopy/>
                    {words}
                </span>
                {(!here)
                    .then(|| {
                        view! { <a href=Page::ReviewRecord(seen.record).path()>{record}</a> }
                    })}
            </p>
        </div>
    }
    .into_any()
}

fn resembles(lang: Lang, same: bool, here: bool) -> &'static str {
    match (same, here) {
        (_, true) => lang.pick("这条记录里有两张同样的", "Twice in this record"),
        (true, false) => lang.pick("和这条记录里的是同一张", "The same photo as in"),
        (false, false) => lang.pick("和这条记录里的很像", "Nearly the same as in"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_photo_is_said_to_be_older_than_the_record() {
        assert_eq!(
            by_file(Lang::Zh, "那天", Some(-365)),
            "拍摄于 那天，文件自带；比记录的时间早 365 天"
        );
        assert_eq!(
            by_file(Lang::En, "then", Some(1)),
            "Taken then, by the file itself: 1 day after the record’s time"
        );
        assert_eq!(
            by_file(Lang::En, "then", None),
            "Taken then, by the file itself"
        );
    }
}
