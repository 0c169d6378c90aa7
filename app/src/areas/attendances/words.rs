//! Attendance in words: where somebody stands, how it was recorded, what looks odd.

use domain::{
    Lang, Timestamp,
    areas::attendances::{Direction, Flag},
};

use super::situation::Stand;
use crate::{components::Tone, i18n::Format};

/// 已签到 09:02, 已服务 1 小时 20 分; nothing for somebody who isn't there.
pub fn stand(f: Format, stand: Stand) -> Option<(Tone, String)> {
    let lang = f.lang();
    match stand {
        Stand::Away => None,
        Stand::Here { since } => {
            let at = f.time(since);
            Some((
                Tone::Success,
                lang.pick(format!("{at} 已签到"), format!("In since {at}")),
            ))
        }
        Stand::Served { minutes, .. } => {
            let served = f.duration(minutes);
            Some((
                Tone::Primary,
                lang.pick(format!("已服务 {served}"), format!("Served {served}")),
            ))
        }
    }
}

/// 签到 or 签退.
pub fn act(lang: Lang, direction: Direction) -> &'static str {
    match direction {
        Direction::In => lang.pick("签到", "Check in"),
        Direction::Out => lang.pick("签退", "Check out"),
    }
}

/// 签到成功 or 签退成功.
pub fn done(lang: Lang, direction: Direction) -> &'static str {
    match direction {
        Direction::In => lang.pick("签到成功", "Checked in"),
        Direction::Out => lang.pick("签退成功", "Checked out"),
    }
}

/// What the organizer should know about a code that was scanned; `None` where nothing is odd.
pub fn doubt(lang: Lang, flags: &[Flag]) -> Option<&'static str> {
    let flag = flags.first()?;
    Some(match flag {
        Flag::BadCertificate => lang.pick(
            "本机还认不出这个码的签发者，联网后再核对",
            "This phone can't confirm who issued the code yet; the server will",
        ),
        Flag::SlotFarFromCapture => lang.pick(
            "码的时间和本机相差较大，可能是截图，请当面核对",
            "The code's time is far off: perhaps a screenshot. Look at the person",
        ),
        _ => lang.pick(
            "码核对不上，已记下，请当面核对本人",
            "The code doesn't check out. It is noted; please look at the person",
        ),
    })
}

/// 上午好 and so on.
pub fn greeting(lang: Lang, now: Timestamp, utc_offset_minutes: i32) -> &'static str {
    let hour = now
        .civil(utc_offset_minutes)
        .map_or(12, |at| chrono::Timelike::hour(&at));
    match hour {
        5..=8 => lang.pick("早上好", "Good morning"),
        9..=11 => lang.pick("上午好", "Good morning"),
        12..=13 => lang.pick("中午好", "Hello"),
        14..=17 => lang.pick("下午好", "Good afternoon"),
        _ => lang.pick("晚上好", "Good evening"),
    }
}
