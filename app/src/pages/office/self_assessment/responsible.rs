//! Who answers for an item this year: whom the standard names, or whom the office chooses instead.

use domain::{
    api::self_assessment::{AssessedItem, Assign, SelfAssessment},
    areas::people::Department,
};
use leptos::prelude::*;

use super::PATH;
use crate::{
    address,
    components::{
        choice::{Choice, DropDown},
        toast::use_toasts,
    },
    i18n::{t, use_lang},
    office::{ActProblem, Remote, choices, use_act},
};

#[component]
pub(super) fn Responsible(
    item: AssessedItem,
    found: Remote<SelfAssessment>,
    departments: Remote<Vec<Department>>,
    closed: Signal<bool>,
) -> impl IntoView {
    let (act, toasts, lang) = (use_act(), use_toasts(), use_lang());
    let by_standard = item.assigned.by_standard.clone();
    let all = choices::departments(departments, ("", ""));
    let choices = Signal::derive(move || {
        let lang = lang.get();
        let name = if by_standard.is_empty() {
            lang.pick("没有写明", "nobody")
        } else {
            &by_standard
        };
        let usual = lang.pick(
            format!("按标准：{name}"),
            format!("As the standard says: {name}"),
        );
        let mut choices = vec![Choice::new("", usual)];
        choices.extend(all.get().into_iter().skip(1));
        choices
    });
    let chosen = item.assigned.department_id;
    let chosen = chosen.map(|id| id.to_string()).unwrap_or_default();
    let (code, revision) = (item.code, item.assigned.revision);
    let choose = move |word: String| {
        let Some(year) = found.get_untracked().map(|it| it.year) else {
            return;
        };
        let path = format!(
            "{PATH}/items/{}/department?year={year}",
            address::escape(&code)
        );
        let body = Assign {
            revision,
            department_id: word.parse().ok(),
        };
        act.send("PUT", path, Some(&body), None, move |answer| match answer {
            Ok(_) => {
                toasts.success(
                    lang.get_untracked()
                        .pick("责任科室已改", "Department changed"),
                );
                found.reload();
            }
            Err(error) if error.status() == 412 => found.reload(),
            Err(_) => {}
        });
    };
    let label = t("本年度责任科室", "Department this year");
    let hint = t(
        "这个科室的记录员可以在“科室自评”里填写",
        "Its recorders write the department’s word on their own page",
    );
    view! {
        <div class="form assess-about">
            <ActProblem error=Signal::derive(move || act.error())/>
            <DropDown
                name="department"
                label
                hint
                choices
                value=Signal::stored(chosen)
                on_change=choose
                disabled=Signal::derive(move || closed.get() || act.is_busy())
            />
        </div>
    }
    .into_any()
}
