//! The phone as a kiosk: find your name, sign if asked, done; the next person, please.
//! Whoever isn't on the list signs in as a guest.

use std::time::Duration;

use domain::{
    Area, RecordRef, Row,
    areas::{
        attendances::{Direction, Proof},
        guests::Guest,
    },
    keys::sha256_hex,
};
use icondata_lu as lu;
use leptos::{prelude::*, task::spawn_local};

use super::guests::{GuestForm, Typed, found_row, leave_form, stayed};
use crate::{
    areas::attendances::{
        kiosk::{Kiosk, Tried, use_kiosk},
        recording::{record, record_guest, record_guest_leaving},
        roster::{Line, roster},
        situation::Stand,
        words,
    },
    components::{
        button::{Button, ButtonKind},
        dialog::Dialog,
        field::{TextField, TextKind},
        icon::Icon,
        signature::SignaturePad,
        toast::use_toasts,
    },
    device::Device,
    i18n::{t, use_format, use_lang},
    layout::hold_update,
    platform::screen,
};

/// Names shown for what was typed: never the whole roster.
const SHOWN: usize = 8;
/// How long the thanks stay, and how long somebody may hesitate.
const THANKS_MS: u64 = 4_000;
const IDLE_MS: u64 = 60_000;

/// Where the person in front of the phone stands.
#[derive(Clone, PartialEq)]
enum Step {
    Find,
    Confirm(Line),
    Guest,
    Leaving(Guest),
    Done(String),
}

#[component]
pub fn KioskPage(kiosk: Kiosk) -> impl IntoView {
    let device = Device::get();
    let (f, lang, toasts) = (use_format(), use_lang(), use_toasts());
    let mode = use_kiosk();
    let id = kiosk.activity;
    let (direction, with_signature, with_unit) = (kiosk.direction, kiosk.signature, kiosk.unit);
    let step = RwSignal::new(Step::Find);
    let name = RwSignal::new(String::new());
    let typed = Typed::new();
    let drawn = typed.drawn;
    let busy = RwSignal::new(false);
    let asked_to_leave = RwSignal::new(false);
    hold_update();
    let _awake = StoredValue::new_local(screen::Awake::new());

    let lines = Memo::new(move |_| {
        Some(roster(
            id,
            device.people()?,
            &device.departments()?,
            &device.sign_ups()?,
            &device.attendances()?,
        ))
    });
    // Whoever came as a guest leaves as one.
    let guests = Memo::new(move |_| match direction {
        Direction::In => Vec::new(),
        Direction::Out => device.guests_at(id).unwrap_or_default(),
    });
    let restart = move || {
        let _ = name.try_set(String::new());
        typed.clear();
        let _ = step.try_set(Step::Find);
    };
    // Whoever walks away leaves the phone ready for the next one.
    let turn = StoredValue::new(0_u32);
    Effect::new(move |_| {
        // Who is signing hasn't walked away.
        drawn.track();
        typed.name.track();
        typed.unit.track();
        let wait = match step.get() {
            Step::Find => return,
            Step::Confirm(_) | Step::Guest | Step::Leaving(_) => IDLE_MS,
            Step::Done(_) => THANKS_MS,
        };
        let mine = turn.get_value().wrapping_add(1);
        turn.set_value(mine);
        set_timeout(
            move || {
                if turn.try_get_value() == Some(mine) && busy.try_get_untracked() == Some(false) {
                    restart();
                }
            },
            Duration::from_millis(wait),
        );
    });
    let next = move || {
        turn.update_value(|turn| *turn = turn.wrapping_add(1));
        restart();
    };
    let finish = Callback::new(move |line: Line| {
        let signature = drawn.get_untracked();
        let lang = lang.get_untracked();
        busy.set(true);
        spawn_local(async move {
            let proof = Proof::Roster {
                signature: signature.as_deref().map(sha256_hex),
            };
            let saved = record(
                device,
                id,
                line.person_id,
                direction,
                proof,
                signature,
                lang,
            )
            .await;
            let _ = busy.try_set(false);
            match saved {
                Ok(_) => {
                    screen::buzz();
                    let _ = step.try_set(Step::Done(line.name));
                }
                Err(problem) => toasts.error(problem),
            }
        });
    });
    let finish_guest = Callback::new(move |()| {
        let (name, unit, signature) = typed.read();
        let lang = lang.get_untracked();
        busy.set(true);
        spawn_local(async move {
            let saved = record_guest(device, id, name.clone(), unit, signature, lang).await;
            let _ = busy.try_set(false);
            match saved {
                Ok(_) => {
                    screen::buzz();
                    let _ = step.try_set(Step::Done(name));
                }
                Err(problem) => toasts.error(problem),
            }
        });
    });
    let finish_leaving = Callback::new(move |guest: Guest| {
        let lang = lang.get_untracked();
        busy.set(true);
        spawn_local(async move {
            let saved = record_guest_leaving(device, id, guest.id, lang).await;
            let _ = busy.try_set(false);
            match saved {
                Ok(_) => {
                    screen::buzz();
                    let _ = step.try_set(Step::Done(guest.name));
                }
                Err(problem) => toasts.error(problem),
            }
        });
    });
    // Its time may be over, but never under somebody's hand.
    Effect::new(move |_| {
        if step.with(|step| matches!(step, Step::Find)) && !asked_to_leave.get() {
            mode.check(device.now());
        }
    });
    let title = move || match device.row(RecordRef::new(Area::Activities, id)) {
        Some(local) => match local.row {
            Row::Activities(activity) => activity.title,
            _ => String::new(),
        },
        None => String::new(),
    };
    let body = move || {
        match step.get() {
        Step::Find => view! { <Find lines guests name step direction guest=typed.name/> }.into_any(),
        Step::Confirm(line) => {
            view! { <Confirm line direction with_signature drawn busy finish next=Callback::new(move |()| next())/> }
                .into_any()
        }
        Step::Guest => {
            view! {
                <GuestForm typed with_unit with_signature busy finish=finish_guest back=Callback::new(move |()| next())/>
            }
                .into_any()
        }
        Step::Leaving(guest) => {
            leave_form(f, guest, busy, finish_leaving, Callback::new(move |()| next()))
        }
        Step::Done(name) => done(f.lang(), direction, name, Callback::new(move |()| next())),
    }
    };
    view! {
        <div class="kiosk" class:kiosk-out=direction == Direction::Out>
            <header class="kiosk-head">
                <h1 class="kiosk-act">{move || words::act(f.lang(), direction)}</h1>
                <Leave asking=asked_to_leave/>
                <p class="kiosk-title">{title}</p>
            </header>
            <div class="kiosk-body">{body}</div>
        </div>
    }
    .into_any()
}

