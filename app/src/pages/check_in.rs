//! Check in or out: scan the organizer's code, say the code word, or show one's own code.

use domain::{
    areas::{
        attendances::{Direction, Proof},
        sign_ups::SignUpState,
    },
    proofs::CertificateSubject,
};
use icondata_lu as lu;
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_query_map;
use sync::Account;

use crate::{
    areas::{
        attendances::{
            rotating::RotatingCode,
            situation::{Stand, open_now},
            taking::{Taken, TakenView, take, take_code},
            words,
        },
        sessions::guard::with_account,
    },
    components::{
        button::{Button, ButtonKind},
        choice::{Choice, DropDown, Segmented},
        field::{TextField, TextKind},
        page_header::PageHeader,
        qr::QrScanner,
        status::{Art, EmptyState},
    },
    device::Device,
    i18n::{t, use_format, use_lang},
    platform::screen,
};

#[component]
pub fn CheckInPage() -> impl IntoView {
    let body = with_account(|account| view! { <CheckIn account/> }.into_any());
    view! {
        <PageHeader/>
        <div class="page page-narrow">{body}</div>
    }
    .into_any()
}

#[component]
fn CheckIn(account: Account) -> impl IntoView {
    let device = Device::get();
    let lang = use_lang();
    let query = use_query_map();
    let asked = query.with_untracked(|query| query.get("show"));
    let way = RwSignal::new(asked.unwrap_or_else(|| "scan".to_owned()));
    let taken = RwSignal::new(None::<Taken>);
    let busy = RwSignal::new(false);
    let me = account.person_id;

    let on_code = move |text: String| {
        if busy.get_untracked() || taken.with_untracked(Option::is_some) {
            return;
        }
        busy.set(true);
        screen::buzz();
        spawn_local(async move {
            let outcome = take_code(device, text, lang.get_untracked()).await;
            taken.set(Some(outcome));
            busy.set(false);
        });
    };
    let ways = Signal::derive(move || {
        let lang = lang.get();
        vec![
            Choice::new("scan", lang.pick("扫码", "Scan")),
            Choice::new("word", lang.pick("口令", "Code word")),
            Choice::new("code", lang.pick("我的码", "My code")),
        ]
    });
    let label = t("签到方式", "Way to check in");
    let scan_hint = t(
        "对准组织者手机上的签到码",
        "Point at the code on the organizer's phone",
    );
    let mine = t("我的码", "My code");
    let mine_title = t("出示给组织者扫", "Show this to the organizer");
    let mine_note = t(
        "码每 30 秒更新，没有信号也能用；截图无效。",
        "It changes every 30 seconds and works without signal; a screenshot won't do.",
    );
    let name = account.name.clone();
    move || {
        if let Some(outcome) = taken.get() {
            return view! { <TakenView taken=outcome on_again=move || taken.set(None)/> }
                .into_any();
        }
        let chosen = way.get();
        let content = match chosen.as_str() {
            "word" => view! { <ByCodeWord account=account.clone() taken/> }.into_any(),
            "code" => view! {
                <div class="my-code">
                    <p class="my-code-name">{name.clone()}</p>
                    <p class="quiet">{mine_title}</p>
                    <RotatingCode
                        subject=CertificateSubject::Personal { person_id: me }
                        direction=Signal::stored(Direction::In)
                        label=mine
                    />
                    <p class="quiet center">{mine_note}</p>
                </div>
            }
            .into_any(),
            _ => view! {
                <NowLine account=account.clone()/>
                <QrScanner active=Signal::derive(move || taken.with(Option::is_none)) on_code hint=scan_hint/>
            }
            .into_any(),
        };
        view! {
            <Segmented name="way" label choices=ways value=way on_change=move |next| way.set(next)/>
            {content}
        }
        .into_any()
    }
}

/// What the scan will mean: the activity that is on, and whether one is in already.
#[component]
fn NowLine(account: Account) -> impl IntoView {
    let f = use_format();
    let device = Device::get();
    let open = open_for(device, &account);
    move || {
        let lang = f.lang();
        open.with(|open| {
            let (activity, stand) = open.first()?;
            let act = words::act(lang, stand.next());
            let state = words::stand(f, *stand).map(|(_, text)| text);
            let when = format!(
                "{}–{}",
                f.time(activity.starts_at),
                f.time(activity.ends_at)
            );
            Some(view! {
                <div class="now-line">
                    <span class="now-act">{act}</span>
                    <span class="now-text">
                        <span class="now-title">{activity.title.clone()}</span>
                        <span class="quiet">{state.unwrap_or(when)}</span>
                    </span>
                </div>
            })
        })
    }
}

type Open = Vec<(domain::areas::activities::Activity, Stand)>;

