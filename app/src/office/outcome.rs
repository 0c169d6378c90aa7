//! How a page looks while it waits, can't reach the server, or was refused.

use icondata_lu as lu;
use leptos::prelude::*;

use crate::{
    components::{
        Tone,
        button::{Button, ButtonKind, ButtonLink},
        status::{Art, Banner, EmptyState, ErrorState, Skeleton},
    },
    http::CallError,
    i18n::{t, use_lang},
    routing::Page,
};

/// Gray lines, while nothing was read yet.
#[component]
pub fn Loading(#[prop(default = 6)] rows: usize) -> impl IntoView {
    view! { <Skeleton rows/> }.into_any()
}

/// In a page's place, when there is nothing to show: why, and what to do.
#[component]
pub fn LoadProblem(error: CallError, #[prop(into)] on_retry: Callback<()>) -> impl IntoView {
    let lang = use_lang();
    let again = t("再试一次", "Try again");
    match error.status() {
        0 => {
            let title = t("现在连不上服务器", "Can’t reach the server");
            let text = t(
                "办公页面需要联网。网络恢复后会自动载入；外勤页面离线也能用。",
                "The office’s pages need the network and load by themselves once it is back. The field pages work offline.",
            );
            view! {
                <EmptyState art=Art::Offline title text>
                    <Button icon=lu::LuRotateCcw on_click=on_retry>{again}</Button>
                </EmptyState>
            }
            .into_any()
        }
        401 => {
            let title = t("登录已过期", "Your log-in has ended");
            let text = t(
                "为安全起见，长时间不操作会自动退出。请重新登录。",
                "For safety you are logged out after a while without a move. Please log in again.",
            );
            let log_in = t("重新登录", "Log in again");
            view! {
                <EmptyState art=Art::People title text>
                    <ButtonLink to=Page::Login kind=ButtonKind::Primary icon=lu::LuLogIn>
                        {log_in}
                    </ButtonLink>
                </EmptyState>
            }
            .into_any()
        }
        403 => {
            let title = t("您没有办公权限", "This is for the office");
            let text = t(
                "如需审核或管理，请联系单位管理员开通。",
                "Ask your administrator if you are to review or manage.",
            );
            let home = t("回到首页", "Home");
            view! {
                <EmptyState art=Art::People title text>
                    <ButtonLink to=Page::Home>{home}</ButtonLink>
                </EmptyState>
            }
            .into_any()
        }
        404 => {
            let title = t("找不到这一项", "Not found");
            let text = t(
                "它可能属于别的单位，或者地址不完整。",
                "It may belong to another organization, or the address is incomplete.",
            );
            view! { <EmptyState art=Art::Search title text/> }.into_any()
        }
        _ => {
            let title = t("没能载入", "Couldn’t load this");
            let text = move || error.message(lang.get());
            view! { <ErrorState title text on_retry/> }.into_any()
        }
    }
}

/// Above what was read before, when it can't be read again: what is shown may be old.
#[component]
pub fn Stale(
    #[prop(into)] error: Signal<Option<CallError>>,
    #[prop(into)] on_retry: Callback<()>,
) -> impl IntoView {
    let lang = use_lang();
    let again = t("再试一次", "Try again");
    let title = t("下面可能不是最新的", "This may not be the latest");
    let log_in = t("重新登录", "Log in again");
    move || {
        error.get().map(|error| {
            let expired = error.status() == 401;
            let text = move || error.message(lang.get());
            view! {
                <Banner tone=Tone::Warning title>
                    <p>{text}</p>
                    {if expired {
                        view! { <ButtonLink to=Page::Login small=true>{log_in}</ButtonLink> }
                            .into_any()
                    } else {
                        view! { <Button small=true on_click=on_retry>{again}</Button> }.into_any()
                    }}
                </Banner>
            }
            .into_any()
        })
    }
}

/// Beside the button: why the act wasn't done. Fields say their own errors.
#[component]
pub fn ActProblem(
    #[prop(into)] error: Signal<Option<CallError>>,
    /// Names of the fields that show their own error.
    #[prop(optional)]
    fields: &'static [&'static str],
) -> impl IntoView {
    let lang = use_lang();
    let kept = t("填写的内容都还在。", "What you typed is still here.");
    let log_in = t("重新登录", "Log in again");
    move || {
        error
            .get()
            .filter(|error| error.field().is_none_or(|field| !fields.contains(&field)))
            .map(|error| {
                let status = error.status();
                let title = move || error.message(lang.get());
                view! {
                    <Banner tone=Tone::Danger title>
                        {(status == 0).then(|| view! { <p>{kept}</p> })}
                        {(status == 401)
                            .then(|| view! { <a href=Page::Login.path()>{log_in}</a> })}
                    </Banner>
                }
                .into_any()
            })
    }
}
