//! The guests of an activity on the office's page: who came without being a member, and putting it right.

use domain::{
    Lang,
    api::office::{ActivityDetail, GuestAct, Member},
    areas::guests::Guest,
};
use leptos::prelude::*;

use crate::{
    components::{
        Tone,
        button::{Button, ButtonKind},
        choice::{CheckBox, Choice, DropDown, Segmented},
        dialog::Dialog,
        field::TextField,
        status::Badge,
        surface::{List, ListRow, Section},
        toast::use_toasts,
    },
    i18n::{Format, t, tf, use_format, use_lang},
    office::{ActProblem, Remote, use_act, use_remote},
};

const PATH: &str = "/api/office/guests";

/// How many guests count.
pub fn came(detail: &ActivityDetail) -> usize {
    detail.guests.iter().filter(|guest| guest.counts()).count()
}

/// Nothing where nobody came as a guest.
#[component]
pub fn GuestsSection(detail: Remote<ActivityDetail>) -> impl IntoView {
    let f = use_format();
    let guests = Memo::new(move |_| {
        detail
            .get()
            .map(|detail| detail.guests.clone())
            .unwrap_or_default()
    });
    let editing = RwSignal::new(None::<Guest>);
    let title = t("来宾", "Guests");
    let (struck, linked) = (t("已划去", "Struck"), t("已对应到人员", "A member by now"));
    let rows = move || {
        let lang = f.lang();
        let rows: Vec<AnyView> = guests
            .get()
            .into_iter()
            .map(|guest| {
                let (zh, en) = guest.shown_name();
                let name = lang.pick(zh, en).to_owned();
                let parts = [
                    Some(times(f, &guest)),
                    Some(guest.unit.clone()),
                    guest
                        .signature
                        .as_ref()
                        .map(|_| lang.pick("有手写签名", "Signed by hand").to_owned()),
                    guest.struck.clone(),
                ];
                let parts = parts.into_iter().flatten().filter(|part| !part.is_empty());
                let text = parts.collect::<Vec<_>>().join(" · ");
                let (is_struck, is_linked) = (guest.struck.is_some(), guest.person_id.is_some());
                let trail = move || {
                    if is_struck {
                        view! { <Badge tone=Tone::Neutral label=struck/> }.into_any()
                    } else if is_linked {
                        view! { <Badge tone=Tone::Info label=linked/> }.into_any()
                    } else {
                        ().into_any()
                    }
                };
                let open = move || editing.set(Some(guest.clone()));
                view! { <ListRow title=name text trail on_click=Callback::new(move |()| open())/> }
                    .into_any()
            })
            .collect();
        (!rows.is_empty()).then(|| view! { <Section title><List>{rows}</List></Section> })
    };
    view! {
        {rows}
        <GuestDialog editing on_saved=move || detail.reload()/>
    }
    .into_any()
}

/// 09:02, or 09:02–10:37 · 1 小时 35 分.
fn times(f: Format, guest: &Guest) -> String {
    let came = f.time(guest.at);
    match (guest.left, guest.minutes()) {
        (Some(left), Some(minutes)) => {
            format!("{came}–{} · {}", f.time(left), f.duration(minutes))
        }
        _ => came,
    }
}