fn open_for(device: Device, account: &Account) -> Memo<Open> {
    let me = account.person_id;
    Memo::new(move |_| {
        let (Some(activities), Some(attendances)) = (device.activities(), device.attendances())
        else {
            return Vec::new();
        };
        let mine: Vec<_> = device
            .sign_ups()
            .unwrap_or_default()
            .into_iter()
            .filter(|one| one.person_id == me && one.state == SignUpState::Coming)
            .map(|one| one.activity_id)
            .collect();
        open_now(&activities, &attendances, &mine, me, device.now())
    })
}

/// Six digits, spoken at the gate.
#[component]
fn ByCodeWord(account: Account, taken: RwSignal<Option<Taken>>) -> impl IntoView {
    let device = Device::get();
    let lang = use_lang();
    let open = open_for(device, &account);
    let chosen = RwSignal::new(None::<String>);
    let turned = RwSignal::new(None::<Direction>);
    let digits = RwSignal::new(String::new());
    let problem = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);

    let activity = Memo::new(move |_| {
        open.with(|open| {
            let wanted = chosen.get();
            let one = open
                .iter()
                .find(|(one, _)| Some(one.id.to_string()) == wanted)
                .or_else(|| open.first());
            one.map(|(one, stand)| (one.id, *stand))
        })
    });
    let direction = Signal::derive(move || {
        turned
            .get()
            .or_else(|| activity.get().map(|(_, stand)| stand.next()))
            .unwrap_or(Direction::In)
    });
    let submit = move || {
        let Some((activity, _)) = activity.get_untracked() else {
            return;
        };
        let words = lang.get_untracked();
        let code = digits.get_untracked();
        if code.len() != 6 {
            problem.set(Some(
                words
                    .pick("请输入 6 位数字", "Six digits, please")
                    .to_owned(),
            ));
            return;
        }
        busy.set(true);
        let direction = direction.get_untracked();
        spawn_local(async move {
            let proof = Proof::CodeWord { digits: code };
            let outcome = take(device, activity, direction, proof, words).await;
            busy.set(false);
            taken.set(Some(outcome));
        });
    };
    let activities = Signal::derive(move || {
        open.get()
            .into_iter()
            .map(|(one, _)| Choice::new(one.id.to_string(), one.title))
            .collect::<Vec<_>>()
    });
    let which = Signal::derive(move || {
        activity
            .get()
            .map(|(id, _)| id.to_string())
            .unwrap_or_default()
    });
    let directions = Signal::derive(move || {
        let lang = lang.get();
        vec![
            Choice::new("in", words::act(lang, Direction::In)),
            Choice::new("out", words::act(lang, Direction::Out)),
        ]
    });
    let direction_text = Signal::derive(move || {
        match direction.get() {
            Direction::In => "in",
            Direction::Out => "out",
        }
        .to_owned()
    });
    let (which_label, direction_label) = (t("活动", "Activity"), t("签到还是签退", "In or out"));
    let word_label = t("现场口令", "Code word");
    let word_hint = t(
        "组织者在现场报的 6 位数字",
        "The six digits that the organizer says",
    );
    let button = move || words::act(lang.get(), direction.get());
    let none = t("现在没有可以签到的活动", "Nothing to check in to right now");
    let none_text = t(
        "活动开始前两小时起可以签到。也可以直接扫组织者的码。",
        "You can check in from two hours before. Scanning the organizer's code always works.",
    );
    move || {
        if open.with(Vec::is_empty) {
            return view! { <EmptyState art=Art::Calendar title=none text=none_text/> }.into_any();
        }
        view! {
            <form
                class="form"
                on:submit=move |ev| {
                    ev.prevent_default();
                    submit();
                }
            >
                <DropDown
                    name="activity"
                    label=which_label
                    choices=activities
                    value=which
                    on_change=move |id| {
                        chosen.set(Some(id));
                        turned.set(None);
                    }
                />
                <Segmented
                    name="direction"
                    label=direction_label
                    choices=directions
                    value=direction_text
                    on_change=move |way: String| {
                        turned.set(Some(if way == "out" { Direction::Out } else { Direction::In }));
                    }
                />
                <TextField
                    name="code-word"
                    label=word_label
                    hint=word_hint
                    kind=TextKind::Code
                    autocomplete="one-time-code"
                    max_length=6
                    value=digits
                    on_input=move |text: String| {
                        problem.set(None);
                        digits.set(text.chars().filter(char::is_ascii_digit).take(6).collect());
                    }
                    error=problem
                />
                <Button kind=ButtonKind::Primary icon=lu::LuCheck wide=true submit=true loading=busy>
                    {button}
                </Button>
            </form>
        }
        .into_any()
    }
}
