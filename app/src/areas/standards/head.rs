//! An item of the standard with where it stands, its rule and the evidence that it wants.

use domain::{
    areas::standards::{Item, Placed},
    standard_table::words::evidence_text,
};
use leptos::prelude::*;

use crate::{
    components::surface::{Card, Fact, Facts},
    i18n::{t, tf, tx},
};

/// The head of an item's page.
#[component]
pub fn ItemHead(project: String, content: String, item: Item) -> impl IntoView {
    let path = format!("{project} › {content}");
    let points = item.points;
    let worth = tf(move |lang| lang.pick(format!("{points} 分"), format!("{points} points")));
    let rule = tx(item.scoring.words());
    let (zh, en) = item.frequency.name();
    let frequency = t(zh, en);
    let methods: Vec<_> = item.methods.iter().map(|method| method.name()).collect();
    let methods = tf(move |lang| {
        let words: Vec<&str> = methods.iter().map(|(zh, en)| lang.pick(*zh, *en)).collect();
        words.join(lang.pick("、", ", "))
    });
    let wanted = evidence_text(&item.evidence);
    let own_words = item.scoring_text.clone();
    let labels = (
        t("分值", "Points"),
        t("评分规则", "Rule"),
        t("原文", "In the document’s words"),
        t("需提供材料", "Evidence wanted"),
        t("测评方式", "Methods"),
        t("频次", "How often"),
        t("责任部门", "Department"),
    );
    let owner = owner_name(&item.owner);
    view! {
        <Card>
            <div class="stack-tight">
                <p class="muted small">{path}</p>
                <h2 class="detail-title">
                    <span class="standard-code">{item.code.clone()}</span>
                    {item.title.clone()}
                </h2>
            </div>
            <Facts>
                <Fact label=labels.0>{worth}</Fact>
                <Fact label=labels.1>{rule}</Fact>
                {(!own_words.is_empty())
                    .then(|| view! { <Fact label=labels.2>{own_words}</Fact> })}
                {(!wanted.is_empty()).then(|| view! { <Fact label=labels.3>{wanted}</Fact> })}
                {(!item.methods.is_empty()).then(|| view! { <Fact label=labels.4>{methods}</Fact> })}
                <Fact label=labels.5>{frequency}</Fact>
                {(!owner.is_empty()).then(|| view! { <Fact label=labels.6>{owner}</Fact> })}
            </Facts>
        </Card>
    }
    .into_any()
}

/// The head of an item as it was found in its standard.
pub fn item_head(placed: Placed<'_>) -> AnyView {
    let (project, content) = (placed.project.title.clone(), placed.content.title.clone());
    let item = placed.item.clone();
    view! { <ItemHead project content item/> }.into_any()
}

/// The departments that the sample standard names by code.
pub fn owner_name(owner: &str) -> String {
    match owner {
        "office" => "办公室",
        "party" => "党支部（党建）",
        "union" => "工会（群团）",
        "legal" => "政策法规科",
        "public_health" => "公共卫生执法科",
        "medical" => "医疗卫生执法科",
        other => other,
    }
    .to_owned()
}
