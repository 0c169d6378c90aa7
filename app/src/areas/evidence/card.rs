//! What a record proves: items that are suggested with the reason, one tap each, others by search. Said
//! once, for the record and all of its photos.

use std::sync::Arc;

use domain::{
    EvidenceKind, Lang, SubmissionId,
    api::evidence::{ItemName, Prove, Proves, RecordEvidence},
    areas::submissions::ReviewState,
    suggestions::Suggestion,
};
use icondata_lu as lu;
use leptos::prelude::*;

use super::words;
use crate::{
    address,
    components::{
        button::{Button, ButtonKind, IconButton},
        choice::{Choice, DropDown},
        dialog::Dialog,
        field::{SearchField, TextArea},
        icon::Icon,
    },
    http,
    i18n::{counted, t, tf, use_lang},
    office::{Act, ActProblem, Remote, use_act, use_remote},
    routing::{Go, Page},
};

/// So many items a search shows.
const FOUND: usize = 8;

#[derive(Clone, Copy)]
struct Card {
    id: SubmissionId,
    known: Remote<RecordEvidence>,
    act: Act,
    /// Of which item it is being said how the record proves it.
    writing: RwSignal<Option<Proves>>,
}

impl Card {
    fn path(self) -> String {
        format!("/api/office/submissions/{}/evidence", self.id)
    }

    fn say(self, prove: &Prove) {
        self.act
            .send("POST", self.path(), Some(prove), None, move |answer| {
                self.heard(answer);
            });
    }

    fn take_back(self, item: &str) {
        let path = format!("{}?item={}", self.path(), address::escape(item));
        self.act
            .send("DELETE", path, None::<&()>, None, move |answer| {
                self.heard(answer);
            });
    }

    fn heard(self, answer: Result<String, http::CallError>) {
        if let Ok(known) = answer.and_then(|body| http::read::<RecordEvidence>(&body)) {
            self.known.set(known);
        }
    }
}

/// The card under a record that is reviewed.
#[component]
pub fn ProvesCard(id: SubmissionId, state: ReviewState) -> impl IntoView {
    let card = Card {
        id,
        known: use_remote(move || Some(format!("/api/office/submissions/{id}/evidence"))),
        act: use_act(),
        writing: RwSignal::new(None),
    };
    let title = t("可以佐证", "It proves");
    let counts = !matches!(state, ReviewState::Returned | ReviewState::Voided);
    let hint = match state {
        ReviewState::Approved => t(
            "选好的测评项已计入台账；照片一并计入，不用另外上传。",
            "What you choose counts in the ledger, the photos too: nothing is uploaded again.",
        ),
        ReviewState::Submitted => t(
            "可以先选好；审核通过后计入台账，照片一并计入。",
            "Choose now; it counts once the record is approved, the photos too.",
        ),
        ReviewState::Returned | ReviewState::Voided => t(
            "已退回或作废的记录不计入台账。",
            "A record that was returned or voided doesn’t count.",
        ),
    };
    let body = move || {
        card.known.get().map(|known| {
            if known.items.is_empty() {
                let none = t(
                    "还没有启用的测评标准，启用后这里会给出建议。",
                    "There is no standard in use yet; suggestions come with it.",
                );
                return view! { <p class="muted">{none}</p> }.into_any();
            }
            view! { <Chosen card known=known.clone() counts/> }.into_any()
        })
    };
    let error = Signal::derive(move || card.act.error().or_else(|| card.known.error()));
    view! {
        <section class="proves" aria-label=title>
            <h3 class="record-part-title">{title}</h3>
            <p class="small muted">{hint}</p>
            {body}
            <ActProblem error/>
            <PassageDialog card/>
        </section>
    }
    .into_any()
}

