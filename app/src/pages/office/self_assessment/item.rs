//! The dialog that assesses one item: what is asked and there, the facts, the points that follow from them,
//! a narrative; the department's word beside the office's. A department writes its own word only.

use domain::{
    Decimal,
    api::self_assessment::{AssessedItem, Opinion, Say, SayForDepartment, SelfAssessment},
    areas::{people::Department, standards::Scoring},
    scoring::{Facts, score},
    self_assessment::{NARRATIVE, Stage},
};
use icondata_lu as lu;
use leptos::prelude::*;

use super::{OWN, PATH, responsible::Responsible};
use crate::{
    address,
    areas::evidence::words,
    components::{
        Tone,
        button::{Button, ButtonKind},
        choice::{Choice, Segmented},
        dialog::Dialog,
        field::{TextArea, TextField},
        icon::Icon,
        status::Badge,
        toast::use_toasts,
    },
    http::CallError,
    i18n::{t, tp, tx, use_format, use_lang},
    office::{ActProblem, Remote, use_act},
    routing::Page,
};

#[component]
pub(super) fn ItemDialog(
    editing: RwSignal<Option<AssessedItem>>,
    found: Remote<SelfAssessment>,
    /// From which the office chooses who answers for it; a department's own page has none.
    #[prop(optional)]
    departments: Option<Remote<Vec<Department>>>,
) -> impl IntoView {
    let own = departments.is_none();
    let (act, toasts, lang) = (use_act(), use_toasts(), use_lang());
    let stage = RwSignal::new(Stage::Department);
    // Each stage has its own, so that looking at the other loses nothing.
    let words = Stage::ALL.map(|_| [(); 2].map(|()| RwSignal::new(String::new())));
    let typed = move || words[stage.get() as usize];
    // As it stands now: somebody else may have spoken since it was opened.
    let fresh = move || {
        let item = editing.get()?;
        let known = found.get();
        let now = known
            .as_ref()
            .and_then(|it| it.items().find(|it| it.code == item.code));
        Some(now.cloned().unwrap_or(item))
    };
    let closed = Signal::derive(move || found.get().is_some_and(|it| it.closed.is_some()));
    Effect::new(move |_| {
        act.forget_error();
        if let Some(item) = editing.get() {
            let at = if item.counts().is_some() && !own {
                Stage::Office
            } else {
                Stage::Department
            };
            stage.set(at);
            for (stage, [facts, narrative]) in Stage::ALL.into_iter().zip(words) {
                // The office begins with what the department found.
                let known = item.opinion(stage).or(item.counts());
                facts.set(known.map(|it| it.facts.text()).unwrap_or_default());
                narrative.set(known.map(|it| it.narrative.clone()).unwrap_or_default());
            }
        }
    });
    let facts = move || {
        let item = editing.get()?;
        let [facts, _] = typed();
        Facts::typed(&item.scoring, &facts.read())
    };
    let save = move || {
        let (Some(item), Some(known)) = (untrack(fresh), found.get_untracked()) else {
            return;
        };
        let Some(facts) = untrack(facts) else {
            let words = (
                "请先按评分规则填写情况",
                "Please fill in what was found first",
            );
            toasts.error(lang.get_untracked().pick(words.0, words.1));
            return;
        };
        let (at, code) = (stage.get_untracked(), address::escape(&item.code));
        let base = if own { OWN } else { PATH };
        let path = format!("{base}/items/{code}?year={}", known.year);
        let [_, narrative] = untrack(typed);
        let revision = item.opinion(at).map_or(0, |it| it.revision);
        let narrative = narrative.get_untracked();
        let done = move |answer: Result<String, CallError>| match answer {
            Ok(_) => {
                editing.set(None);
                toasts.success(lang.get_untracked().pick("已保存", "Saved"));
                found.reload();
            }
            // Their word is shown beside what was typed, which stays; saving again is a choice.
            Err(error) if error.status() == 412 => found.reload(),
            Err(_) => {}
        };
        if own {
            let body = SayForDepartment {
                revision,
                facts,
                narrative,
            };
            act.send("PUT", path, Some(&body), None, done);
        } else {
            let body = Say {
                stage: at,
                revision,
                facts,
                narrative,
            };
            act.send("PUT", path, Some(&body), None, done);
        }
    };
    let save_label = t("保存", "Save");
    let footer = move || {
        view! {
            <Button
                kind=ButtonKind::Primary
                loading=act.busy()
                disabled=closed
                on_click=save
            >
                {save_label}
            </Button>
        }
    };
    let title = move || {
        let item = editing.get();
        item.map(|it| format!("{} {}", it.code, lang.get().pick("自评", "Self-assessment")))
            .unwrap_or_default()
    };
    let stages = Signal::derive(move || {
        let lang = lang.get();
        Stage::ALL
            .map(|it| {
                let (zh, en) = it.name();
                Choice::new(it.as_str(), lang.pick(zh, en))
            })
            .to_vec()
    });
    let (stage_label, narrative_label) = (t("由谁填写", "Whose word"), t("自评说明", "Narrative"));
    let narrative_hint = t(
        "怎么做的、做到什么程度、有什么材料；写不足也可以",
        "What was done, how far it went, what shows it; what is lacking, too",
    );
    let body = move || {
        let item = fresh()?;
        let [typed, narrative] = typed();
        let switch = move |word: String| {
            let known = Stage::ALL.into_iter().find(|it| it.as_str() == word);
            if let Some(at) = known {
                stage.set(at);
            }
        };
        let worked = working(item.scoring.clone(), item.points, facts);
        let responsible = departments.map(|departments| {
            view! { <Responsible item=item.clone() found departments closed/> }
        });
        let whose = (!own).then(|| {
            view! {
                <Segmented
                    name="stage"
                    label=stage_label
                    choices=stages
                    value=Signal::derive(move || stage.get().as_str().to_owned())
                    on_change=switch
                />
            }
        });
        Some(view! {
            <About item=item.clone() own/>
            {responsible}
            <Opinions item=item.clone()/>
            <div class="form">
                {whose}
                <Found item=item.clone() typed/>
                <p class="assess-working strong" aria-live="polite">
                    {worked}
                </p>
                <TextArea
                    name="narrative"
                    label=narrative_label
                    hint=narrative_hint
                    value=narrative
                    on_input=move |text| narrative.set(text)
                    error=act.field_error("narrative")
                    max_length=NARRATIVE as u32
                />
            </div>
        })
    };
    view! {
        <Dialog
            open=Signal::derive(move || editing.read().is_some())
            on_close=move || editing.set(None)
            title
            footer
            wide=true
        >
            <ActProblem error=Signal::derive(move || act.error()) fields=&["narrative"]/>
            {body}
        </Dialog>
    }
    .into_any()
}

