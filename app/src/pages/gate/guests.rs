//! People who come and aren't members: a name, and no more than the organizer asks for.

use domain::{
    GuestId,
    areas::{attendances::Direction, guests::Guest},
};
use icondata_lu as lu;
use leptos::{prelude::*, task::spawn_local};

use super::Gate;
use crate::{
    areas::attendances::{
        recording::{record_guest, record_guest_leaving},
        words,
    },
    components::{
        Tone,
        avatar::Avatar,
        button::{Button, ButtonKind},
        dialog::Dialog,
        field::TextField,
        icon::Icon,
        signature::SignaturePad,
        surface::{List, Section},
        toast::use_toasts,
    },
    i18n::{Format, t, tf, use_format, use_lang},
    platform::screen,
};

/// What was typed and drawn of a guest.
#[derive(Clone, Copy)]
pub(super) struct Typed {
    pub name: RwSignal<String>,
    pub unit: RwSignal<String>,
    pub drawn: RwSignal<Option<Vec<u8>>>,
}

impl Typed {
    pub fn new() -> Self {
        Self {
            name: RwSignal::new(String::new()),
            unit: RwSignal::new(String::new()),
            drawn: RwSignal::new(None),
        }
    }

    pub fn clear(self) {
        let _ = self.name.try_set(String::new());
        let _ = self.unit.try_set(String::new());
        let _ = self.drawn.try_set(None);
    }

    /// Name, unit and signature as they are to be kept.
    pub fn read(self) -> (String, String, Option<Vec<u8>>) {
        (
            self.name.read_untracked().trim().to_owned(),
            self.unit.read_untracked().trim().to_owned(),
            self.drawn.get_untracked(),
        )
    }

    fn is_short(self, with_signature: bool) -> bool {
        self.name.read().trim().is_empty() || (with_signature && self.drawn.read().is_none())
    }
}

/// The fields that ask for a guest.
#[component]
fn Fields(typed: Typed, with_unit: bool, with_signature: bool) -> impl IntoView {
    let (name, unit, signature) = (
        t("来宾姓名", "Guest’s name"),
        t("来自哪里（单位或社区）", "Where from (unit or community)"),
        t("手写签名", "Signature"),
    );
    // What the law wants said where a name is taken.
    let hint = t(
        "姓名只用于本次活动的签到表，可请办公室删除",
        "For this activity’s sign-in list only; the office removes it on request",
    );
    view! {
        <TextField
            name="guest-name"
            label=name
            hint
            value=typed.name
            on_input=move |text| typed.name.set(text)
            autocomplete="off"
            max_length=40
        />
        {with_unit
            .then(|| {
                view! {
                    <TextField
                        name="guest-unit"
                        label=unit
                        value=typed.unit
                        on_input=move |text| typed.unit.set(text)
                        autocomplete="off"
                        max_length=80
                    />
                }
            })}
        {with_signature
            .then(|| {
                view! { <SignaturePad label=signature on_change=move |bytes| typed.drawn.set(bytes)/> }
            })}
    }
    .into_any()
}

/// On the kiosk: the guest in front of it.
#[component]
pub(super) fn GuestForm(
    typed: Typed,
    with_unit: bool,
    with_signature: bool,
    busy: RwSignal<bool>,
    finish: Callback<()>,
    back: Callback<()>,
) -> impl IntoView {
    let f = use_format();
    let go_back = t("返回名单", "Back to the list");
    view! {
        <Fields typed with_unit with_signature/>
        <div class="kiosk-actions">
            <Button
                kind=ButtonKind::Primary
                icon=lu::LuCheck
                wide=true
                loading=busy
                disabled=Signal::derive(move || typed.is_short(with_signature))
                on_click=finish
            >
                {move || words::act(f.lang(), Direction::In)}
            </Button>
            <Button kind=ButtonKind::Ghost wide=true on_click=back>{go_back}</Button>
        </div>
    }
    .into_any()
}

/// On the kiosk: somebody found in the list, member or guest.
pub(super) fn found_row(
    name: String,
    note: String,
    is_done: bool,
    choose: impl Fn() + Send + Sync + 'static,
) -> AnyView {
    view! {
        <button type="button" class="kiosk-person" disabled=is_done on:click=move |_| choose()>
            <Avatar name=name.clone()/>
            <span class="kiosk-person-text">
                <span class="kiosk-person-name">{name}</span>
                <span class="kiosk-person-note">{note}</span>
            </span>
        </button>
    }
    .into_any()
}

/// On the kiosk: the guest who leaves.
pub(super) fn leave_form(
    f: Format,
    guest: Guest,
    busy: RwSignal<bool>,
    finish: Callback<Guest>,
    back: Callback<()>,
) -> AnyView {
    let (name, note) = (shown_name(f, &guest), stayed(f, &guest, false));
    let not_me = t("不是我", "That isn’t me");
    view! {
        <div class="kiosk-confirm">
            <p class="kiosk-name">{name}</p>
            <p class="kiosk-person-note">{note}</p>
            <div class="kiosk-actions">
                <Button
                    kind=ButtonKind::Primary
                    icon=lu::LuCheck
                    wide=true
                    loading=busy
                    on_click=move || finish.run(guest.clone())
                >
                    {move || words::act(f.lang(), Direction::Out)}
                </Button>
                <Button kind=ButtonKind::Ghost wide=true on_click=back>{not_me}</Button>
            </div>
        </div>
    }
    .into_any()
}