#[component]
fn GuestDialog(
    editing: RwSignal<Option<Guest>>,
    #[prop(into)] on_saved: Callback<()>,
) -> impl IntoView {
    let (act, toasts, lang) = (use_act(), use_toasts(), use_lang());
    let way = RwSignal::new("correct".to_owned());
    let (name, unit) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (reason, person) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let agreed = RwSignal::new(false);
    Effect::new(move |_| {
        let guest = editing.get();
        act.forget_error();
        way.set("correct".to_owned());
        reason.set(String::new());
        person.set(String::new());
        agreed.set(false);
        name.set(guest.as_ref().map(|it| it.name.clone()).unwrap_or_default());
        unit.set(guest.map(|it| it.unit).unwrap_or_default());
    });
    let counts = Memo::new(move |_| editing.with(|it| it.as_ref().is_some_and(Guest::counts)));
    let people = use_remote::<Vec<Member>>(move || {
        (way.get() == "link").then(|| "/api/office/people".to_owned())
    });
    let members = Signal::derive(move || {
        let mut choices = vec![Choice::new("", lang.get().pick("请选择", "Choose"))];
        let people = people.get().unwrap_or_default();
        let active = people.iter().filter(|it| it.active);
        choices.extend(active.map(|it| Choice::new(it.id.to_string(), it.name.clone())));
        choices
    });
    let ways = Signal::derive(move || {
        let lang = lang.get();
        let mut ways = vec![Choice::new("correct", lang.pick("改姓名", "Correct"))];
        if counts.get() {
            ways.push(Choice::new("strike", lang.pick("划去", "Strike")));
            ways.push(Choice::new("link", lang.pick("是在册人员", "A member")));
        }
        ways.push(Choice::new("forget", lang.pick("删除姓名", "Remove name")));
        ways
    });
    let asked = move || {
        Some(match way.get_untracked().as_str() {
            "strike" => GuestAct::Strike {
                reason: reason.get_untracked(),
            },
            "link" => GuestAct::Link {
                person_id: person.get_untracked().parse().ok()?,
            },
            "forget" => GuestAct::Forget,
            _ => GuestAct::Correct {
                name: name.get_untracked(),
                unit: unit.get_untracked(),
            },
        })
    };
    let save = move || {
        let (Some(guest), Some(asked)) = (editing.get_untracked(), asked()) else {
            return;
        };
        let path = format!("{PATH}/{}", guest.id);
        act.send(
            "POST",
            path,
            Some(&asked),
            Some(guest.revision),
            move |answer| {
                if answer.is_ok() {
                    editing.set(None);
                    toasts.success(lang.get_untracked().pick("已保存", "Saved"));
                }
                on_saved.run(());
            },
        );
    };
    let missing = Signal::derive(move || match way.get().as_str() {
        "strike" => reason.read().trim().is_empty(),
        "link" => person.read().is_empty() || !agreed.get(),
        "forget" => !agreed.get(),
        _ => name.read().trim().is_empty(),
    });
    let title = move || {
        let lang = lang.get();
        editing.with(|guest| {
            guest.as_ref().map_or_else(String::new, |guest| {
                let (zh, en) = guest.shown_name();
                lang.pick(format!("来宾：{zh}"), format!("Guest: {en}"))
            })
        })
    };
    let save_label = tf(move |lang: Lang| {
        match way.get().as_str() {
            "strike" => lang.pick("划去这一行", "Strike this line"),
            "link" => lang.pick("对应到人员", "Count as the member"),
            "forget" => lang.pick("删除姓名", "Remove the name"),
            _ => lang.pick("保存", "Save"),
        }
        .to_owned()
    });
    let footer = move || {
        let save_label = save_label.clone();
        let kind = if way.get() == "forget" {
            ButtonKind::Danger
        } else {
            ButtonKind::Primary
        };
        view! {
            <Button kind loading=act.busy() disabled=missing on_click=save>{save_label}</Button>
        }
    };
    let fields = move || match way.get().as_str() {
        "strike" => strike(reason, act.field_error("reason")),
        "link" => link(members, person, agreed, act.field_error("person_id")),
        "forget" => forget(agreed),
        _ => correct(name, unit, act.field_error("name"), act.field_error("unit")),
    };
    let label = t("怎么处理", "What to do");
    view! {
        <Dialog
            open=Signal::derive(move || editing.with(Option::is_some))
            on_close=move || editing.set(None)
            title
            footer
        >
            <div class="form">
                <Segmented
                    name="guest-act"
                    label
                    choices=ways
                    value=way
                    on_change=move |next: String| {
                        agreed.set(false);
                        act.forget_error();
                        way.set(next);
                    }
                />
                <ActProblem error=Signal::derive(move || act.error())/>
                {fields}
            </div>
        </Dialog>
    }
    .into_any()
}

type Problem = Signal<Option<String>>;

fn correct(
    name: RwSignal<String>,
    unit: RwSignal<String>,
    name_error: Problem,
    unit_error: Problem,
) -> AnyView {
    let (label, unit_label) = (
        t("姓名", "Name"),
        t("来自哪里（单位或社区）", "Where from (unit or community)"),
    );
    view! {
        <TextField
            name="guest-name"
            label
            value=name
            on_input=move |text| name.set(text)
            error=name_error
            max_length=40
        />
        <TextField
            name="guest-unit"
            label=unit_label
            value=unit
            on_input=move |text| unit.set(text)
            error=unit_error
            max_length=80
        />
    }
    .into_any()
}

fn strike(reason: RwSignal<String>, error: Problem) -> AnyView {
    let (label, hint) = (
        t("原因", "Reason"),
        t(
            "这一行会保留并注明原因，不再计入人数",
            "The line stays with the reason and isn’t counted any more",
        ),
    );
    view! {
        <TextField
            name="guest-reason"
            label
            hint
            value=reason
            on_input=move |text| reason.set(text)
            error
            max_length=500
        />
    }
    .into_any()
}

fn link(
    members: Signal<Vec<Choice>>,
    person: RwSignal<String>,
    agreed: RwSignal<bool>,
    error: Problem,
) -> AnyView {
    let (label, hint, consent) = (
        t("在册人员", "Member"),
        t(
            "会按来宾的签到、签退时间记到这位人员名下；时长按两者计算",
            "The guest’s arrival and leaving become the member’s; minutes need both ends",
        ),
        t("本人同意", "The person agrees"),
    );
    view! {
        <DropDown
            name="guest-member"
            label
            hint
            choices=members
            value=person
            on_change=move |id| person.set(id)
            error
        />
        <CheckBox name="guest-agrees" checked=agreed on_change=move |on| agreed.set(on)>
            {consent}
        </CheckBox>
    }
    .into_any()
}

fn forget(agreed: RwSignal<bool>) -> AnyView {
    let (text, sure) = (
        t(
            "应来宾要求删除：姓名、单位和签名从签到表、更改记录和原始数据里删除，人数不变。不能恢复。",
            "On the guest’s request: name, unit and signature go from the list, its history and the raw data. The count stays. It can’t be undone.",
        ),
        t("来宾要求删除", "The guest asked for it"),
    );
    view! {
        <p>{text}</p>
        <CheckBox name="guest-asked" checked=agreed on_change=move |on| agreed.set(on)>
            {sure}
        </CheckBox>
    }
    .into_any()
}
