//! Log in, also by a one-time link. Server-rendered: the form works before the app has loaded.

use domain::{
    OrganizationId, Text,
    api::session::{ChooseOrganization, LogIn, OrganizationChoice},
};
use icondata_lu as lu;
use leptos::{html, prelude::*, task::spawn_local};
use leptos_router::hooks::use_query_map;

use crate::{
    areas::sessions::next::use_go_on,
    components::{icon::Icon, logo::Logo},
    device::{Device, Online, Phase, device_info},
    i18n::{t, tf, use_lang},
    routing::Page,
    shell::{ServerData, use_server_data},
};

#[component]
pub fn LoginPage() -> impl IntoView {
    let (organization, problem) = match use_server_data() {
        ServerData::Login {
            organization,
            problem,
        } => (organization, problem),
        _ => (None, None),
    };
    let query = use_query_map();
    // Empty on the server, so that no secret is in the document.
    let asked = move |name: &str| query.with(|query| query.get(name));
    let token = move || asked("token").filter(|token| !token.is_empty());
    let idle = move || asked("idle").is_some();
    let (name, hello) = (
        t("明录", "Minglu"),
        t(
            "文明单位创建，随手记、自动传",
            "Records that keep themselves, online or not",
        ),
    );
    let after_idle = t(
        "长时间没有操作，已为您退出。本机内容都还在。",
        "You were logged out after a pause. Everything on this device is still there.",
    );
    view! {
        <div class="entrance">
            <header class="entrance-head">
                <Logo/>
                <h1 class="entrance-title">{name}</h1>
                <p class="entrance-note">{organization.unwrap_or_else(|| hello().to_owned())}</p>
            </header>
            {move || {
                idle().then(|| view! { <p class="banner tone-info" role="status">{after_idle}</p> }.into_any())
            }}
            {move || match token() {
                Some(token) => view! { <ByLink token/> }.into_any(),
                None => view! { <ByPassword problem=problem.clone()/> }.into_any(),
            }}
        </div>
    }
    .into_any()
}

/// `problem` is what the server said to a form that was sent before the app ran.
#[component]
fn ByPassword(problem: Option<Text>) -> impl IntoView {
    let device = Device::get();
    let lang = use_lang();
    let go_on = use_go_on();
    let login = NodeRef::<html::Input>::new();
    let password = NodeRef::<html::Input>::new();
    let problem = RwSignal::new(problem.map(|text| text.get(lang.get_untracked()).to_owned()));
    let busy = RwSignal::new(false);
    let shown = RwSignal::new(false);
    let ready = leptos_ready();
    leave_when_logged_in(device);
    // Where the same log-in exists in several organizations.
    let choices = RwSignal::new(Vec::<OrganizationChoice>::new());

    let enter_at = move |organization_id: Option<OrganizationId>| {
        let (Some(login), Some(password)) = (login.get_untracked(), password.get_untracked())
        else {
            return;
        };
        let (login, password) = (login.value().trim().to_owned(), password.value());
        let words = lang.get_untracked();
        if login.is_empty() || password.is_empty() {
            let missing = words.pick("请填写账号和密码", "Please fill in account and password");
            problem.set(Some(missing.to_owned()));
            return;
        }
        busy.set(true);
        problem.set(None);
        let go_on = go_on.clone();
        let log_in = LogIn {
            device: device_info(Some(&login)),
            login,
            password,
            organization_id,
        };
        choices.set(Vec::new());
        spawn_local(async move {
            match device.log_in(log_in).await {
                Ok(()) => go_on(),
                Err(error) => {
                    if let Some(several) = error.details::<ChooseOrganization>() {
                        choices.set(several.organizations);
                    }
                    problem.set(Some(error.message(words)));
                }
            }
            busy.set(false);
        });
    };
    let at_chosen = enter_at.clone();
    let chooser = move || {
        let buttons: Vec<_> = choices
            .get()
            .into_iter()
            .map(|choice| {
                let enter_at = at_chosen.clone();
                view! {
                    <button
                        type="button"
                        class="button button-secondary button-block"
                        on:click=move |_| enter_at(Some(choice.id))
                    >
                        {choice.name.clone()}
                    </button>
                }
            })
            .collect();
        view! { <div class="stack-tight">{buttons}</div> }.into_any()
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        enter_at(None);
    };

    let account = t("手机号或账号", "Mobile number or user name");
    let word = t("密码", "Password");
    let enter = t("登录", "Log in");
    let show = move || {
        let lang = lang.get();
        if shown.get() {
            lang.pick("隐藏密码", "Hide password")
        } else {
            lang.pick("显示密码", "Show password")
        }
    };
    let help = t(
        "忘记密码，或还没有账号？请联系单位办公室，让他们发一个登录链接或邀请码。",
        "No account yet, or the password is lost? Ask your office for a log-in link or an invitation.",
    );
    view! {
        <form class="entrance-form" method="post" action="/login" on:submit=submit novalidate=ready>
            <div class="field">
                <label class="field-label" for="login">{account}</label>
                <input
                    id="login"
                    name="login"
                    class="input"
                    autocomplete="username"
                    autocapitalize="none"
                    spellcheck="false"
                    required
                    node_ref=login
                    aria-describedby="login-problem"
                />
            </div>
            <div class="field">
                <label class="field-label" for="password">{word}</label>
                <div class="input-group">
                    <input
                        id="password"
                        name="password"
                        class="input"
                        type=move || if shown.get() { "text" } else { "password" }
                        autocomplete="current-password"
                        required
                        node_ref=password
                        aria-describedby="login-problem"
                    />
                    <button
                        type="button"
                        class="icon-button"
                        aria-label=show
                        aria-pressed=move || if shown.get() { "true" } else { "false" }
                        on:click=move |_| shown.update(|shown| *shown = !*shown)
                    >
                        {move || view! { <Icon icon=if shown.get() { lu::LuEyeOff } else { lu::LuEye }/> }}
                    </button>
                </div>
            </div>
            <p id="login-problem" class="field-error" role="alert">{move || problem.get()}</p>
            {chooser}
            <button type="submit" class="button button-primary button-large button-block" disabled=move || busy.get()>
                {enter}
            </button>
            <p class="entrance-help">{help}</p>
        </form>
    }
    .into_any()
}

