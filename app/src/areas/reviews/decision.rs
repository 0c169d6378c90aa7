//! The decision on one record: approve, or return with a reason. What was typed stays when the
//! server can't be reached or somebody was faster.

use std::sync::Arc;

use domain::{
    Lang, SubmissionId,
    api::office::{Review, SubmissionDetail},
    areas::submissions::{ReviewState, Submission},
    forms::Answer,
};
use icondata_lu as lu;
use leptos::prelude::*;

use super::photos::missing;
use crate::{
    components::{
        Tone,
        button::{Button, ButtonKind, KeyHint},
        dialog::{ConfirmDialog, Dialog},
        field::TextArea,
        status::Banner,
        toast::use_toasts,
    },
    http,
    i18n::{t, tf, use_lang},
    office::{Act, ActProblem, use_act},
    platform::document,
};

/// Shortest and longest reason, in characters.
const REASON: std::ops::RangeInclusive<usize> = 2..=500;

/// What comes up again and again.
const REASONS: [(&str, &str); 7] = [
    (
        "照片不清楚，请重拍或另选",
        "A photo isn’t clear; please take another",
    ),
    ("照片不够，请补充", "Photos are missing; please add some"),
    (
        "看不出时间或地点，请补充",
        "Time or place can’t be told; please add them",
    ),
    ("数字对不上，请核对", "The numbers don’t fit; please check"),
    ("情况写得太简单，请补充", "Too short; please say more"),
    (
        "含个人信息，请删去",
        "It names people; please take that out",
    ),
    (
        "表单选错，请换表单重新填写",
        "Wrong form; please use the other one",
    ),
];

/// What is being decided; one for the page, so that a reason survives a reload of the record.
#[derive(Clone, Copy)]
pub struct Decision {
    pub detail: Signal<Option<Arc<SubmissionDetail>>>,
    act: Act,
    returning: RwSignal<bool>,
    confirming: RwSignal<bool>,
    reason: RwSignal<String>,
    /// The record for which the server said that somebody was faster.
    overtaken: RwSignal<Option<SubmissionId>>,
    on_done: Callback<Submission>,
    /// The record is another one now, and still to be decided.
    on_changed: Callback<()>,
}

/// Also gives the decision to the views of the record below.
pub fn use_decision(
    detail: Signal<Option<Arc<SubmissionDetail>>>,
    on_done: Callback<Submission>,
    on_changed: Callback<()>,
) -> Decision {
    let decision = Decision {
        detail,
        act: use_act(),
        returning: RwSignal::new(false),
        confirming: RwSignal::new(false),
        reason: RwSignal::new(String::new()),
        overtaken: RwSignal::new(None),
        on_done,
        on_changed,
    };
    provide_context(decision);
    // A reason belongs to the record for which it was typed.
    let id = Memo::new(move |_| detail.with(|it| it.as_ref().map(|it| it.submission.id)));
    Effect::new(move |before: Option<Option<SubmissionId>>| {
        let now = id.get();
        if before.is_some_and(|before| before != now) {
            decision.reason.set(String::new());
            decision.returning.set(false);
            decision.confirming.set(false);
            decision.act.forget_error();
            decision.overtaken.set(None);
        }
        now
    });
    decision
}

impl Decision {
    fn state(self) -> Option<ReviewState> {
        self.detail
            .with(|it| it.as_ref().map(|it| it.submission.state))
    }

    pub fn may_approve(self) -> bool {
        self.state().is_some_and(ReviewState::is_open)
    }

    pub fn may_return(self) -> bool {
        matches!(
            self.state(),
            Some(ReviewState::Submitted | ReviewState::Approved | ReviewState::Returned)
        )
    }

    /// Asks first when something isn't there yet.
    pub fn approve(self) {
        if !untrack(|| self.may_approve()) {
            return;
        }
        let doubtful = self.detail.with_untracked(|it| {
            it.as_ref()
                .is_some_and(|it| missing(it) > 0 || !it.submission.conflicts.is_empty())
        });
        if doubtful {
            self.confirming.set(true);
        } else {
            self.send(&Review::Approve);
        }
    }

    /// Settles a question that two people answered differently.
    pub fn choose(self, question: String, value: Option<Answer>) {
        self.send(&Review::Choose { question, value });
    }

    pub fn busy(self) -> Signal<bool> {
        self.act.busy()
    }