#[component]
fn Chosen(card: Card, known: Arc<RecordEvidence>, counts: bool) -> impl IntoView {
    let lines = known
        .proves
        .iter()
        .map(|proves| line(card, &known, proves.clone(), counts))
        .collect_view();
    let open: Vec<Suggestion> = known
        .suggestions
        .iter()
        .filter(|it| !known.proves.iter().any(|proves| proves.item == it.item))
        .cloned()
        .collect();
    let suggested = t("建议", "Suggested");
    let chips = open
        .into_iter()
        .filter_map(|it| {
            let item = known.items.iter().find(|item| item.code == it.item)?;
            Some(chip(card, item, &it))
        })
        .collect::<Vec<_>>();
    let any = !chips.is_empty();
    view! {
        <ul class="proves-lines">{lines}</ul>
        {(counts && any)
            .then(|| {
                view! {
                    <p class="proves-label">{suggested}</p>
                    <div class="proves-chips">{chips}</div>
                }
            })}
        {counts.then(|| view! { <Others card known/> })}
    }
    .into_any()
}

fn line(card: Card, known: &Arc<RecordEvidence>, proves: Proves, counts: bool) -> AnyView {
    let lang = use_lang();
    let title = known
        .items
        .iter()
        .find(|item| item.code == proves.item)
        .map(|item| item.title.clone())
        .unwrap_or_default();
    let code = proves.item.clone();
    let photos = proves.photos;
    let photos = move || match lang.get() {
        Lang::Zh => format!("照片 {photos} 张"),
        Lang::En => counted(photos, "photo", "photos"),
    };
    let (kind, year) = (proves.kind.unwrap_or(EvidenceKind::Photo), proves.year);
    let again = move |item: String, kind: Option<EvidenceKind>, year: i32, passage: String| {
        card.say(&Prove {
            item,
            kind,
            year: Some(year),
            passage,
        });
    };
    let years: Vec<Choice> = (known.year - 1..=known.year + 1)
        .chain((!(known.year - 1..=known.year + 1).contains(&year)).then_some(year))
        .map(|year| Choice::new(year.to_string(), year.to_string()))
        .collect();
    let (kind_label, year_label) = (t("作为", "As"), t("年份", "Year"));
    let words = t("佐证说明", "How it proves the item");
    let said = proves.passage.clone();
    let quote = (!said.is_empty()).then(|| view! { <p class="small proves-passage">{said}</p> });
    let writing = proves.clone();
    let remove = t("不再佐证这一项", "It doesn’t prove this item");
    let change_kind = {
        let proves = proves.clone();
        move |value: String| {
            let kind = EvidenceKind::parse(&value);
            again(proves.item.clone(), kind, year, proves.passage.clone());
        }
    };
    let change_year = {
        let proves = proves.clone();
        move |value: String| {
            if let Ok(year) = value.parse() {
                again(
                    proves.item.clone(),
                    proves.kind,
                    year,
                    proves.passage.clone(),
                );
            }
        }
    };
    let off_year = (year != known.year).then(|| {
        let happened = known.year;
        let text = tf(move |lang| match lang {
            Lang::Zh => format!("这条记录发生在 {happened} 年，归入别的年份测评组可能不认可"),
            Lang::En => {
                format!("It happened in {happened}; assessors may refuse it for another year")
            }
        });
        view! { <p class="side-mark">{text}</p> }
    });
    let item = proves.item.clone();
    view! {
        <li class="proves-line">
            <Go to=Page::EvidenceItem(code.clone()) class="proves-item">
                <span class="item-code">{code}</span>
                <span>{title}</span>
            </Go>
            <div class="proves-how">
                <DropDown
                    name=format!("kind-{}", proves.item)
                    label=kind_label
                    choices=words::kinds()
                    value=Signal::stored(kind.as_str().to_owned())
                    on_change=change_kind
                    compact=true
                />
                <DropDown
                    name=format!("year-{}", proves.item)
                    label=year_label
                    choices=Signal::stored(years)
                    value=Signal::stored(year.to_string())
                    on_change=change_year
                    compact=true
                />
                <span class="small muted nowrap">{photos}</span>
                {counts
                    .then(|| {
                        view! {
                            <IconButton
                                icon=lu::LuMessageSquareText
                                label=words
                                on_click=move |()| card.writing.set(Some(writing.clone()))
                            />
                            <IconButton
                                icon=lu::LuX
                                label=remove
                                on_click=move |()| card.take_back(&item)
                            />
                        }
                    })}
            </div>
            {quote}
            {off_year}
        </li>
    }
    .into_any()
}

