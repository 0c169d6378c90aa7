//! The recorder ticks names, with a handwritten signature if wanted. A row is marked as soon as this
//! phone has it; the lists, which are read again then, only confirm it.

use domain::{
    DepartmentId,
    areas::attendances::{Direction, Proof},
    keys::sha256_hex,
};
use icondata_lu as lu;
use leptos::{prelude::*, task::spawn_local};

use super::{Gate, guests::Guests};
use crate::{
    areas::attendances::{recording::record, roster::Line, situation::Stand, words},
    components::{
        Tone,
        avatar::Avatar,
        button::{Button, ButtonKind},
        choice::{Choice, DropDown, Switch},
        dialog::Dialog,
        field::SearchField,
        icon::Icon,
        signature::SignaturePad,
        status::{Art, EmptyState, Skeleton},
        surface::Card,
        toast::use_toasts,
    },
    i18n::{t, use_lang},
    platform::screen,
};

#[component]
pub(super) fn RosterList(gate: Gate) -> impl IntoView {
    let lang = use_lang();
    let toasts = use_toasts();
    let search = RwSignal::new(String::new());
    let department = RwSignal::new(String::new());
    let with_signature = RwSignal::new(false);
    let signing = RwSignal::new(None::<Ticked>);

    let write = move |ticked: Ticked, signature: Option<Vec<u8>>| {
        let lang = lang.get_untracked();
        let direction = gate.direction.get_untracked();
        ticked.tick.set(Tick::Saving);
        spawn_local(async move {
            let proof = Proof::Roster {
                signature: signature.as_deref().map(sha256_hex),
            };
            let (device, activity, person) = (gate.device, gate.activity, ticked.line.person_id);
            let saved = record(device, activity, person, direction, proof, signature, lang).await;
            // The row may be drawn anew already, or the page left.
            let tick = match saved {
                Ok(_) => {
                    screen::buzz();
                    Tick::Saved(direction)
                }
                Err(problem) => {
                    toasts.error(problem);
                    Tick::Open
                }
            };
            let _ = ticked.tick.try_set(tick);
        });
    };
    let tick = Callback::new(move |ticked: Ticked| {
        if with_signature.get_untracked() {
            signing.set(Some(ticked));
        } else {
            write(ticked, None);
        }
    });

    let departments = Signal::derive(move || {
        let all = Choice::new("", lang.get().pick("全部科室", "All departments"));
        let known = gate.device.departments().unwrap_or_default();
        std::iter::once(all)
            .chain(
                known
                    .into_iter()
                    .map(|one| Choice::new(one.id.to_string(), one.name)),
            )
            .collect::<Vec<_>>()
    });
    let shown = Memo::new(move |_| {
        let chosen = department.get().parse::<DepartmentId>().ok();
        let search = search.get();
        gate.lines.get().map(|lines| {
            let fitting = lines.into_iter().filter(|line| line.fits(&search, chosen));
            fitting.collect::<Vec<Line>>()
        })
    });
    let find = t("搜姓名或科室", "Find a name or department");
    let department_label = t("科室", "Department");
    let signature_label = t("现场手写签名", "Handwritten signature");
    let nobody = t("没有找到", "Nobody found");
    view! {
        <div class="toolbar">
            <SearchField label=find value=search on_input=move |text| search.set(text)/>
            <DropDown
                name="department"
                label=department_label
                choices=departments
                value=department
                on_change=move |id| department.set(id)
                compact=true
            />
        </div>
        <Card flush=true>
            <Switch
                label=signature_label
                checked=with_signature
                on_change=move |on| with_signature.set(on)
            />
        </Card>
        <Guests gate with_signature/>
        {move || match shown.with(|shown| shown.as_ref().map(Vec::is_empty)) {
            None => view! { <Skeleton rows=6/> }.into_any(),
            Some(true) => view! { <EmptyState art=Art::Search title=nobody/> }.into_any(),
            Some(false) => ().into_any(),
        }}
        <div class="list" class:list-empty=move || shown.with(|s| s.as_ref().is_none_or(Vec::is_empty))>
            <For
                each=move || shown.get().unwrap_or_default()
                key=|line| (line.person_id, line.name.clone(), line.coming, key_of(line.stand))
                let:line
            >
                {roster_row(gate, line, tick)}
            </For>
        </div>
        <Signing gate signing write=Callback::new(move |(ticked, bytes)| write(ticked, Some(bytes)))/>
    }
    .into_any()
}

