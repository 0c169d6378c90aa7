//! Join by invitation in half a minute. Server-rendered: the form works before the app has loaded.

use domain::{
    Text,
    api::session::{InvitationCard, Join, PASSWORD_MIN, PRIVACY_NOTICE},
};
use icondata_lu as lu;
use leptos::{html, prelude::*, task::spawn_local};

use crate::{
    areas::sessions::{next::use_go_on, privacy},
    components::{icon::Icon, logo::Logo},
    device::{Device, device_info, invitation},
    i18n::{t, tp, use_format, use_lang},
    shell::{ServerData, use_server_data},
};

#[component]
pub fn JoinPage(code: String) -> impl IntoView {
    let lang = use_lang();
    let (found, refused) = match use_server_data() {
        ServerData::Join {
            invitation,
            problem,
        } => (Some(invitation.map_err(|error| error.message)), problem),
        _ => (None, None),
    };
    let found = RwSignal::new(found);
    // Opened inside the running app: ask for the invitation now.
    let asked = code.clone();
    Effect::new(move |_| {
        if found.with_untracked(Option::is_some) {
            return;
        }
        let code = asked.clone();
        spawn_local(async move {
            let answer = invitation(&code).await.map_err(|error| {
                Text::new(
                    error.message(domain::Lang::Zh),
                    error.message(domain::Lang::En),
                )
            });
            found.set(Some(answer));
        });
    });
    let opening = t("正在打开邀请…", "Opening the invitation…");
    let who = t(
        "请联系发邀请的人，让他们重新发一个。",
        "Please ask whoever sent it for a new one.",
    );
    view! {
        <div class="entrance">
            {move || match found.get() {
                None => view! {
                    <p class="entrance-wait" role="status"><span class="spinner" aria-hidden="true"></span>{opening}</p>
                }.into_any(),
                Some(Err(text)) => view! {
                    <div class="empty" role="alert">
                        <Icon icon=lu::LuMailX/>
                        <h1 class="empty-title">{move || text.get(lang.get()).to_owned()}</h1>
                        <p>{who}</p>
                    </div>
                }.into_any(),
                Some(Ok(card)) => view! {
                    <Card card/>
                    <Fields code=code.clone() refused=refused.clone()/>
                }.into_any(),
            }}
        </div>
    }
    .into_any()
}

/// Who invites, as what.
#[component]
fn Card(card: InvitationCard) -> impl IntoView {
    let f = use_format();
    let invites = t("邀请您加入", "invites you to join");
    let role = tp(card.role.name());
    let until = card.expires_at;
    view! {
        <header class="invitation">
            <Logo/>
            <h1 class="invitation-name">{card.organization_name}</h1>
            <p class="invitation-text">{invites}</p>
            <p class="invitation-as">
                <span class="badge tone-primary">{role}</span>
                {card.department_name.map(|name| view! { <span class="badge">{name}</span> })}
            </p>
            <p class="invitation-until">
                {move || {
                    let day = f.date(until);
                    f.lang().pick(format!("{day}前有效"), format!("Valid until {day}"))
                }}
            </p>
        </header>
    }
    .into_any()
}

