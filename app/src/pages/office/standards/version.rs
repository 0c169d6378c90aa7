//! One version of the standard: the one in use, a draft with its corrections, an earlier one.

use std::sync::Arc;

use domain::{
    StandardId,
    api::standards::{Moves, StandardDetail, StandardState},
    areas::standards::Standard,
    standard_check::Weight,
};
use icondata_lu as lu;
use leptos::prelude::*;

use super::{
    PATH,
    edit::ItemDialog,
    lists::{ListsDialog, lists},
    may_manage,
    publish::{Chosen, MovesView, carry},
    state_words,
};
use crate::{
    areas::standards::tree::{OnItem, StandardTree},
    components::{
        Tone,
        button::{Button, ButtonKind, ButtonLink},
        dialog::ConfirmDialog,
        field::SearchField,
        icon::Icon,
        page_header::PageHeader,
        status::{Badge, Banner, EmptyState},
        surface::{ActionBar, Figure, Figures, Toolbar},
        toast::use_toasts,
    },
    http::{self, CallError},
    i18n::{t, tf, tx, use_lang},
    office::{
        Act, ActProblem, LoadProblem, Loading, Remote, Stale, TakeTable, use_act, use_remote,
    },
    routing::{Page, use_go},
};

/// `None`: the one in use.
#[component]
pub fn StandardPage(id: Option<StandardId>) -> impl IntoView {
    let name = id.map_or_else(|| "current".to_owned(), |id| id.to_string());
    let back = id.map(|_| Page::Standards);
    let detail: Remote<StandardDetail> = use_remote(move || Some(format!("{PATH}/{name}")));
    let manages = may_manage();
    // What was chosen outlives a change of the version that is shown.
    let chosen: Chosen = RwSignal::default();
    let search = RwSignal::new(String::new());
    let none = t("还没有测评标准", "No standard yet");
    let none_text = t(
        "导入市里下发的测评标准表，核对后发布，任务、佐证和自查都以它为准。",
        "Import the table that your city sent, check it and publish it: tasks, evidence and self-assessment go by it.",
    );
    let import = t("导入测评标准", "Import a standard");
    let versions = t("各个版本", "Versions");
    move || match (detail.get(), detail.error()) {
        (Some(known), _) => view! { <Known known detail chosen search/> }.into_any(),
        (None, error) => {
            let body = match error {
                Some(error) if id.is_none() && error.status() == 404 => {
                    let can = manages.get();
                    view! {
                        <EmptyState title=none text=none_text>
                            {can
                                .then(|| {
                                    view! {
                                        <ButtonLink
                                            to=Page::StandardImport
                                            kind=ButtonKind::Primary
                                            icon=lu::LuFileUp
                                        >
                                            {import}
                                        </ButtonLink>
                                    }
                                })}
                            <ButtonLink to=Page::Standards>{versions}</ButtonLink>
                        </EmptyState>
                    }
                    .into_any()
                }
                Some(error) => {
                    view! { <LoadProblem error on_retry=move || detail.reload()/> }.into_any()
                }
                None => view! { <Loading/> }.into_any(),
            };
            let header = match back.clone() {
                Some(back) => view! { <PageHeader back=back/> }.into_any(),
                None => view! { <PageHeader/> }.into_any(),
            };
            view! {
                {header}
                <div class="page page-wide">{body}</div>
            }
            .into_any()
        }
    }
}