/// How far a tap on a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tick {
    Open,
    Saving,
    Saved(Direction),
}

/// A row that was tapped.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Ticked {
    line: Line,
    tick: RwSignal<Tick>,
}

/// Changes whenever the row must be drawn anew.
fn key_of(stand: Stand) -> (u8, i64) {
    match stand {
        Stand::Away => (0, 0),
        Stand::Here { since } => (1, since.0),
        Stand::Served { left, .. } => (2, left.0),
    }
}

fn roster_row(gate: Gate, line: Line, on_tick: Callback<Ticked>) -> AnyView {
    let f = gate.f;
    let stand = line.stand;
    let tick = RwSignal::new(Tick::Open);
    let (name, department, coming) = (line.name.clone(), line.department.clone(), line.coming);
    let note = move || {
        let lang = f.lang();
        let state = words::stand(f, stand).map(|(_, text)| text);
        let signed_up = coming.then(|| lang.pick("已报名", "Signed up").to_owned());
        let parts = [state.or(signed_up), Some(department.clone())];
        let parts: Vec<String> = parts
            .into_iter()
            .flatten()
            .filter(|it| !it.is_empty())
            .collect();
        parts.join(" · ")
    };
    // Whoever is in can only leave, whoever is away can only come.
    let wanted = move || match (gate.direction.get(), stand) {
        (direction, _) if tick.get() == Tick::Saved(direction) => None,
        (Direction::In, Stand::Away) => Some(Direction::In),
        (Direction::Out, Stand::Here { .. } | Stand::Away) => Some(Direction::Out),
        _ => None,
    };
    // A tap is answered at once; only what this phone has is green.
    let mark = move || match wanted() {
        Some(direction) if tick.get() != Tick::Saving => Mark::Wanted(direction),
        Some(_) => Mark::Saving,
        None => Mark::Done,
    };
    let line = StoredValue::new(line);
    let spoken = name.clone();
    view! {
        <div class="row roster-row">
            <span class="row-lead"><Avatar name=name.clone()/></span>
            <span class="row-text">
                <span class="row-title">{name}</span>
                <span class="row-note">{note}</span>
            </span>
            {move || match mark() {
                Mark::Wanted(direction) => {
                    let act = words::act(f.lang(), direction);
                    let label = format!("{act} {spoken}");
                    view! {
                        <button
                            type="button"
                            class="button button-small button-secondary"
                            aria-label=label
                            on:click=move |_| on_tick.run(Ticked { line: line.get_value(), tick })
                        >
                            {act}
                        </button>
                    }
                        .into_any()
                }
                Mark::Saving => done(Tone::Neutral),
                Mark::Done => done(Tone::Success),
            }}
        </div>
    }
    .into_any()
}

/// What stands at the end of a row.
enum Mark {
    Wanted(Direction),
    Saving,
    Done,
}

fn done(tone: Tone) -> AnyView {
    let class = format!("roster-done tone-{}", tone.as_str());
    view! { <span class=class><Icon icon=lu::LuCheck/></span> }.into_any()
}

#[component]
fn Signing(
    gate: Gate,
    signing: RwSignal<Option<Ticked>>,
    write: Callback<(Ticked, Vec<u8>)>,
) -> impl IntoView {
    let drawn = RwSignal::new(None::<Vec<u8>>);
    let label = t("手写签名", "Signature");
    let confirm = move || words::act(gate.f.lang(), gate.direction.get());
    let title = move || {
        let lang = gate.f.lang();
        let name = signing
            .get()
            .map(|ticked| ticked.line.name)
            .unwrap_or_default();
        lang.pick(format!("请 {name} 签名"), format!("{name}, please sign"))
    };
    let finish = move || {
        if let (Some(ticked), Some(bytes)) = (signing.get_untracked(), drawn.get_untracked()) {
            write.run((ticked, bytes));
            signing.set(None);
            drawn.set(None);
        }
    };
    let footer = move || {
        view! {
            <Button
                kind=ButtonKind::Primary
                icon=lu::LuCheck
                disabled=Signal::derive(move || drawn.with(Option::is_none))
                on_click=finish
            >
                {confirm}
            </Button>
        }
    };
    view! {
        <Dialog
            open=Signal::derive(move || signing.with(Option::is_some))
            on_close=move || {
                signing.set(None);
                drawn.set(None);
            }
            title
            footer
        >
            <SignaturePad label on_change=move |bytes| drawn.set(bytes)/>
        </Dialog>
    }
    .into_any()
}