#[component]
fn Find(
    lines: Memo<Option<Vec<Line>>>,
    guests: Memo<Vec<Guest>>,
    name: RwSignal<String>,
    step: RwSignal<Step>,
    direction: Direction,
    guest: RwSignal<String>,
) -> impl IntoView {
    let f = use_format();
    let (ask, hint) = (
        t("请输入您的姓名", "Please type your name"),
        t("输入一个字就会出现名单", "One character is enough"),
    );
    let nobody = match direction {
        Direction::In => t(
            "名单里没有找到。请换一个字试试，或按来宾签到。",
            "Nobody of that name. Try another spelling, or sign in as a guest.",
        ),
        Direction::Out => t(
            "没有找到。请换一个字试试，或找现场工作人员。",
            "Nobody of that name. Try another spelling, or ask the organizer.",
        ),
    };
    let as_guest = t("我是来宾，不在名单上", "I’m a guest, not on the list");
    let begin_guest = move || {
        guest.set(name.get_untracked().trim().to_owned());
        step.set(Step::Guest);
    };
    let found = Memo::new(move |_| {
        let typed = name.get();
        if typed.trim().is_empty() {
            return None;
        }
        lines.with(|lines| {
            let lines = lines.as_ref()?.iter();
            let fits = |line: &&Line| line.fits(&typed, None) && line.name.contains(typed.trim());
            Some(
                lines
                    .filter(fits)
                    .take(SHOWN)
                    .cloned()
                    .collect::<Vec<Line>>(),
            )
        })
    });
    let leaving = Memo::new(move |_| {
        let typed = name.get();
        let typed = typed.trim();
        let fits = |guest: &&Guest| !typed.is_empty() && guest.name.contains(typed);
        guests.with(|guests| {
            let fitting = guests.iter().filter(fits).take(SHOWN).cloned();
            fitting.collect::<Vec<Guest>>()
        })
    });
    let rows = move || {
        let Some(found) = found.get() else {
            return view! { <p class="kiosk-hint">{hint}</p> }.into_any();
        };
        let leaving = leaving.get();
        if found.is_empty() && leaving.is_empty() {
            return view! { <p class="kiosk-hint" role="status">{nobody}</p> }.into_any();
        }
        let mut rows: Vec<AnyView> = found
            .into_iter()
            .map(|line| {
                let is_done = matches!(
                    (direction, line.stand),
                    (Direction::In, Stand::Here { .. }) | (_, Stand::Served { .. })
                );
                let note = if is_done {
                    words::stand(f, line.stand)
                        .map(|(_, text)| text)
                        .unwrap_or_default()
                } else {
                    line.department.clone()
                };
                let name = line.name.clone();
                found_row(name, note, is_done, move || {
                    step.set(Step::Confirm(line.clone()));
                })
            })
            .collect();
        rows.extend(leaving.into_iter().map(|guest| {
            let (name, note) = (guest.name.clone(), stayed(f, &guest, false));
            found_row(name, note, guest.left.is_some(), move || {
                step.set(Step::Leaving(guest.clone()));
            })
        }));
        view! { <div class="kiosk-people">{rows}</div> }.into_any()
    };
    view! {
        <TextField
            name="kiosk-name"
            label=ask
            value=name
            on_input=move |text| name.set(text)
            max_length=40
        />
        {rows}
        {(direction == Direction::In)
            .then(|| {
                view! {
                    <Button
                        kind=ButtonKind::Secondary
                        icon=lu::LuUserPlus
                        wide=true
                        on_click=begin_guest
                    >
                        {as_guest}
                    </Button>
                }
            })}
    }
    .into_any()
}