#[component]
fn Known(
    known: Arc<StandardDetail>,
    detail: Remote<StandardDetail>,
    chosen: Chosen,
    search: RwSignal<String>,
) -> impl IntoView {
    let act = use_act();
    let lang = use_lang();
    let manages = may_manage();
    let (toasts, go) = (use_toasts(), use_go());
    let line = known.line.clone();
    let is_draft = line.state == StandardState::Draft;
    let path = format!("{PATH}/{}", line.id);
    let moves: Remote<Moves> = {
        let path = format!("{path}/moves");
        let wanted = line.state != StandardState::Retired;
        use_remote(move || wanted.then(|| path.clone()))
    };
    let (item, listing, asking) = (
        RwSignal::new(None::<String>),
        RwSignal::new(false),
        RwSignal::new(false),
    );
    let revision = line.revision;
    let save_path = path.clone();
    let save = Callback::new(move |standard: Standard| {
        // The dialogs close with what the answer shows: what was typed is there until it is kept.
        act.send(
            "PUT",
            save_path.clone(),
            Some(&standard),
            Some(revision),
            move |answer| {
                if let Ok(now) = answer.and_then(|body| http::read(&body)) {
                    detail.set(now);
                }
            },
        );
    });
    let (leave, words) = (go.clone(), lang);
    let publish_path = format!("{path}/publish");
    let publish = Callback::new(move |()| {
        let (leave, lang) = (leave.clone(), words.get_untracked());
        asking.set(false);
        let body = carry(chosen);
        act.send(
            "POST",
            publish_path.clone(),
            Some(&body),
            Some(revision),
            move |answer: Result<String, CallError>| {
                if answer.is_ok() {
                    toasts.success(lang.pick(
                        "已发布，手机下次同步就会收到",
                        "Published; phones get it with their next sync",
                    ));
                    leave(Page::Standard);
                }
            },
        );
    });
    let carry_path = format!("{path}/carry");
    let move_on = Callback::new(move |()| {
        act.send(
            "POST",
            carry_path.clone(),
            Some(&carry(chosen)),
            None,
            move |answer| {
                if let Ok(now) = answer.and_then(|body| http::read(&body)) {
                    moves.set(now);
                }
            },
        );
    });
    let copied = known.standard.clone();
    let copy = Callback::new(move |()| {
        let go = go.clone();
        act.send(
            "POST",
            PATH.to_owned(),
            Some(&copied),
            None,
            move |answer| {
                if let Ok(made) = answer.and_then(|body| http::read::<StandardDetail>(&body)) {
                    go(Page::StandardVersion(made.line.id));
                }
            },
        );
    });
    let header = header(known.line.id, known.line.state, manages, act, copy, listing);
    let standard = Arc::new(known.standard.clone());
    let for_moves = known.standard.clone();
    let moves_view = move || {
        let found = moves.get()?;
        let standard = for_moves.clone();
        let can_move = !is_draft && manages.get() && found.moves.iter().any(|it| it.left > 0);
        let label = t("把选好的佐证带过来", "Move the evidence");
        Some(view! {
            <MovesView moves=(*found).clone() standard chosen/>
            {can_move
                .then(|| {
                    view! {
                        <Button icon=lu::LuForward loading=act.busy() on_click=move_on>{label}</Button>
                    }
                })}
        })
    };
    let editing = {
        let standard = standard.clone();
        move || {
            let code = item.get()?;
            let standard = (*standard).clone();
            let close = Callback::new(move |()| item.set(None));
            Some(view! { <ItemDialog standard code act on_close=close on_done=save/> })
        }
    };
    let listing_dialog = {
        let standard = standard.clone();
        move || {
            let standard = (*standard).clone();
            let close = Callback::new(move |()| listing.set(false));
            listing
                .get()
                .then(|| view! { <ListsDialog standard act on_close=close on_done=save/> })
        }
    };
    let publish_label = t("发布", "Publish");
    let ask = t(
        "发布后，这一版就是大家使用的测评标准，原来的一版停用（可以查看）。手机下次同步时收到。",
        "This version becomes the one that everybody works by; the one before is retired and stays readable. Phones get it with their next sync.",
    );
    let on_item = move || match (line.state, manages.get()) {
        (StandardState::Draft, true) => {
            OnItem::Edit(Callback::new(move |code| item.set(Some(code))))
        }
        (StandardState::Current, _) => OnItem::Open,
        _ => OnItem::Nothing,
    };
    let remarks = known.remarks.clone();
    let tree = {
        let standard = standard.clone();
        move || {
            view! {
                <StandardTree
                    standard=standard.clone()
                    remarks=remarks.clone()
                    search
                    on_item=on_item()
                />
            }
        }
    };
    let look_for = t(
        "搜索编号、内容、材料或部门",
        "Search codes, words, evidence, departments",
    );
    view! {
        {header}
        <div class="page page-wide">
            <Stale
                error=Signal::derive(move || detail.error())
                on_retry=move || detail.reload()
            />
            <ActProblem error=Signal::derive(move || act.error())/>
            {head(&known)}
            {moves_view}
            <Toolbar>
                <SearchField label=look_for value=search on_input=move |text| search.set(text)/>
            </Toolbar>
            {tree}
            {lists(&known.standard)}
        </div>
        {move || {
            (is_draft && manages.get())
                .then(|| {
                    view! {
                        <ActionBar>
                            <Button
                                kind=ButtonKind::Primary
                                icon=lu::LuSend
                                loading=act.busy()
                                on_click=move || asking.set(true)
                            >
                                {publish_label}
                            </Button>
                        </ActionBar>
                    }
                })
        }}
        {editing}
        {listing_dialog}
        <ConfirmDialog
            open=asking
            title=publish_label
            text=ask
            confirm=publish_label
            loading=act.busy()
            on_confirm=publish
            on_close=move || asking.set(false)
        />
    }
    .into_any()
}