/// On the recorder's roster: who came as a guest, and one more.
#[component]
pub(super) fn Guests(gate: Gate, with_signature: RwSignal<bool>) -> impl IntoView {
    let (lang, toasts) = (use_lang(), use_toasts());
    let typed = Typed::new();
    let (open, busy) = (RwSignal::new(false), RwSignal::new(false));
    let (add, title, save) = (
        t("添加来宾", "Add a guest"),
        t("来宾签到", "A guest signs in"),
        t("登记", "Record"),
    );
    let close = move || {
        open.set(false);
        typed.clear();
    };
    let finish = move || {
        let (name, unit, signature) = typed.read();
        let lang = lang.get_untracked();
        busy.set(true);
        spawn_local(async move {
            let saved = record_guest(gate.device, gate.activity, name, unit, signature, lang).await;
            let _ = busy.try_set(false);
            match saved {
                Ok(_) => {
                    screen::buzz();
                    let _ = open.try_set(false);
                    typed.clear();
                }
                Err(problem) => toasts.error(problem),
            }
        });
    };
    let leave = Callback::new(move |guest: GuestId| {
        let lang = lang.get_untracked();
        spawn_local(async move {
            match record_guest_leaving(gate.device, gate.activity, guest, lang).await {
                Ok(_) => screen::buzz(),
                Err(problem) => toasts.error(problem),
            }
        });
    });
    let footer = move || {
        view! {
            <Button
                kind=ButtonKind::Primary
                icon=lu::LuCheck
                loading=busy
                disabled=Signal::derive(move || typed.is_short(with_signature.get()))
                on_click=finish
            >
                {save}
            </Button>
        }
    };
    view! {
        {move || {
            (gate.direction.get() == Direction::In)
                .then(|| {
                    view! {
                        <Button
                            kind=ButtonKind::Secondary
                            icon=lu::LuUserPlus
                            wide=true
                            on_click=move || open.set(true)
                        >
                            {add}
                        </Button>
                    }
                })
        }}
        {move || {
            let guests = gate.guests.get();
            (!guests.is_empty())
                .then(|| {
                    let count = guests.len();
                    let leaving = (gate.direction.get() == Direction::Out).then_some(leave);
                    let title = tf(move |lang| {
                        lang.pick(format!("来宾 {count} 人"), format!("Guests: {count}"))
                    });
                    view! { <Section title><List>{lines(gate.f, guests, leaving)}</List></Section> }
                })
        }}
        <Dialog open on_close=close title footer>
            <div class="form">
                {move || {
                    view! { <Fields typed with_unit=true with_signature=with_signature.get()/> }
                }}
            </div>
        </Dialog>
    }
    .into_any()
}

/// The guests, the earliest first; with `leave`, each who is still here can be checked out.
pub(super) fn lines(
    f: Format,
    guests: Vec<Guest>,
    leave: Option<Callback<GuestId>>,
) -> Vec<AnyView> {
    guests
        .into_iter()
        .map(|guest| {
            let (id, name, note) = (guest.id, shown_name(f, &guest), stayed(f, &guest, true));
            let trail = leave.map(|leave| {
                if guest.left.is_some() {
                    return view! {
                        <span class=format!("roster-done tone-{}", Tone::Success.as_str())>
                            <Icon icon=lu::LuCheck/>
                        </span>
                    }
                    .into_any();
                }
                let act = words::act(f.lang(), Direction::Out);
                let label = format!("{act} {name}");
                view! {
                    <button
                        type="button"
                        class="button button-small button-secondary"
                        aria-label=label
                        on:click=move |_| leave.run(id)
                    >
                        {act}
                    </button>
                }
                .into_any()
            });
            view! {
                <div class="row">
                    <span class="row-lead"><Avatar name=name.clone()/></span>
                    <span class="row-text">
                        <span class="row-title clamp-2">{name}</span>
                        <span class="row-note clamp-2">{note}</span>
                    </span>
                    {trail}
                </div>
            }
            .into_any()
        })
        .collect()
}

fn shown_name(f: Format, guest: &Guest) -> String {
    let (zh, en) = guest.shown_name();
    f.lang().pick(zh, en).to_owned()
}

/// 来宾 09:02–10:37 · 在场 1 小时 35 分 · 文三社区.
pub(super) fn stayed(f: Format, guest: &Guest, with_unit: bool) -> String {
    let lang = f.lang();
    let word = lang.pick("来宾", "Guest");
    let came = f.time(guest.at);
    let mut note = match (guest.left, guest.minutes()) {
        (Some(left), Some(minutes)) => {
            let (left, stayed) = (f.time(left), f.duration(minutes));
            lang.pick(
                format!("{word} {came}–{left} · 在场 {stayed}"),
                format!("{word} {came}–{left} · stayed {stayed}"),
            )
        }
        _ => lang.pick(
            format!("{word} {came} 已签到"),
            format!("{word}, in since {came}"),
        ),
    };
    if with_unit && !guest.unit.is_empty() {
        note = format!("{note} · {}", guest.unit);
    }
    note
}
