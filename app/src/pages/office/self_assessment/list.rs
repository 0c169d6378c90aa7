//! The items of a year, narrowed by words, state and department; a tap assesses one.

use std::sync::Arc;

use domain::{
    Decimal,
    api::self_assessment::{AssessedItem, SelfAssessment},
};
use leptos::prelude::*;

use crate::{
    components::{
        Tone,
        status::{Art, Badge, EmptyState},
        surface::Section,
    },
    i18n::{t, tf, use_lang},
    office::{Filter, Filters, choices, has_words},
};

#[component]
pub(super) fn Items(
    known: Arc<SelfAssessment>,
    /// Words, state and department; the page's, so that they outlive a reload.
    filter: [RwSignal<String>; 3],
    editing: RwSignal<Option<AssessedItem>>,
) -> impl IntoView {
    let [wanted, show, owner] = filter;
    let mut filters = vec![Filter::new(
        "show",
        ("情况", "State"),
        show,
        choices::words(vec![
            ("", "全部测评项", "All items"),
            ("open", "还没有自评", "Not assessed yet"),
            ("department", "待创建办复核", "For the office"),
            ("lost", "失分的", "With points lost"),
        ]),
    )];
    if known.department.is_none() {
        let owners = known.items().map(|item| item.owner.clone());
        filters.push(Filter::new(
            "owner",
            ("责任科室", "Department"),
            owner,
            choices::names(owners, choices::ALL_DEPARTMENTS),
        ));
    }
    let fits = move |item: &&AssessedItem| {
        let owner = owner.read();
        has_words(&format!("{} {}", item.code, item.title), &wanted.read())
            && (owner.is_empty() || item.owner == *owner)
            && match show.read().as_str() {
                "open" => item.counts().is_none(),
                "department" => item.office.is_none() && item.department.is_some(),
                "lost" => item.standing().is_some_and(|it| it.lost() > Decimal::ZERO),
                _ => true,
            }
    };
    let nothing = t("没有符合的测评项", "Nothing matches");
    let groups = move || {
        let groups: Vec<AnyView> = known
            .projects
            .iter()
            .filter_map(|project| {
                let items = project.items.iter().filter(fits);
                let rows: Vec<AnyView> = items.map(|item| row(item, editing)).collect();
                if rows.is_empty() {
                    return None;
                }
                let title = format!("{} {}", project.code, project.title);
                Some(
                    view! { <Section title><ul class="item-rows">{rows}</ul></Section> }.into_any(),
                )
            })
            .collect();
        if groups.is_empty() {
            return view! { <EmptyState art=Art::Search title=nothing/> }.into_any();
        }
        groups.into_any()
    };
    view! {
        <Filters search=(("按编号、内容查找", "Find by code or words"), wanted) filters/>
        {groups}
    }
    .into_any()
}

fn row(item: &AssessedItem, editing: RwSignal<Option<AssessedItem>>) -> AnyView {
    let lang = use_lang();
    let standing = item.standing();
    let working = match (&standing, item.counts(), &item.proposal) {
        (Some(scored), ..) => Some(scored.words()),
        (None, Some(_), _) => Some(domain::Text::new(
            "评分规则变了，请重新自评",
            "The rule has changed. Please assess it again",
        )),
        (None, None, Some(proposal)) => Some(proposal.why.clone()),
        (None, None, None) => None,
    };
    let working = move || working.as_ref().map(|it| it.get(lang.get()).to_owned());
    let of = item.points;
    let (tone, points) = match &standing {
        Some(scored) if scored.lost() > Decimal::ZERO => (Tone::Warning, Some(scored.points)),
        Some(scored) => (Tone::Success, Some(scored.points)),
        None => (Tone::Neutral, None),
    };
    let label = tf(move |lang| match points {
        Some(points) => lang.pick(format!("{points} / {of} 分"), format!("{points} of {of}")),
        None => lang.pick(format!("未评 / {of} 分"), format!("– of {of}")),
    });
    let by_department = (item.office.is_none() && item.department.is_some()).then(|| {
        let label = t("待复核", "For the office");
        view! { <Badge tone=Tone::Info label/> }
    });
    let own = item.clone();
    view! {
        <li>
            <button type="button" class="item-row item-button" on:click=move |_| editing.set(Some(own.clone()))>
                <span class="item-code numbers">{item.code.clone()}</span>
                <span class="item-what">
                    <span class="item-title">{item.title.clone()}</span>
                    <span class="muted small">{working}</span>
                </span>
                <span class="item-owner muted small">{item.owner.clone()}</span>
                <span class="item-state">
                    {by_department}
                    <Badge tone label/>
                </span>
            </button>
        </li>
    }
    .into_any()
}