/// The points that follow from what is typed, in words.
fn working(
    rule: Scoring,
    of: Decimal,
    facts: impl Fn() -> Option<Facts> + Send + Sync + 'static,
) -> impl Fn() -> String + Send + Sync + 'static {
    let lang = use_lang();
    move || {
        let lang = lang.get();
        let Some(facts) = facts() else {
            return lang
                .pick(
                    "填写后这里显示得分和计算过程",
                    "Points and their working show here",
                )
                .to_owned();
        };
        match score(&rule, of, &facts) {
            Ok(scored) => {
                let (points, words) = (scored.points, scored.words());
                let words = words.get(lang);
                lang.pick(
                    format!("得 {points} / {of} 分：{words}"),
                    format!("{points} of {of}: {words}"),
                )
            }
            Err(unfit) => unfit.words().get(lang).to_owned(),
        }
    }
}

/// What the item asks for and has.
#[component]
fn About(item: AssessedItem, own: bool) -> impl IntoView {
    let lang = use_lang();
    let needs = item.needs.iter().cloned().map(|need| {
        let tone = if need.missing() == 0 {
            Tone::Success
        } else {
            Tone::Warning
        };
        view! { <Badge tone label=move || words::need_text(lang.get(), &need)/> }
    });
    let (evidence, problem) = (
        t("看材料", "Its evidence"),
        t("登记为整改问题", "Write down a problem"),
    );
    let code = crate::address::escape(&item.code);
    let new = format!("{}?item={code}", Page::Rectifications.path());
    let rule = tx(item.rule);
    let href = Page::EvidenceItem(item.code).path();
    let look = (!own).then(|| {
        view! {
            <a class="button button-ghost button-small" href=href>
                <Icon icon=lu::LuBookCheck/>
                <span class="button-label">{evidence}</span>
            </a>
            <a class="button button-ghost button-small" href=new>
                <Icon icon=lu::LuWrench/>
                <span class="button-label">{problem}</span>
            </a>
        }
    });
    view! {
        <div class="stack assess-about">
            <p class="strong">{item.title}</p>
            <p class="muted">{rule}</p>
            <div class="cluster">
                {needs.collect_view()}
                {look}
            </div>
        </div>
    }
    .into_any()
}

