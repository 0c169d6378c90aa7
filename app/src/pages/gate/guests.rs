//! People who come and aren't members: a name, and no more than the organizer asks for.

use domain::areas::{attendances::Direction, guests::Guest};
use icondata_lu as lu;
use leptos::{prelude::*, task::spawn_local};

use super::Gate;
use crate::{
    areas::attendances::{recording::record_guest, words},
    components::{
        avatar::Avatar,
        button::{Button, ButtonKind},
        dialog::Dialog,
        field::TextField,
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
                    let title = tf(move |lang| {
                        lang.pick(format!("来宾 {count} 人"), format!("Guests: {count}"))
                    });
                    view! { <Section title><List>{lines(gate.f, guests)}</List></Section> }
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

/// The guests, the earliest first.
pub(super) fn lines(f: Format, guests: Vec<Guest>) -> Vec<AnyView> {
    guests
        .into_iter()
        .map(|guest| {
            let (zh, en) = guest.shown_name();
            let name = f.lang().pick(zh, en).to_owned();
            let unit = (!guest.unit.is_empty()).then(|| format!(" · {}", guest.unit));
            let note = format!(
                "{} {}{}",
                f.lang().pick("来宾", "Guest"),
                f.time(guest.at),
                unit.unwrap_or_default()
            );
            view! {
                <div class="row">
                    <span class="row-lead"><Avatar name=name.clone()/></span>
                    <span class="row-text">
                        <span class="row-title">{name}</span>
                        <span class="row-note">{note}</span>
                    </span>
                </div>
            }
            .into_any()
        })
        .collect()
}
