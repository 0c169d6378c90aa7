//! Unsent and sent things in words that need no explanation.

use domain::{
    Area, Change, Lang, Operation, Outcome, RecordRef, Row,
    areas::{
        attachments::AttachmentChange,
        attendances::{AttendanceChange, Direction},
        guests::{self, GuestChange},
        sign_ups::SignUpChange,
        submissions::SubmissionChange,
    },
};
use icondata_core::Icon as IconData;
use icondata_lu as lu;

use crate::{
    areas::submissions::lines::form_icon, components::Tone, device::Device, i18n::Format,
    routing::Page,
};

/// What it is, for a list.
pub struct What {
    pub icon: IconData,
    pub title: String,
    /// Where it can be looked at.
    pub page: Option<Page>,
}

/// What an operation does. `record` is what the person would name.
pub fn of_operation(device: Device, f: Format, record: RecordRef, operation: &Operation) -> What {
    let lang = f.lang();
    match &operation.change {
        Change::SignUps(change) => {
            let act = match change {
                SignUpChange::SignUp { .. } => lang.pick("报名", "Sign-up"),
                SignUpChange::Withdraw { .. } => lang.pick("取消报名", "Off the list"),
            };
            let activity = change.activity_id();
            What {
                icon: lu::LuCalendarPlus,
                title: joined(lang, act, &activity_name(device, lang, activity)),
                page: Some(Page::Activity(activity)),
            }
        }
        Change::Attendances(AttendanceChange::Record {
            activity_id,
            person_id,
            direction,
            ..
        }) => {
            let act = match direction {
                Direction::In => lang.pick("签到", "Check-in"),
                Direction::Out => lang.pick("签退", "Check-out"),
            };
            let act = if *person_id == operation.actor_id {
                act.to_owned()
            } else {
                let name = device.person_name(*person_id);
                lang.pick(format!("{name}{act}"), format!("{act} of {name}"))
            };
            What {
                icon: lu::LuMapPinCheck,
                title: joined(lang, &act, &activity_name(device, lang, *activity_id)),
                page: Some(Page::Activity(*activity_id)),
            }
        }
        Change::Guests(change) => {
            let act = match change {
                GuestChange::Arrive { name, .. } => {
                    let (zh, en) = guests::shown(name);
                    lang.pick(format!("来宾{zh}签到"), format!("Guest {en}"))
                }
                GuestChange::Leave { .. } => {
                    let (zh, en) = guest_name(device, operation.record);
                    lang.pick(format!("来宾{zh}签退"), format!("Check-out of guest {en}"))
                }
            };
            let activity = change.activity_id();
            What {
                icon: lu::LuMapPinCheck,
                title: joined(lang, &act, &activity_name(device, lang, activity)),
                page: Some(Page::Activity(activity)),
            }
        }
        Change::Submissions(change) => {
            let (act, title) = match change {
                SubmissionChange::Submit { title, .. } => ("", title.clone()),
                SubmissionChange::Amend { title, .. } => {
                    (lang.pick("更正", "Correction"), title.clone())
                }
                SubmissionChange::Void { .. } => (lang.pick("撤回", "Taken back"), String::new()),
            };
            let mut what = of_record(device, f, record);
            if !title.is_empty() {
                what.title = title;
            }
            if !act.is_empty() {
                what.title = joined(lang, act, &what.title);
            }
            what
        }
        Change::Attachments(change) => {
            let act = match change {
                AttachmentChange::Add { .. } => lang.pick("照片", "Photo"),
                AttachmentChange::Describe { .. } => lang.pick("改照片说明", "A photo’s words"),
                AttachmentChange::Withdraw { .. } => lang.pick("移除照片", "Photo taken out"),
            };
            let mut what = of_record(device, f, record);
            what.title = joined(lang, act, &what.title);
            what
        }
    }
}

/// What a record is, where no operation tells.
pub fn of_record(device: Device, f: Format, record: RecordRef) -> What {
    let lang = f.lang();
    match device.row(record).map(|local| local.row) {
        Some(Row::Submissions(one)) => What {
            icon: form_icon(&one.form_id),
            title: if one.title.is_empty() {
                lang.pick("记录", "Record").to_owned()
            } else {
                one.title.clone()
            },
            page: Some(Page::Record(one.id)),
        },
        Some(Row::Attendances(fact)) => {
            let name = device.person_name(fact.person_id);
            What {
                icon: lu::LuSignature,
                title: lang.pick(format!("{name}的签名"), format!("Signature of {name}")),
                page: Some(Page::Activity(fact.activity_id)),
            }
        }
        Some(Row::Guests(guest)) => {
            let (zh, en) = guest.shown_name();
            What {
                icon: lu::LuSignature,
                title: lang.pick(
                    format!("来宾{zh}的签名"),
                    format!("Signature of guest {en}"),
                ),
                page: Some(Page::Activity(guest.activity_id)),
            }
        }
        _ => What {
            icon: lu::LuClipboardList,
            title: lang.pick("记录", "Record").to_owned(),
            page: (record.area == Area::Submissions).then(|| Page::Record(record.id.into())),
        },
    }
}

