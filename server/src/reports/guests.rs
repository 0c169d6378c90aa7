//! A guest's line of the roster: no department, no minutes.

use domain::{
    Lang,
    areas::{attendances::Method, guests::Guest},
};

use super::roster::Line;

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
        left: None,
        minutes: None,
        method: lang.pick(method.0, method.1).to_owned(),
        remarks: if signed {
            lang.pick("有手写签名", "Signed by hand").to_owned()
        } else {
            String::new()
        },
    }
}
