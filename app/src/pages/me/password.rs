//! Change the password; takes the network.

use domain::api::session::{ChangePassword, PASSWORD_MIN};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    components::{
        button::{Button, ButtonKind},
        dialog::Dialog,
        field::PasswordField,
        toast::use_toasts,
    },
    device::Device,
    i18n::{t, use_lang},
};

#[component]
pub fn PasswordDialog(open: RwSignal<bool>) -> impl IntoView {
    let title = t("修改密码", "Change password");
    view! {
        <Dialog open on_close=move || open.set(false) title>
            <Fields open/>
        </Dialog>
    }
    .into_any()
}

#[component]
fn Fields(open: RwSignal<bool>) -> impl IntoView {
    let device = Device::get();
    let lang = use_lang();
    let toasts = use_toasts();
    let (current, new) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    // Which field is wrong (empty: the whole), and why.
    let problem = RwSignal::new(None::<(String, String)>);
    let busy = RwSignal::new(false);
    let error = move |field: &'static str| {
        Signal::derive(move || {
            let problem = problem.read();
            let here = problem.as_ref().filter(|(at, _)| at == field);
            here.map(|(_, text)| text.clone())
        })
    };
    let rest = move || {
        let problem = problem.read();
        let rest = problem
            .as_ref()
            .filter(|(at, _)| at != "current" && at != "new");
        rest.map(|(_, text)| text.clone())
    };
    let submit = move || {
        let lang = lang.get_untracked();
        let (old, wanted) = (current.get_untracked(), new.get_untracked());
        if wanted.chars().count() < PASSWORD_MIN {
            let text = lang.pick("密码至少 8 位", "8 characters at least");
            problem.set(Some(("new".to_owned(), text.to_owned())));
            return;
        }
        problem.set(None);
        busy.set(true);
        let change = ChangePassword {
            current: Some(old).filter(|old| !old.is_empty()),
            new: wanted,
        };
        spawn_local(async move {
            match device.change_password(change).await {
                Ok(()) => {
                    toasts.success(lang.pick("密码已修改", "The password was changed"));
                    open.set(false);
                }
                Err(error) => {
                    let field = error.field().unwrap_or_default().to_owned();
                    let _ = problem.try_set(Some((field, error.message(lang))));
                }
            }
            let _ = busy.try_set(false);
        });
    };
    let (current_label, new_label) = (
        t("当前密码", "Current password"),
        t("新密码", "New password"),
    );
    let current_hint = t(
        "用登录链接进来的，可以不填",
        "Leave it empty if you came by a log-in link",
    );
    let new_hint = t(
        "至少 8 位，好记又不易猜",
        "8 characters at least, easy to remember, hard to guess",
    );
    let save = t("保存", "Save");
    view! {
        <form
            class="form"
            on:submit=move |event| {
                event.prevent_default();
                submit();
            }
        >
            <PasswordField
                name="current-password"
                label=current_label
                hint=current_hint
                value=current
                on_input=move |text| current.set(text)
                error=error("current")
            />
            <PasswordField
                name="new-password"
                label=new_label
                hint=new_hint
                new=true
                required=true
                value=new
                on_input=move |text| new.set(text)
                error=error("new")
            />
            <p class="field-error" role="alert">{rest}</p>
            <Button kind=ButtonKind::Primary wide=true submit=true loading=busy>{save}</Button>
        </form>
    }
    .into_any()
}
