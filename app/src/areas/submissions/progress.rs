//! How far a draft is: what is missing, what is wrong, what the last record could lend.

use domain::{
    Lang,
    forms::{Answers, Form},
};
use icondata_lu as lu;
use leptos::prelude::*;

use super::{editor::Editor, pages::Pages};
use crate::{
    components::{
        Tone,
        button::{Button, ButtonKind},
        status::{Banner, ProgressBar},
    },
    i18n::{t, tf, use_lang},
};

/// So many answers of the last record are named.
const NAMED: usize = 3;

/// The bar, and a button that leads from one missing answer to the next.
#[component]
pub fn Missing(editor: Editor, pages: Pages) -> impl IntoView {
    let progress = Memo::new(move |_| editor.progress());
    let last = StoredValue::new(None::<String>);
    let next = Callback::new(move |()| {
        let missing = untrack(|| editor.missing());
        let place =
            last.with_value(|last| missing.iter().position(|key| Some(key) == last.as_ref()));
        // Behind the one that was shown and left; otherwise the first.
        let key = place
            .and_then(|place| missing.get(place + 1))
            .or(missing.first());
        if let Some(key) = key.cloned() {
            pages.reveal(&key, false);
            last.set_value(Some(key));
        }
    });
    let label = t("必填项的进度", "Required answers");
    let done = Signal::derive(move || progress.get().0);
    let all = Signal::derive(move || progress.get().1);
    let left = Memo::new(move |_| all.get().saturating_sub(done.get()));
    let count = tf(move |lang| {
        let (done, all) = progress.get();
        lang.pick(format!("必填 {done}/{all}"), format!("{done} of {all}"))
    });
    let words = tf(move |lang| {
        let left = left.get();
        lang.pick(format!("还差 {left} 项"), format!("{left} missing"))
    });
    let any = Memo::new(move |_| all.get() > 0);
    let complete = t("必填已齐", "Complete");
    (move || {
        if !any.get() {
            return ().into_any();
        }
        let count = count.clone();
        let words = words.clone();
        view! {
            <div class="draft-progress">
                <div class="draft-count">
                    <span>
                        {move || if left.get() == 0 { complete().to_owned() } else { count() }}
                    </span>
                    <ProgressBar label value=done max=all/>
                </div>
                {move || {
                    let words = words.clone();
                    (left.get() > 0)
                        .then(|| {
                            view! {
                                <Button small=true icon=lu::LuCircleArrowDown on_click=next>
                                    {words}
                                </Button>
                            }
                        })
                }}
            </div>
        }
        .into_any()
    })
    .into_any()
}

/// After the first try to submit: all that keeps it from being sent, each leading to its field.
#[component]
pub fn ErrorSummary(editor: Editor, pages: Pages) -> impl IntoView {
    let lang = use_lang();
    let problems = Memo::new(move |_| editor.problems());
    let lines = move || {
        let lang = lang.get();
        let form = editor.form();
        let problems = problems.get().into_iter();
        problems
            .map(|problem| {
                let key = problem.key();
                let label = label_of(&form, &key, lang);
                let message = problem.message.get(lang).to_owned();
                view! {
                    <li>
                        <button
                            type="button"
                            class="error-link"
                            on:click=move |_| pages.reveal(&key, false)
                        >
                            <span class="error-name">{label}</span>
                            <span>{message}</span>
                        </button>
                    </li>
                }
            })
            .collect_view()
    };
    let title = tf(move |lang| {
        let n = problems.with(Vec::len);
        lang.pick(
            format!("还有 {n} 处需要补充或更正"),
            format!("{n} to complete or correct"),
        )
    });
    let any = Memo::new(move |_| problems.with(|it| !it.is_empty()));
    (move || {
        any.get().then(|| {
            let title = title.clone();
            view! {
                <div id=SUMMARY class="error-summary" tabindex="-1">
                    <Banner tone=Tone::Danger title>
                        <ol class="error-list">{lines}</ol>
                    </Banner>
                </div>
            }
        })
    })
    .into_any()
}

/// The id of the summary, where a refused submit leads.
pub const SUMMARY: &str = "error-summary";

/// The question's label, in a repeat with the number of its entry.
fn label_of(form: &Form, key: &str, lang: Lang) -> String {
    let label = form
        .question_at(key)
        .map(|question| question.label.get(lang));
    let numbers: Vec<String> = key
        .split('[')
        .skip(1)
        .filter_map(|part| part.strip_suffix(']')?.parse::<usize>().ok())
        .map(|index| (index + 1).to_string())
        .collect();
    let label = label.unwrap_or(key);
    format!("{label} {}", numbers.join("."))
        .trim_end()
        .to_owned()
}

/// Offers what this person's last record of the form says, for the questions without an answer.
#[component]
pub fn LastTime(editor: Editor) -> impl IntoView {
    let lang = use_lang();
    let device = editor.device;
    let me = untrack(|| device.account()).map(|account| account.person_id);
    let (form, own) = (editor.form(), editor.draft_id());
    let form_id = form.id.clone();
    let last = Memo::new(move |_| {
        let records = device.submissions()?.into_iter().map(|(one, _)| one);
        let mut mine = records
            .filter(|one| Some(one.author_id) == me && one.form_id == form_id && one.id.0 != own);
        mine.next().map(|one| one.answers)
    });
    let lent = form.clone();
    // The page may have been left, when the phone's records change by that.
    let taken = Memo::new(move |_| {
        let again = |last: &Option<Answers>| {
            let last = last.as_ref()?;
            let taken = editor.answers.try_with(|now| lent.again(last, now))?;
            (!taken.is_empty()).then_some(taken)
        };
        last.try_with(again).flatten()
    });
    let named = form.clone();
    let text = move || taken.get().map(|taken| line(&named, &taken, lang.get()));
    let title = t("和上次一样？", "Same as last time?");
    let words = tf(move |lang| {
        let n = taken.with(|taken| taken.as_ref().map_or(0, Answers::len));
        lang.pick(format!("填入 {n} 项"), format!("Fill in {n}"))
    });
    let take = Callback::new(move |()| {
        if let Some(taken) = taken.get_untracked() {
            editor.take_over(taken);
        }
    });
    let any = Memo::new(move |_| taken.try_with(Option::is_some).unwrap_or_default());
    if editor.is_correction() {
        return ().into_any();
    }
    (move || {
        any.get().then(|| {
            let (text, words) = (text.clone(), words.clone());
            view! {
                <div class="last-time">
                    <div class="last-text">
                        <p class="strong">{title}</p>
                        <p class="muted clamp-2">{text}</p>
                    </div>
                    <Button kind=ButtonKind::Secondary small=true icon=lu::LuHistory on_click=take>
                        {words}
                    </Button>
                </div>
            }
        })
    })
    .into_any()
}

/// Such as `地点 文三社区 · 方式 现场`.
fn line(form: &Form, answers: &Answers, lang: Lang) -> String {
    let told = form
        .answered(answers)
        .into_iter()
        .map(|(question, _, answer)| {
            let answer = answer.display(question, lang);
            format!("{} {answer}", question.label.get(lang))
        });
    let told: Vec<String> = told.collect();
    let more = if told.len() > NAMED { " …" } else { "" };
    let named: Vec<&str> = told.iter().take(NAMED).map(String::as_str).collect();
    format!("{}{more}", named.join(" · "))
}