#[component]
fn Confirm(
    line: Line,
    direction: Direction,
    with_signature: bool,
    drawn: RwSignal<Option<Vec<u8>>>,
    busy: RwSignal<bool>,
    finish: Callback<Line>,
    next: Callback<()>,
) -> impl IntoView {
    let f = use_format();
    let act = move || words::act(f.lang(), direction);
    let not_me = t("不是我", "That isn’t me");
    let label = t("手写签名", "Signature");
    let (name, department) = (line.name.clone(), line.department.clone());
    let missing = Signal::derive(move || with_signature && drawn.with(Option::is_none));
    view! {
        <div class="kiosk-confirm">
            <p class="kiosk-name">{name}</p>
            <p class="kiosk-person-note">{department}</p>
            {with_signature
                .then(|| view! { <SignaturePad label on_change=move |bytes| drawn.set(bytes)/> })}
            <div class="kiosk-actions">
                <Button
                    kind=ButtonKind::Primary
                    icon=lu::LuCheck
                    wide=true
                    loading=busy
                    disabled=missing
                    on_click=move || finish.run(line.clone())
                >
                    {act}
                </Button>
                <Button kind=ButtonKind::Ghost wide=true on_click=next>{not_me}</Button>
            </div>
        </div>
    }
    .into_any()
}

fn done(lang: domain::Lang, direction: Direction, name: String, next: Callback<()>) -> AnyView {
    let words = match direction {
        Direction::In => lang.pick("已签到", "You are checked in"),
        Direction::Out => lang.pick("已签退", "You are checked out"),
    };
    view! {
        <div class="kiosk-done" role="status">
            <span class="kiosk-done-icon"><Icon icon=lu::LuCheck/></span>
            <p class="kiosk-name">{name}</p>
            <p class="kiosk-done-words">{words}</p>
            <Button kind=ButtonKind::Secondary wide=true on_click=next>
                {lang.pick("下一位", "Next person")}
            </Button>
        </div>
    }
    .into_any()
}

/// Only the organizer's number leads out.
#[component]
fn Leave(asking: RwSignal<bool>) -> impl IntoView {
    let mode = use_kiosk();
    let (device, lang) = (Device::get(), use_lang());
    let number = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    let (label, title, field, end) = (
        t("结束", "End"),
        t("结束自助签到", "End the kiosk"),
        t("组织者设的数字", "The organizer’s number"),
        t("结束并返回", "End and go back"),
    );
    let hint = t(
        "忘了数字？活动结束两小时后会自动退出；记录都已保存在本机。",
        "Forgotten? It ends by itself two hours after the activity. What was recorded is saved.",
    );
    let leave = move || {
        let lang = lang.get_untracked();
        let words = match mode.leave(&number.read_untracked(), device.now_untracked()) {
            Tried::Opens => return,
            Tried::Wrong => lang.pick("数字不对", "That isn’t the number").to_owned(),
            Tried::Paused { minutes } => lang.pick(
                format!("错得太多，请 {minutes} 分钟后再试"),
                format!("Too many wrong numbers: try again in {minutes} min"),
            ),
        };
        error.set(Some(words));
        number.set(String::new());
    };
    let footer = move || {
        view! { <Button kind=ButtonKind::Primary on_click=leave>{end}</Button> }
    };
    view! {
        <Button small=true kind=ButtonKind::Ghost icon=lu::LuLock on_click=move || asking.set(true)>
            {label}
        </Button>
        <Dialog
            open=asking
            on_close=move || {
                asking.set(false);
                error.set(None);
                number.set(String::new());
            }
            title
            footer
        >
            <TextField
                name="kiosk-number"
                label=field
                kind=TextKind::Code
                hint
                value=number
                on_input=move |text| number.set(text)
                error
            />
        </Dialog>
    }
    .into_any()
}