fn header(
    id: StandardId,
    state: StandardState,
    manages: Signal<bool>,
    act: Act,
    copy: Callback<()>,
    listing: RwSignal<bool>,
) -> AnyView {
    let (copy_label, more, versions) = (
        t("另存为草稿", "Copy as a draft"),
        t("总分、负面清单、加分", "Total, lists, bonus"),
        t("各个版本", "Versions"),
    );
    let actions = move || {
        let edit = if state == StandardState::Draft {
            view! {
                <Button small=true icon=lu::LuPencil on_click=move || listing.set(true)>{more}</Button>
            }
            .into_any()
        } else {
            view! {
                <Button small=true icon=lu::LuCopy loading=act.busy() on_click=copy>{copy_label}</Button>
            }
            .into_any()
        };
        let is_current = state == StandardState::Current;
        let take = is_current.then(|| view! { <TakeTable name="standard"/> });
        let json = format!("/api/office/standards/{id}/standard.json");
        view! {
            {take}
            <a class="button button-ghost button-small take-table" href=json download="">
                <Icon icon=lu::LuFileJson/>
                <span class="button-label">"JSON"</span>
            </a>
            {manages.get().then_some(edit)}
            <ButtonLink to=Page::Standards small=true icon=lu::LuHistory>{versions}</ButtonLink>
        }
        .into_any()
    };
    if state == StandardState::Draft {
        view! { <PageHeader back=Page::Standards>{actions}</PageHeader> }.into_any()
    } else {
        view! { <PageHeader>{actions}</PageHeader> }.into_any()
    }
}

/// Title, state, figures, and what concerns the whole.
fn head(known: &StandardDetail) -> AnyView {
    let standard = &known.standard;
    let (tone, zh, en) = state_words(known.line.state);
    let label = t(zh, en);
    let figures: Vec<AnyView> = [
        ("项目", "Projects", standard.projects.len().to_string()),
        (
            "内容",
            "Contents",
            standard
                .projects
                .iter()
                .map(|it| it.contents.len())
                .sum::<usize>()
                .to_string(),
        ),
        ("标准", "Items", standard.items().count().to_string()),
        ("总分", "Points", standard.total_points.to_string()),
    ]
    .into_iter()
    .map(|(zh, en, value)| view! { <Figure label=t(zh, en) value=value/> }.into_any())
    .collect();
    let differences = known
        .remarks
        .iter()
        .filter(|it| it.weight == Weight::Difference)
        .count();
    let differ = tf(move |lang| {
        lang.pick(
            format!("分值有 {differences} 处对不上"),
            format!("{differences} sums differ"),
        )
    });
    let whole: Vec<AnyView> = known
        .remarks
        .iter()
        .filter(|it| it.code.is_empty())
        .map(|it| {
            let text = tx(it.text.clone());
            view! { <p>{text}</p> }.into_any()
        })
        .collect();
    let see = t("逐处标在下面的树里。", "Each is marked in the tree below.");
    view! {
        <div class="stack">
            <div class="cluster">
                <h2 class="detail-title">{standard.title.clone()}</h2>
                <Badge tone=tone label=label/>
            </div>
            <Figures>{figures}</Figures>
            {(differences > 0)
                .then(|| {
                    view! {
                        <Banner tone=Tone::Warning title=differ>
                            {whole}
                            <p>{see}</p>
                        </Banner>
                    }
                })}
        </div>
    }
    .into_any()
}