fn guest_name(device: Device, record: RecordRef) -> (String, String) {
    match device.row(record).map(|local| local.row) {
        Some(Row::Guests(guest)) => {
            let (zh, en) = guest.shown_name();
            (zh.to_owned(), en.to_owned())
        }
        _ => Default::default(),
    }
}

fn joined(lang: Lang, act: &str, name: &str) -> String {
    lang.pick(format!("{act}：{name}"), format!("{act}: {name}"))
}

fn activity_name(device: Device, lang: Lang, id: domain::ActivityId) -> String {
    match device
        .row(RecordRef::new(Area::Activities, id))
        .map(|local| local.row)
    {
        Some(Row::Activities(activity)) => activity.title,
        _ => lang.pick("活动", "an activity").to_owned(),
    }
}

/// What became of it by now: a conflict that somebody settled is none any more.
pub fn by_now(device: Device, record: RecordRef, outcome: &Outcome) -> Outcome {
    let settled = |revision: i64| match device.row(record).map(|local| local.row) {
        Some(Row::Submissions(one)) if one.conflicts.is_empty() => Outcome::Merged { revision },
        Some(Row::Attachments(one)) if one.others.is_empty() => Outcome::Merged { revision },
        _ => Outcome::Conflict { revision },
    };
    match outcome.first() {
        Outcome::Conflict { revision } => settled(*revision),
        other => other.clone(),
    }
}

/// What became of it, in a word or two with its color.
pub fn outcome(lang: Lang, outcome: &Outcome) -> (Tone, &'static str) {
    match outcome.first() {
        Outcome::Applied { .. } | Outcome::Duplicate { .. } => {
            (Tone::Success, lang.pick("已送达", "Received"))
        }
        Outcome::Merged { .. } => (Tone::Success, lang.pick("已合并", "Combined")),
        Outcome::Conflict { .. } => (Tone::Warning, lang.pick("待选择", "To be chosen")),
        Outcome::Held { .. } => (Tone::Info, lang.pick("等前一条", "Waits")),
        Outcome::Quarantined { .. } => {
            (Tone::Warning, lang.pick("办公室处理中", "With the office"))
        }
        Outcome::Retry { .. } => (Tone::Info, lang.pick("稍后再试", "Tried again later")),
    }
}

/// What became of it, in a sentence.
pub fn outcome_sentence(f: Format, outcome: &Outcome) -> String {
    let lang = f.lang();
    match outcome.first() {
        Outcome::Applied { .. } | Outcome::Duplicate { .. } => lang
            .pick(
                "服务器已收到并记下。",
                "The server has received and recorded it.",
            )
            .to_owned(),
        Outcome::Merged { .. } => lang
            .pick(
                "服务器已收到，并与别人的修改合在一起，互不影响。",
                "Received, and combined with somebody else's edit; nothing was overwritten.",
            )
            .to_owned(),
        Outcome::Conflict { .. } => lang
            .pick(
                "服务器已收到。同一处有两种写法，两份都留着，请在这条记录里选一份。",
                "Received. The same place was written differently twice; both are kept. Please choose on the record’s page.",
            )
            .to_owned(),
        Outcome::Held { until, .. } => {
            let until = f.day_time(*until);
            lang.pick(
                format!("服务器已收到，等它依据的前一条到了就生效；最晚等到 {until}，之后由办公室处理。"),
                format!("Received. It takes effect once the item that it builds on has arrived; after {until} the office looks at it."),
            )
        }
        Outcome::Quarantined { refusal } => {
            let why = refusal.message(lang);
            lang.pick(
                format!("服务器已完整收下，由办公室处理：{why}"),
                format!("Received and kept whole; the office looks at it: {why}"),
            )
        }
        Outcome::Retry { .. } => lang
            .pick("服务器忙，会再试。", "The server was busy; it is tried again.")
            .to_owned(),
    }
}