/// What was said before, side by side.
#[component]
fn Opinions(item: AssessedItem) -> impl IntoView {
    let f = use_format();
    let cards = Stage::ALL.into_iter().filter_map(|stage| {
        let opinion: Opinion = item.opinion(stage)?.clone();
        let scored = item.scored(&opinion.facts);
        let of = item.points;
        let points = move || {
            let lang = f.lang();
            match &scored {
                Some(it) => lang.pick(
                    format!("{} / {of} 分", it.points),
                    format!("{} of {of}", it.points),
                ),
                None => lang.pick("规则已变", "The rule has changed").to_owned(),
            }
        };
        let by = move || format!("{} · {}", opinion.by, f.date(opinion.at));
        Some(view! {
            <div class="assess-said">
                <p class="strong">{tp(stage.name())} " " {points}</p>
                <p>{opinion.narrative}</p>
                <p class="muted small">{by}</p>
            </div>
        })
    });
    view! { <div class="assess-opinions">{cards.collect_view()}</div> }.into_any()
}

/// The facts as the rule asks for them, and what the material gives by itself.
#[component]
fn Found(item: AssessedItem, typed: RwSignal<String>) -> impl IntoView {
    let lang = use_lang();
    let choices = match &item.scoring {
        Scoring::AllOrNothing => vec![
            ("yes".to_owned(), "符合", "Met"),
            ("no".to_owned(), "不符合", "Not met"),
        ],
        Scoring::StateAbc { levels } => levels.keys().map(|it| (it.clone(), "", "")).collect(),
        _ => Vec::new(),
    };
    let (zh, en) = asked(&item.scoring);
    let label = move || lang.get().pick(zh.clone(), en.clone());
    let field = if choices.is_empty() {
        view! {
            <TextField name="facts" label value=typed on_input=move |text| typed.set(text)/>
        }
        .into_any()
    } else {
        let choices = Signal::derive(move || {
            let lang = lang.get();
            let each = choices.iter().map(|(value, zh, en)| {
                let label = lang.pick(*zh, *en);
                let label = if label.is_empty() { value } else { label };
                Choice::new(value.clone(), label.to_owned())
            });
            each.collect::<Vec<_>>()
        });
        view! {
            <div class="stack">
                <span class="field-label">{label.clone()}</span>
                <Segmented
                    name="facts"
                    label
                    choices
                    value=typed
                    on_change=move |value| typed.set(value)
                />
            </div>
        }
        .into_any()
    };
    let take = t("按台账填写", "Take it");
    let proposed = item.proposal.map(|proposal| {
        let (why, text) = (tx(proposal.why), proposal.facts.text());
        view! {
            <p class="assess-proposal">
                <Icon icon=lu::LuBookCheck/>
                <span class="grow">{why}</span>
                <Button
                    small=true
                    kind=ButtonKind::Ghost
                    on_click=move || typed.set(text.clone())
                >
                    {take}
                </Button>
            </p>
        }
    });
    view! {
        {field}
        {proposed}
    }
    .into_any()
}

/// What the rule asks for.
fn asked(rule: &Scoring) -> (String, String) {
    let words = |zh: &str, en: &str| (zh.to_owned(), en.to_owned());
    match rule {
        Scoring::AllOrNothing => words("是否符合", "Whether it is met"),
        Scoring::DeductPerMissing { unit, .. } => {
            (format!("缺几{unit}"), "How many are missing".to_owned())
        }
        Scoring::DeductPerPercentBelow { target_percent, .. } => (
            format!("实际达到百分之几（目标 {target_percent}）"),
            format!("Percent reached (of {target_percent})"),
        ),
        Scoring::SampleCheck { sample_size, .. } => (
            format!("抽查 {sample_size} 处，几处不符合"),
            format!("How many of {sample_size} failed"),
        ),
        Scoring::CountInPeriod { target, period, .. } => {
            let all = period.over_a_year(*target);
            (
                format!("做了几次（应 {all} 次）"),
                format!("How often it was done (of {all})"),
            )
        }
        Scoring::RatioOfTarget { target, unit } => (
            format!("达到多少{unit}（目标 {target}）"),
            format!("How much was reached (of {target} {unit})"),
        ),
        Scoring::StateAbc { .. } => words("评为哪一档", "Which grade"),
    }
}
