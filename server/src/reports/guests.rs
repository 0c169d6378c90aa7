//! Guests on the roster: a line without a department, and how many came.

use domain::{
    Lang,
    areas::{attendances::Method, guests::Guest},
};

use super::roster::{Line, Roster};

pub(super) fn line(guest: &Guest, lang: Lang) -> Line {
    let (zh, en) = guest.shown_name();
    let method = Method::Roster.name();
    let guest_word = lang.pick("来宾", "Guest");
    let department = if guest.unit.is_empty() {
        guest_word.to_owned()
    } else {
        format!("{guest_word}{}{}", lang.pick("：", ": "), guest.unit)
    };
    let signed = guest.signature.is_some();
    Line {
        name: lang.pick(zh, en).to_owned(),
        department,
        arrived: Some(guest.at),
        left: guest.left,
        minutes: guest.minutes(),
        method: lang.pick(method.0, method.1).to_owned(),
        remarks: if signed {
            lang.pick("有手写签名", "Signed by hand").to_owned()
        } else {
            String::new()
        },
    }
}

/// How many people came, and how many of them were guests.
pub(super) fn came(roster: &Roster, lang: Lang) -> String {
    let (arrived, guests) = (roster.arrived, roster.guests);
    if guests == 0 {
        return match lang {
            Lang::Zh => format!("到场 {arrived} 人"),
            Lang::En => format!("{arrived} people came"),
        };
    }
    // Their minutes stand in the same column, and are no service.
    let stayed = match (roster.guest_minutes, lang) {
        (0, _) => String::new(),
        (minutes, Lang::Zh) => format!("（{minutes} 分钟，不计服务时长）"),
        (minutes, Lang::En) => format!(" ({minutes} min, not service)"),
    };
    match lang {
        Lang::Zh => format!("到场 {arrived} 人，其中来宾 {guests} 人{stayed}"),
        Lang::En => format!("{arrived} people came, {guests} of them guests{stayed}"),
    }
}
