//! What a department answers for in a year: its items, what it finds about each, what they come to.

use std::sync::Arc;

use domain::{
    Decimal,
    api::self_assessment::{AssessedItem, SelfAssessment},
};
use leptos::prelude::*;

use super::{OWN, framed, item, list, this_year};
use crate::{
    components::{
        Tone,
        status::{Banner, EmptyState},
        surface::{Figure, Figures},
    },
    i18n::{t, tf},
    office::{Remote, use_remote},
};

#[component]
pub fn OwnAssessmentPage() -> impl IntoView {
    let year = RwSignal::new(this_year());
    let found: Remote<SelfAssessment> =
        use_remote(move || Some(format!("{OWN}?year={}", year.read())));
    let filter = [(); 3].map(|()| RwSignal::new(String::new()));
    let editing = RwSignal::new(None::<AssessedItem>);
    let draw = move |known: Arc<SelfAssessment>| {
        if known.projects.is_empty() {
            return nothing(&known);
        }
        view! {
            <Standing known=known.clone()/>
            <list::Items known filter editing/>
        }
        .into_any()
    };
    view! {
        {framed(found, year, draw)}
        <item::ItemDialog editing found/>
    }
    .into_any()
}

/// Why there is nothing to assess.
fn nothing(known: &SelfAssessment) -> AnyView {
    let has_department = known.department.as_ref().is_some_and(|it| !it.is_empty());
    let (title, text) = if !has_department {
        (
            t("您还没有所在科室", "You have no department yet"),
            t(
                "请办公室在“人员”里选好您的科室，再回到这里。",
                "Please ask the office to choose your department under “People”.",
            ),
        )
    } else if known.title.is_empty() {
        (
            t("还没有测评标准", "No standard yet"),
            t(
                "办公室启用本市的测评标准后，本科室负责的条目会列在这里。",
                "Once the city’s standard is in use, your department’s items are listed here.",
            ),
        )
    } else {
        (
            t("没有由本科室负责的测评项", "No items of your department"),
            t(
                "标准写明的、或办公室指定给本科室的条目会列在这里。",
                "Items that the standard or the office gives to your department are listed here.",
            ),
        )
    };
    view! { <EmptyState title text/> }.into_any()
}

/// The department's sums, and whether anything can still be said.
#[component]
fn Standing(known: Arc<SelfAssessment>) -> impl IntoView {
    let total = known.total.clone();
    let lost = total.of - total.points - total.open;
    let tone = if lost > Decimal::ZERO {
        Tone::Warning
    } else {
        Tone::Neutral
    };
    let (points, open, lose) = (
        t("已得分", "Points"),
        t("未评分值", "Not assessed yet"),
        t("已失分", "Lost"),
    );
    let year = known.year;
    let closed = known.closed.is_some().then(|| {
        let title = tf(move |lang| {
            lang.pick(
                format!("{year} 年自评已定稿，不能再改"),
                format!("{year} is closed and can’t be changed"),
            )
        });
        view! { <Banner tone=Tone::Info title/> }
    });
    let department = known.department.clone().unwrap_or_default();
    let intro = tf(move |lang| {
        lang.pick(
            format!("{department}负责的测评项：点开一项，写明做到什么程度；创建办随后复核，以复核为准。"),
            format!("Items of {department}: open one and say how far it went. The office looks at it next, and its word counts."),
        )
    });
    view! {
        {closed}
        <p class="muted prose">{intro}</p>
        <Figures>
            <Figure
                label=points
                value=format!("{} / {}", total.points, total.of)
                tone=Signal::stored(Tone::Success)
            />
            <Figure label=open value=total.open.to_string()/>
            <Figure label=lose value=lost.to_string() tone=Signal::stored(tone)/>
        </Figures>
    }
    .into_any()
}
