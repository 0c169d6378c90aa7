//! Whether lists that are made public may name me with my hours; asked and said while there is a network.

use domain::api::hours::MyConsent;
use leptos::prelude::*;

use crate::{
    components::{choice::Switch, surface::List},
    i18n::t,
    office::{ActProblem, Remote, use_act, use_remote},
};

const PATH: &str = "/api/my/hours/consent";

#[component]
pub fn Consent() -> impl IntoView {
    let known: Remote<MyConsent> = use_remote(|| Some(PATH.to_owned()));
    let act = use_act();
    let label = t("公示名单里可以列出我", "Public lists may name me");
    let hint = t(
        "单位公示志愿服务时长时列出您的姓名和时长；随时可以改。",
        "Your name and hours stand on lists of service hours that are made public. You can change it at any time.",
    );
    let change = move |consents: bool| {
        let said = MyConsent { consents };
        act.send("PUT", PATH.to_owned(), Some(&said), None, move |answer| {
            if answer.is_ok() {
                known.set(said);
            } else {
                known.reload();
            }
        });
    };
    move || {
        let consents = known.get()?.consents;
        Some(view! {
            <List>
                <Switch
                    label
                    hint
                    checked=Signal::stored(consents)
                    on_change=change
                />
            </List>
            <ActProblem error=Signal::derive(move || act.error())/>
        })
    }
}