/// A one-time link logs in by itself as soon as the app runs; the token never stays in the address.
#[component]
fn ByLink(token: String) -> impl IntoView {
    let device = Device::get();
    let lang = use_lang();
    let go_on = use_go_on();
    let problem = RwSignal::new(None::<String>);
    let kept = token.clone();
    let attempt = move || {
        let (token, go_on) = (kept.clone(), go_on.clone());
        problem.set(None);
        spawn_local(async move {
            match device.log_in_once(token).await {
                Ok(()) => go_on(),
                Err(error) => problem.set(Some(error.message(lang.get_untracked()))),
            }
        });
    };
    let first = attempt.clone();
    Effect::new(move |_| first());
    let entering = t("正在登录…", "Logging in…");
    let again = t("再试一次", "Try again");
    let by_password = t("用密码登录", "Log in with a password");
    let hint = tf(|lang| {
        lang.pick(
            "链接只能用一次。如果打不开，请让办公室重新发一个。",
            "A link works once. If it doesn't open, ask the office for a new one.",
        )
        .to_owned()
    });
    view! {
        <div class="entrance-form">
            {move || match problem.get() {
                None => view! {
                    <p class="entrance-wait" role="status"><span class="spinner" aria-hidden="true"></span>{entering}</p>
                }.into_any(),
                Some(text) => {
                    let attempt = attempt.clone();
                    view! {
                        <p class="banner tone-danger" role="alert">{text}</p>
                        <p class="entrance-help">{hint.clone()}</p>
                        <button type="button" class="button button-primary button-large button-block" on:click=move |_| attempt()>{again}</button>
                        <a class="button button-quiet button-block" href=Page::Login.path()>{by_password}</a>
                    }.into_any()
                }
            }}
        </div>
    }
    .into_any()
}

/// Once the app runs it says by itself what is missing, in the person's language.
fn leptos_ready() -> Signal<bool> {
    let ready = RwSignal::new(false);
    Effect::new(move |_| ready.set(true));
    ready.into()
}

/// Whoever is logged in already has no business here.
fn leave_when_logged_in(device: Device) {
    let go_on = use_go_on();
    Effect::new(move |_| {
        let ready = matches!(device.phase(), Phase::Ready(_));
        if ready && matches!(device.online(), Online::LoggedIn(_)) {
            go_on();
        }
    });
}