/// `refused` is what the server said to a form that was sent before the app ran.
#[component]
fn Fields(code: String, refused: Option<Text>) -> impl IntoView {
    let device = Device::get();
    let lang = use_lang();
    let go_on = use_go_on();
    let (name, mobile, password, agree) = (
        NodeRef::<html::Input>::new(),
        NodeRef::<html::Input>::new(),
        NodeRef::<html::Input>::new(),
        NodeRef::<html::Input>::new(),
    );
    // Which field is wrong (empty: the whole), and why.
    let problem = RwSignal::new(None::<(String, String)>);
    let busy = RwSignal::new(false);
    let shown = RwSignal::new(false);
    let ready = RwSignal::new(false);
    Effect::new(move |_| ready.set(true));

    let action = format!("/join/{code}");
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let value = |node: NodeRef<html::Input>| {
            node.get_untracked()
                .map(|input| input.value())
                .unwrap_or_default()
        };
        let agreed = agree.get_untracked().is_some_and(|input| input.checked());
        let join = Join {
            name: value(name).trim().to_owned(),
            mobile: value(mobile).chars().filter(char::is_ascii_digit).collect(),
            password: value(password),
            privacy_notice: PRIVACY_NOTICE.to_owned(),
            device: device_info(None),
        };
        let words = lang.get_untracked();
        if let Some((field, text)) = first_problem(&join, agreed) {
            problem.set(Some((
                field.to_owned(),
                words.pick(text.0, text.1).to_owned(),
            )));
            crate::platform::document::focus(&format!("join-{field}"));
            return;
        }
        problem.set(None);
        busy.set(true);
        let (code, go_on) = (code.clone(), go_on.clone());
        spawn_local(async move {
            match device.join(&code, join).await {
                Ok(()) => go_on(),
                Err(error) => {
                    let field = error.field().unwrap_or_default().to_owned();
                    problem.set(Some((field, error.message(words))));
                }
            }
            busy.set(false);
        });
    };
    let error = move |field: &'static str| {
        move || {
            problem.with(|problem| {
                problem
                    .as_ref()
                    .filter(|(at, _)| at == field)
                    .map(|(_, text)| text.clone())
            })
        }
    };
    let known = ["name", "mobile", "password", "agree"];
    let rest = move || {
        problem
            .get()
            .filter(|(at, _)| !known.contains(&at.as_str()))
            .map(|(_, text)| text)
            .or_else(|| Some(refused.as_ref()?.get(lang.get()).to_owned()))
    };
    let show = move || {
        let lang = lang.get();
        if shown.get() {
            lang.pick("隐藏密码", "Hide password")
        } else {
            lang.pick("显示密码", "Show password")
        }
    };
    view! {
        <form class="entrance-form" method="post" action=action on:submit=submit novalidate=move || ready.get()>
            <div class="field">
                <label class="field-label" for="join-name">{t("姓名", "Name")}</label>
                <input id="join-name" name="name" class="input" autocomplete="name" required maxlength="40"
                    node_ref=name aria-describedby="join-name-error"/>
                <p id="join-name-error" class="field-error" role="alert">{error("name")}</p>
            </div>
            <div class="field">
                <label class="field-label" for="join-mobile">{t("手机号", "Mobile number")}</label>
                <input id="join-mobile" name="mobile" class="input" type="tel" inputmode="numeric"
                    autocomplete="tel-national" required maxlength="20" node_ref=mobile
                    aria-describedby="join-mobile-error"/>
                <p id="join-mobile-error" class="field-error" role="alert">{error("mobile")}</p>
            </div>
            <div class="field">
                <label class="field-label" for="join-password">{t("设置密码", "Choose a password")}</label>
                <div class="input-group">
                    <input id="join-password" name="password" class="input"
                        type=move || if shown.get() { "text" } else { "password" }
                        autocomplete="new-password" required minlength=PASSWORD_MIN maxlength="200"
                        node_ref=password aria-describedby="join-password-hint join-password-error"/>
                    <button type="button" class="icon-button" aria-label=show
                        aria-pressed=move || if shown.get() { "true" } else { "false" }
                        on:click=move |_| shown.update(|shown| *shown = !*shown)>
                        {move || view! { <Icon icon=if shown.get() { lu::LuEyeOff } else { lu::LuEye }/> }}
                    </button>
                </div>
                <p id="join-password-hint" class="field-hint">{t("至少 8 位，好记又不易猜", "8 characters at least, easy to remember, hard to guess")}</p>
                <p id="join-password-error" class="field-error" role="alert">{error("password")}</p>
            </div>
            <section class="privacy">
                <h2 class="privacy-title"><Icon icon=lu::LuShieldCheck/>{t("您的信息", "Your data")}</h2>
                <p>{move || privacy::short(lang.get())}</p>
                <details>
                    <summary>{t("查看完整说明", "Read all of it")}</summary>
                    {move || privacy::full(lang.get()).iter().map(|(title, text)| view! {
                        <h3>{*title}</h3>
                        <p>{*text}</p>
                    }).collect_view()}
                </details>
                <label class="check">
                    <input id="join-agree" name="agree" type="checkbox" value=PRIVACY_NOTICE required node_ref=agree
                        aria-describedby="join-agree-error"/>
                    <span>{t("我已阅读并同意", "I have read this and agree")}</span>
                </label>
                <p id="join-agree-error" class="field-error" role="alert">{error("agree")}</p>
            </section>
            <p class="field-error" role="alert">{rest}</p>
            <button type="submit" class="button button-primary button-large button-block" disabled=move || busy.get()>
                {t("加入", "Join")}
            </button>
        </form>
    }
    .into_any()
}

type Words = (&'static str, &'static str);

/// The first field that can't be right, so that nobody waits for the server to say so.
fn first_problem(join: &Join, agreed: bool) -> Option<(&'static str, Words)> {
    let mobile = join.mobile.as_bytes();
    let is_mobile = mobile.len() == 11 && mobile[0] == b'1' && (b'3'..=b'9').contains(&mobile[1]);
    if join.name.is_empty() {
        return Some(("name", ("请填写姓名", "Please give your name")));
    }
    if !is_mobile {
        let text = ("手机号应为 11 位数字", "A mobile number has 11 digits");
        return Some(("mobile", text));
    }
    if join.password.chars().count() < PASSWORD_MIN {
        return Some(("password", ("密码至少 8 位", "8 characters at least")));
    }
    if !agreed {
        let text = ("请先阅读并勾选同意", "Please read the notice and agree");
        return Some(("agree", text));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::api::session::{DeviceInfo, DeviceKind};

    fn join(name: &str, mobile: &str, password: &str) -> Join {
        Join {
            name: name.to_owned(),
            mobile: mobile.to_owned(),
            password: password.to_owned(),
            privacy_notice: PRIVACY_NOTICE.to_owned(),
            device: DeviceInfo {
                device_id: None,
                name: String::new(),
                kind: DeviceKind::Phone,
                app_build: String::new(),
            },
        }
    }

    #[test]
    fn the_first_wrong_field_is_named() {
        let field = |join: &Join, agreed| first_problem(join, agreed).map(|(field, _)| field);
        assert_eq!(field(&join("", "1", ""), false), Some("name"));
        assert_eq!(field(&join("王", "12800000000", ""), false), Some("mobile"));
        assert_eq!(
            field(&join("王", "13800000000", "1234567"), false),
            Some("password")
        );
        assert_eq!(
            field(&join("王", "13800000000", "密码也可以是中文"), false),
            Some("agree")
        );
        assert_eq!(field(&join("王", "13800000000", "12345678"), true), None);
    }
}
