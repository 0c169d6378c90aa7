//! The dialog that says who finds a form in the list for new records.

use domain::{
    api::forms::{FormLine, OfferInput},
    areas::people::Department,
};
use leptos::prelude::*;

use super::PATH;
use crate::{
    components::{
        button::{Button, ButtonKind},
        choice::{Choice, SelectMany, SelectOne},
        dialog::Dialog,
        toast::use_toasts,
    },
    http::CallError,
    i18n::{t, use_lang},
    office::{ActProblem, Remote, use_act},
};

#[component]
pub fn AudienceDialog(
    #[prop(into)] line: Signal<Option<FormLine>>,
    departments: Remote<Vec<Department>>,
    open: RwSignal<bool>,
    #[prop(into)] on_done: Callback<()>,
) -> impl IntoView {
    let act = use_act();
    let lang = use_lang();
    let toasts = use_toasts();
    let who = RwSignal::new("everybody".to_owned());
    let chosen = RwSignal::new(Vec::<String>::new());
    Effect::new(move |_| {
        if let (true, Some(line)) = (open.get(), line.get_untracked()) {
            act.forget_error();
            let staff = if line.offer.staff {
                "staff"
            } else {
                "everybody"
            };
            who.set(staff.to_owned());
            let ids = line.offer.departments.iter().map(ToString::to_string);
            chosen.set(ids.collect());
        }
    });
    let save = move || {
        let Some(line) = line.get_untracked() else {
            return;
        };
        let Some(version) = line.shown() else { return };
        let all = departments.get_untracked().unwrap_or_default();
        let chosen = chosen.get_untracked();
        let of_form = all.iter().filter(|it| chosen.contains(&it.id.to_string()));
        let input = OfferInput {
            staff: who.get_untracked() == "staff",
            departments: of_form.map(|it| it.id).collect(),
        };
        let path = format!("{PATH}/{}/audience", version.id);
        let done = move |answer: Result<String, CallError>| {
            on_done.run(());
            if answer.is_ok() {
                open.set(false);
                toasts.success(lang.get_untracked().pick("已保存", "Saved"));
            }
        };
        act.send("PUT", path, Some(&input), Some(line.revision), done);
    };
    let roles = Signal::derive(move || {
        let lang = lang.get();
        vec![
            Choice::new("everybody", lang.pick("所有人", "Everybody")),
            Choice::new("staff", lang.pick("只有工作人员", "Staff only")),
        ]
    });
    let names = Signal::derive(move || {
        let all = departments.get().unwrap_or_default();
        let choice = |it: &Department| Choice::new(it.id.to_string(), it.name.clone());
        all.iter().map(choice).collect::<Vec<_>>()
    });
    let title = t("由谁填写", "Who fills it in");
    let roles_label = t("角色", "Role");
    let departments_label = t("科室", "Departments");
    let hint = t("不选就是全部科室", "None chosen means all");
    let note = t(
        "只决定手机上的“新建记录”里有没有这张表；审核人员和管理员总能看到，已经开始填的不受影响。",
        "This only decides whether phones list it for new records. Reviewers always see it, and drafts that were begun stay.",
    );
    let save_label = t("保存", "Save");
    let footer = move || {
        view! {
            <Button kind=ButtonKind::Primary loading=act.busy() on_click=save>
                {save_label}
            </Button>
        }
    };
    view! {
        <Dialog open on_close=move || open.set(false) title footer>
            <ActProblem error=Signal::derive(move || act.error())/>
            <SelectOne
                name="audience-role"
                label=roles_label
                choices=roles
                value=who
                on_change=move |value| who.set(value)
            />
            <SelectMany
                name="audience-departments"
                label=departments_label
                hint
                choices=names
                value=chosen
                on_change=move |value| chosen.set(value)
            />
            <p class="muted small">{note}</p>
        </Dialog>
    }
    .into_any()
}
