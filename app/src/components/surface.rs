//! What content stands on: cards, rows, sections, facts, histories, the sticky bar of actions.

use icondata_core::Icon as IconData;
use icondata_lu as lu;
use leptos::prelude::*;

use crate::{
    components::{Tone, icon::Icon},
    routing::Page,
};

/// A raised surface.
#[component]
pub fn Card(
    #[prop(optional, into)] title: Option<TextProp>,
    /// No inner space: for rows and tables.
    #[prop(optional)]
    flush: bool,
    children: Children,
) -> impl IntoView {
    view! {
        <section class="card" class:card-flush=flush>
            {title.map(|title| view! { <h2 class="card-title">{move || title.get()}</h2> })}
            {children()}
        </section>
    }
    .into_any()
}

/// A part of a page under its own heading; `action` stands at the heading's right.
#[component]
pub fn Section(
    #[prop(into)] title: TextProp,
    #[prop(optional, into)] action: Option<ViewFn>,
    children: Children,
) -> impl IntoView {
    view! {
        <section class="section">
            <div class="section-head">
                <h2 class="section-title">{move || title.get()}</h2>
                {action.map(|action| view! { <div class="section-action">{action.run()}</div> })}
            </div>
            {children()}
        </section>
    }
    .into_any()
}

/// A list of [`ListRow`]s on a card.
#[component]
pub fn List(children: Children) -> impl IntoView {
    view! { <div class="list">{children()}</div> }.into_any()
}

/// One line of a list: what, a second line, something before and after. With `to` it is a link,
/// with `on_click` a button.
#[component]
pub fn ListRow(
    #[prop(into)] title: TextProp,
    #[prop(optional, into)] text: Option<TextProp>,
    /// Before the words.
    #[prop(optional)]
    icon: Option<IconData>,
    #[prop(optional)] tone: Tone,
    /// Before the words, instead of `icon`: an avatar, a thumbnail.
    #[prop(optional, into)]
    lead: Option<ViewFn>,
    /// After the words: a badge, a time.
    #[prop(optional, into)]
    trail: Option<ViewFn>,
    #[prop(optional, into)] to: Option<Signal<Page>>,
    #[prop(optional, into)] on_click: Option<Callback<()>>,
) -> impl IntoView {
    let is_link = to.is_some() || on_click.is_some();
    let inner = view! {
        {icon
            .map(|icon| {
                view! {
                    <span class=format!("row-icon tone-{}", tone.as_str())>
                        <Icon icon/>
                    </span>
                }
            })}
        {lead.map(|lead| view! { <span class="row-lead">{lead.run()}</span> })}
        <span class="row-text">
            <span class="row-title">{move || title.get()}</span>
            {text.map(|text| view! { <span class="row-note">{move || text.get()}</span> })}
        </span>
        {trail.map(|trail| view! { <span class="row-trail">{trail.run()}</span> })}
        {is_link
            .then(|| {
                view! {
                    <span class="row-chevron">
                        <Icon icon=lu::LuChevronRight/>
                    </span>
                }
            })}
    }
    .into_any();
    if let Some(to) = to {
        view! { <a class="row row-link" href=move || to.read().path()>{inner}</a> }.into_any()
    } else if let Some(on_click) = on_click {
        view! {
            <button type="button" class="row row-link" on:click=move |_| on_click.run(())>
                {inner}
            </button>
        }
        .into_any()
    } else {
        view! { <div class="row">{inner}</div> }.into_any()
    }
}

/// Names and values: `<Facts><Fact label=…>…</Fact></Facts>`.
#[component]
pub fn Facts(children: Children) -> impl IntoView {
    view! { <dl class="facts">{children()}</dl> }.into_any()
}

/// One name with its value.
#[component]
pub fn Fact(#[prop(into)] label: TextProp, children: Children) -> impl IntoView {
    view! {
        <div class="fact">
            <dt>{move || label.get()}</dt>
            <dd>{children()}</dd>
        </div>
    }
    .into_any()
}

/// A few big figures in a line: `<Figures><Figure …/></Figures>`.
#[component]
pub fn Figures(children: Children) -> impl IntoView {
    view! { <dl class="figures">{children()}</dl> }.into_any()
}

/// One big figure.
#[component]
pub fn Figure(
    #[prop(into)] label: TextProp,
    #[prop(into)] value: TextProp,
    #[prop(optional, into)] tone: Signal<Tone>,
) -> impl IntoView {
    view! {
        <div class=move || format!("figure tone-{}", tone.get().as_str())>
            <dd>{move || value.get()}</dd>
            <dt>{move || label.get()}</dt>
        </div>
    }
    .into_any()
}

/// What happened, oldest first: `<Timeline><TimelineItem …/></Timeline>`.
#[component]
pub fn Timeline(children: Children) -> impl IntoView {
    view! { <ol class="timeline">{children()}</ol> }.into_any()
}

/// One thing that happened.
#[component]
pub fn TimelineItem(
    #[prop(into)] title: TextProp,
    #[prop(into)] at: TextProp,
    #[prop(optional)] tone: Tone,
    #[prop(optional)] icon: Option<IconData>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <li class=format!("timeline-item tone-{}", tone.as_str())>
            <span class="timeline-mark">
                <Icon icon=icon.unwrap_or(lu::LuCircle)/>
            </span>
            <div class="timeline-body">
                <p class="timeline-title">{move || title.get()}</p>
                <p class="timeline-time">{move || at.get()}</p>
                {children.map(|children| children())}
            </div>
        </li>
    }
    .into_any()
}

/// The page's main actions, always in reach at the lower edge.
#[component]
pub fn ActionBar(children: Children) -> impl IntoView {
    view! { <div class="action-bar no-print"><div class="action-bar-inner">{children()}</div></div> }
        .into_any()
}

/// Filters and actions above a list.
#[component]
pub fn Toolbar(children: Children) -> impl IntoView {
    view! { <div class="toolbar no-print">{children()}</div> }.into_any()
}

/// List beside detail on the desktop; on a phone one of them, as `show_detail` says.
#[component]
pub fn SplitView(
    #[prop(into)] show_detail: Signal<bool>,
    list: Children,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="split" class:split-detail=move || show_detail.get()>
            <div class="split-list">{list()}</div>
            <div class="split-main">{children()}</div>
        </div>
    }
    .into_any()
}