/// How a record proves an item, in words that stand on the item's sheet.
#[component]
fn PassageDialog(card: Card) -> impl IntoView {
    let text = RwSignal::new(String::new());
    let is_open = Signal::derive(move || card.writing.read().is_some());
    Effect::new(move |_| {
        if let Some(proves) = card.writing.get() {
            text.set(proves.passage);
        }
    });
    let close = move || card.writing.set(None);
    let save = move |()| {
        if let Some(proves) = card.writing.get_untracked() {
            card.say(&Prove {
                item: proves.item,
                kind: proves.kind,
                year: Some(proves.year),
                passage: text.get_untracked(),
            });
            close();
        }
    };
    let title = t("佐证说明", "How it proves the item");
    let hint = t(
        "一两句话说明这条记录证明了什么，会写进该条目的材料说明；最多 500 字。",
        "A sentence or two on what the record proves; it stands on the item’s sheet. 500 characters at most.",
    );
    let (cancel, save_label) = (t("取消", "Cancel"), t("保存", "Save"));
    let footer = move || {
        view! {
            <Button on_click=move |()| close()>{cancel}</Button>
            <Button kind=ButtonKind::Primary on_click=save>{save_label}</Button>
        }
    };
    view! {
        <Dialog open=is_open on_close=move |()| close() title footer>
            <TextArea
                name="passage"
                label=title
                hint
                value=text
                on_input=move |value| text.set(value)
            />
        </Dialog>
    }
    .into_any()
}

fn chip(card: Card, item: &ItemName, why: &Suggestion) -> AnyView {
    let (code, title) = (item.code.clone(), item.title.clone());
    let why = why.clone();
    let reason = tf(move |lang| reason(lang, &why));
    let taken = code.clone();
    view! {
        <button
            type="button"
            class="proves-chip"
            disabled=move || card.act.is_busy()
            on:click=move |_| {
                card.say(&Prove {
                    item: taken.clone(),
                    kind: None,
                    year: None,
                    passage: String::new(),
                });
            }
        >
            <Icon icon=lu::LuPlus/>
            <span>
                <span class="proves-chip-title">
                    <span class="item-code">{code}</span>
                    {title}
                </span>
                <span class="proves-why">{reason}</span>
            </span>
        </button>
    }
    .into_any()
}

fn reason(lang: Lang, why: &Suggestion) -> String {
    let mut parts = Vec::new();
    if why.by_form {
        parts.push(lang.pick("表单对应", "its form").to_owned());
    }
    if why.by_activity {
        parts.push(lang.pick("活动对应", "its activity").to_owned());
    }
    if !why.words.is_empty() {
        let words = why.words.join(lang.pick("、", ", "));
        parts.push(match lang {
            Lang::Zh => format!("用词相同：{words}"),
            Lang::En => format!("same words: {words}"),
        });
    }
    parts.join(" · ")
}

/// All other items, by code or words.
#[component]
fn Others(card: Card, known: Arc<RecordEvidence>) -> impl IntoView {
    let wanted = RwSignal::new(String::new());
    let label = t("查找其他测评项", "Find another item");
    let found = move || {
        let words = wanted.read().to_lowercase();
        let words: Vec<&str> = words.split_whitespace().collect();
        if words.is_empty() {
            return Vec::new();
        }
        known
            .items
            .iter()
            .filter(|item| {
                let text = format!("{} {} {}", item.code, item.title, item.group).to_lowercase();
                words.iter().all(|word| text.contains(word))
            })
            .filter(|item| !known.proves.iter().any(|proves| proves.item == item.code))
            .take(FOUND)
            .map(|item| {
                let why = Suggestion {
                    item: item.code.clone(),
                    by_form: false,
                    by_activity: false,
                    words: Vec::new(),
                };
                chip(card, item, &why)
            })
            .collect::<Vec<_>>()
    };
    view! {
        <div class="proves-search">
            <SearchField label value=wanted on_input=move |text| wanted.set(text)/>
        </div>
        <div class="proves-chips">{found}</div>
    }
    .into_any()
}