    pub fn ask_reason(self) {
        if untrack(|| self.may_return()) {
            self.act.forget_error();
            self.returning.set(true);
            // The dialog is in the page only after this turn.
            request_animation_frame(|| document::focus("field-review-reason"));
        }
    }

    fn send(self, review: &Review) {
        let Some((id, revision)) = self.detail.with_untracked(|it| {
            it.as_ref()
                .map(|it| (it.submission.id, it.submission.revision))
        }) else {
            return;
        };
        let path = format!("/api/office/submissions/{id}/review");
        let chooses = matches!(review, Review::Choose { .. });
        self.act
            .send("POST", path, Some(review), Some(revision), move |answer| {
                match answer.and_then(|body| http::read::<Submission>(&body)) {
                    Ok(_) if chooses => self.on_changed.run(()),
                    Ok(submission) => {
                        self.returning.set(false);
                        self.confirming.set(false);
                        self.overtaken.set(None);
                        self.reason.set(String::new());
                        self.on_done.run(submission);
                    }
                    Err(error) if error.status() == 412 => {
                        // The reason stays for when it was read again.
                        self.returning.set(false);
                        self.confirming.set(false);
                        self.act.forget_error();
                        self.overtaken.set(Some(id));
                        self.on_changed.run(());
                    }
                    Err(_) => {}
                }
            });
    }

    fn return_it(self) {
        let reason = self.reason.get_untracked().trim().to_owned();
        if REASON.contains(&reason.chars().count()) {
            self.send(&Review::Return { reason });
        }
    }
}

/// Says the outcome in a toast: `use_said()(state)`.
pub fn use_said() -> impl Fn(ReviewState) + Copy + Send + Sync + 'static {
    let toasts = use_toasts();
    let approved = t("已通过", "Approved");
    let returned = t(
        "已退回，作者的手机会收到原因",
        "Returned; the author’s phone shows why",
    );
    move |state| match state {
        ReviewState::Approved => toasts.success(approved()),
        _ => toasts.info(returned()),
    }
}

/// The bar with both buttons, and the dialogs behind them.
#[component]
pub fn DecisionBar(decision: Decision) -> impl IntoView {
    let approve = t("通过", "Approve");
    let give_back = t("退回", "Return");
    let label = t("审核", "Decision");
    let act = decision.act;
    let overtaken_title = t("这条记录刚刚有了变化", "This record has just changed");
    let overtaken_text = t(
        "作者补充了内容，或别人已经审核。上面已换成最新的一版，请看过再决定；写好的退回原因还在。",
        "The author added something, or somebody else decided. Above is the latest version: please read it, then decide. Your reason is kept.",
    );
    let overtaken = move || {
        let id = decision
            .detail
            .with(|it| it.as_ref().map(|it| it.submission.id));
        (id.is_some() && decision.overtaken.get() == id).then(|| {
            view! {
                <Banner
                    tone=Tone::Warning
                    title=overtaken_title
                    on_close=move |()| decision.overtaken.set(None)
                >
                    <p>{overtaken_text}</p>
                </Banner>
            }
        })
    };
    // In a dialog the problem is shown there.
    let problem = Signal::derive(move || {
        act.error()
            .filter(|_| !decision.returning.get() && !decision.confirming.get())
    });
    let shown = Memo::new(move |_| decision.may_approve() || decision.may_return());
    let buttons = move || {
        shown.get().then(|| {
            view! {
                <div class="decision-buttons">
                    <Button
                        disabled=Signal::derive(move || !decision.may_return())
                        icon=lu::LuUndo2
                        on_click=move |()| decision.ask_reason()
                    >
                        {give_back}
                        <KeyHint key="R"/>
                    </Button>
                    {move || {
                        decision
                            .may_approve()
                            .then(|| {
                                view! {
                                    <Button
                                        kind=ButtonKind::Primary
                                        icon=lu::LuCheck
                                        loading=act.busy()
                                        on_click=move |()| decision.approve()
                                    >
                                        {approve}
                                        <KeyHint key="A"/>
                                    </Button>
                                }
                            })
                    }}
                </div>
            }
        })
    };
    view! {
        <section class="decision no-print" class:is-empty=move || !shown.get() aria-label=label>
            {overtaken}
            <ActProblem error=problem/>
            {buttons}
        </section>
        <ReturnDialog decision/>
        <ApproveAnyway decision/>
    }
    .into_any()
}

