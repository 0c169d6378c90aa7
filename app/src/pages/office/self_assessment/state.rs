//! Whether a year is open or closed, who may change that, and what can be taken away.

use std::sync::Arc;

use domain::{
    api::self_assessment::{Close, Reopen, SelfAssessment},
    permission::{Ability, may},
};
use icondata_lu as lu;
use leptos::prelude::*;

use super::PATH;
use crate::{
    components::{
        Tone,
        button::{Button, ButtonKind},
        dialog::{ConfirmDialog, Dialog},
        field::TextArea,
        icon::Icon,
        status::Banner,
        toast::use_toasts,
    },
    i18n::{t, tf, use_format},
    layout::use_frame,
    office::{ActProblem, Remote, use_act},
};

#[component]
pub(super) fn State(known: Arc<SelfAssessment>, found: Remote<SelfAssessment>) -> impl IntoView {
    let f = use_format();
    let (frame, act, toasts) = (use_frame(), use_act(), use_toasts());
    let may_close = Signal::derive(move || {
        let viewer = frame.viewer.read();
        viewer
            .as_ref()
            .is_some_and(|viewer| may(viewer.role, Ability::ManageStandards))
    });
    let (closing, opening) = (RwSignal::new(false), RwSignal::new(false));
    let reason = RwSignal::new(String::new());
    let (year, revision) = (known.year, known.revision);
    let is_closed = known.closed.is_some();
    let done = move |zh: &'static str, en: &'static str| {
        toasts.success(f.lang().pick(zh, en));
        found.reload();
    };
    let close = Callback::new(move |()| {
        let path = format!("{PATH}/close?year={year}");
        act.send(
            "POST",
            path,
            Some(&Close { revision }),
            None,
            move |answer| {
                if answer.is_ok() {
                    closing.set(false);
                    done("已定稿", "Closed");
                }
            },
        );
    });
    let reopen = move || {
        let path = format!("{PATH}/reopen?year={year}");
        let body = Reopen {
            revision,
            reason: reason.get_untracked(),
        };
        act.send("POST", path, Some(&body), None, move |answer| {
            if answer.is_ok() {
                opening.set(false);
                reason.set(String::new());
                done("已重新打开", "Open again");
            }
        });
    };
    let (close_label, reopen_label) = (t("定稿", "Close the year"), t("重新打开", "Open again"));
    let banner = known.closed.clone().map(|closed| {
        let title = tf(move |lang| {
            let (by, at) = (&closed.by, f.date(closed.at));
            lang.pick(
                format!("{year} 年自评已定稿：{by}，{at}"),
                format!("{year} is closed: {by}, {at}"),
            )
        });
        view! {
            <Banner tone=Tone::Info title>
                {move || {
                    may_close
                        .get()
                        .then(|| {
                            view! {
                                <Button small=true on_click=move || opening.set(true)>
                                    {reopen_label}
                                </Button>
                            }
                        })
                }}
            </Banner>
        }
    });
    let left_over = (!known.left_over.is_empty()).then(|| {
        let title = t(
            "有些自评写在标准里已没有的条目上",
            "Some was said about items that the standard no longer has",
        );
        let lines: Vec<AnyView> = known
            .left_over
            .iter()
            .map(|(code, words)| {
                let line = format!("{code} {words}");
                view! { <p>{line}</p> }.into_any()
            })
            .collect();
        view! { <Banner tone=Tone::Warning title>{lines}</Banner> }
    });
    let warned = (!known.total.vetoes.is_empty() || !known.total.unmet.is_empty()).then(|| {
        let codes: Vec<String> = known
            .total
            .vetoes
            .iter()
            .chain(&known.total.unmet)
            .cloned()
            .collect();
        let codes = codes.join("、");
        let title = tf(move |lang| {
            lang.pick(
                format!("前提条件不满足或有一票否决事项：{codes}"),
                format!("A precondition isn’t met, or something costs the title: {codes}"),
            )
        });
        view! { <Banner tone=Tone::Danger title/> }
    });
    let end = move || {
        (may_close.get() && !is_closed).then(|| {
            view! {
                <Button
                    icon=lu::LuLock
                    small=true
                    kind=ButtonKind::Ghost
                    on_click=move || closing.set(true)
                >
                    {close_label}
                </Button>
            }
        })
    };
    let take = move |file: &'static str| {
        move || {
            let lang = f.lang().pick("zh", "en");
            format!("{PATH}/{file}?year={year}&lang={lang}")
        }
    };
    let (table, report) = (t("导出 Excel", "Excel"), t("自评报告", "Report"));
    let (ask, confirm) = (
        t("这一年的自评定稿？", "Close this year’s self-assessment?"),
        t(
            "定稿后不能再改；需要时可由管理员写明理由重新打开。",
            "Nothing can be changed then; an administrator can open it again with a reason.",
        ),
    );
    let (why_title, why) = (t("重新打开自评", "Open it again"), t("理由", "Why"));
    let footer = move || {
        view! {
            <Button kind=ButtonKind::Primary loading=act.busy() on_click=reopen>
                {reopen_label}
            </Button>
        }
    };
    view! {
        {banner}
        {warned}
        {left_over}
        <div class="cluster no-print">
            <a class="button button-secondary button-small" href=take("table.xlsx") download="">
                <Icon icon=lu::LuDownload/>
                <span class="button-label">{table}</span>
            </a>
            <a class="button button-secondary button-small" href=take("report.docx") download="">
                <Icon icon=lu::LuFileText/>
                <span class="button-label">{report}</span>
            </a>
            {end}
        </div>
        <ConfirmDialog
            open=closing
            on_close=move || closing.set(false)
            title=ask
            text=confirm
            confirm=close_label
            loading=act.busy()
            on_confirm=close
        />
        <Dialog
            open=opening
            on_close=move || opening.set(false)
            title=why_title
            footer
        >
            <ActProblem error=Signal::derive(move || act.error()) fields=&["reason"]/>
            <TextArea
                name="reason"
                label=why
                value=reason
                on_input=move |text| reason.set(text)
                error=act.field_error("reason")
            />
        </Dialog>
    }
    .into_any()
}
