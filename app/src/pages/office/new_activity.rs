//! Makes an activity.

use domain::areas::activities::Activity;
use leptos::prelude::*;

use crate::{
    components::{
        button::{Button, ButtonKind},
        page_header::PageHeader,
        surface::{ActionBar, Card},
        toast::use_toasts,
    },
    http,
    i18n::{t, use_lang},
    layout::hold_update,
    office::use_act,
    pages::office::activities::{
        PATH,
        form::{ActivityForm, Typed},
    },
    routing::{Page, use_replace},
};

#[component]
pub fn NewActivityPage() -> impl IntoView {
    hold_update();
    let act = use_act();
    let typed = Typed::new();
    let replace = use_replace();
    let toasts = use_toasts();
    let lang = use_lang();
    let save = move || {
        let Some(input) = typed.input() else {
            return;
        };
        let replace = replace.clone();
        act.send("POST", PATH.to_owned(), Some(&input), None, move |answer| {
            if let Ok(made) = answer.and_then(|body| http::read::<Activity>(&body)) {
                let text = "活动已建好，手机下次同步就能看到";
                let english = "Made. Phones see it at their next sync";
                toasts.success(lang.get_untracked().pick(text, english));
                replace(Page::OfficeActivity(made.id));
            }
        });
    };
    let save_label = t("保存活动", "Save the activity");
    let missing = t(
        "请填写名称、地点、时间和组织者",
        "Title, place, time and organizer are needed",
    );
    let incomplete = Memo::new(move |_| {
        typed
            .input()
            .is_none_or(|input| input.title.trim().is_empty() || input.place.trim().is_empty())
    });
    view! {
        <PageHeader back=Page::OfficeActivities/>
        <div class="page page-narrow">
            <Card>
                <ActivityForm typed act/>
            </Card>
            <ActionBar>
                {move || incomplete.get().then(|| view! { <p class="field-hint">{missing}</p> })}
                <Button
                    kind=ButtonKind::Primary
                    loading=act.busy()
                    disabled=incomplete
                    on_click=save
                >
                    {save_label}
                </Button>
            </ActionBar>
        </div>
    }
    .into_any()
}