#[component]
fn ReturnDialog(decision: Decision) -> impl IntoView {
    let lang = use_lang();
    let act = decision.act;
    let title = t("退回修改", "Return for correction");
    let label = t("退回原因", "Why");
    let hint = t(
        "作者会在手机上看到这段话",
        "The author reads this on the phone",
    );
    let often = t("常用原因", "Often used");
    let cancel = t("取消", "Cancel");
    let send = t("退回", "Return");
    let too_short = Signal::derive(move || {
        !REASON.contains(&decision.reason.with(|reason| reason.trim().chars().count()))
    });
    let chips = move || {
        REASONS
            .iter()
            .map(|(zh, en)| {
                let text = lang.get().pick(*zh, *en);
                let chosen = move || decision.reason.with(|reason| reason.contains(text));
                view! {
                    <button
                        type="button"
                        class="reason-chip"
                        aria-pressed=move || if chosen() { "true" } else { "false" }
                        on:click=move |_| decision.reason.update(|reason| toggle(reason, text))
                    >
                        {text}
                    </button>
                }
            })
            .collect_view()
    };
    let footer = move || {
        view! {
            <Button on_click=move |()| decision.returning.set(false)>{cancel}</Button>
            <Button
                kind=ButtonKind::Primary
                icon=lu::LuUndo2
                loading=act.busy()
                disabled=too_short
                on_click=move |()| decision.return_it()
            >
                {send}
            </Button>
        }
    };
    let error = Signal::derive(move || act.error());
    view! {
        <Dialog
            open=decision.returning
            on_close=move |()| decision.returning.set(false)
            title
            footer
        >
            <div
                class="stack"
                on:keydown=move |ev| {
                    if ev.key() == "Enter" && (ev.ctrl_key() || ev.meta_key()) {
                        ev.prevent_default();
                        decision.return_it();
                    }
                }
            >
                <TextArea
                    name="review-reason"
                    label
                    hint
                    value=decision.reason
                    on_input=move |text| decision.reason.set(text)
                    error=act.field_error("reason")
                    max_length=500
                    required=true
                />
                <div class="reasons" role="group" aria-label=often>
                    {chips}
                </div>
                <ActProblem error fields=&["reason"]/>
            </div>
        </Dialog>
    }
    .into_any()
}

#[component]
fn ApproveAnyway(decision: Decision) -> impl IntoView {
    let title = t("仍要通过？", "Approve all the same?");
    let confirm = t("通过", "Approve");
    let text = tf(move |lang| {
        let (missing, conflicts) = decision.detail.with(|it| {
            it.as_ref()
                .map_or((0, 0), |it| (missing(it), it.submission.conflicts.len()))
        });
        let mut parts = Vec::new();
        if missing > 0 {
            parts.push(match lang {
                Lang::Zh => format!("还有 {missing} 份照片或文件在手机上没有传来。"),
                Lang::En => format!("{missing} photos or files are still on the phone."),
            });
        }
        if conflicts > 0 {
            parts.push(match lang {
                Lang::Zh => {
                    format!("有 {conflicts} 处内容两份修改不一致，通过后以现在采用的为准。")
                }
                Lang::En => format!(
                    "{conflicts} answers have two versions; approving keeps the ones shown as kept."
                ),
            });
        }
        if let Some(error) = decision.act.error() {
            parts.push(error.message(lang));
        }
        parts.concat()
    });
    view! {
        <ConfirmDialog
            open=decision.confirming
            title
            text
            confirm
            loading=decision.act.busy()
            on_confirm=move |()| decision.send(&Review::Approve)
            on_close=move |()| decision.confirming.set(false)
        />
    }
    .into_any()
}

/// Adds a ready sentence to the reason, or takes it out again.
fn toggle(reason: &mut String, sentence: &str) {
    if reason.contains(sentence) {
        let kept: Vec<&str> = reason
            .lines()
            .filter(|line| line.trim() != sentence)
            .collect();
        *reason = kept.join("\n");
    } else {
        if !reason.is_empty() && !reason.ends_with('\n') {
            reason.push('\n');
        }
        reason.push_str(sentence);
    }
}

#[cfg(test)]
mod tests {
    use super::toggle;

    #[test]
    fn a_ready_sentence_stands_on_its_own_line_and_goes_again() {
        let mut reason = "请看".to_owned();
        toggle(&mut reason, "照片不够");
        assert_eq!(reason, "请看\n照片不够");
        toggle(&mut reason, "照片不够");
        assert_eq!(reason, "请看");
    }
}
