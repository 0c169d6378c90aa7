//! The HTML document: what the server sends, and what the service worker keeps for offline starts.
//!
//! Two documents come out of it. The *shell* (`data-shell` on `<html>`) holds only a splash. A *page*
//! holds the app rendered for its address together with its [`ServerData`], to be read and used before
//! the client is there. In either the client mounts the app anew. Neither has an inline script or
//! style, so that the content security policy can be `script-src 'self' 'wasm-unsafe-eval'; style-src 'self'`.

use domain::{
    Lang, Text,
    api::ApiError,
    api::session::{InvitationCard, PublicActivity},
};
use leptos::prelude::*;

use crate::{App, components::logo::Logo};

/// Where the build's files are; the server fills it from `assets.json`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assets {
    /// Names the build, sent with each heartbeat.
    pub build: String,
    /// `minglu.css`
    pub style: String,
    /// `boot.js`
    pub boot: String,
    /// `minglu.wasm`; fetched at once, not only when `boot.js` asks for it.
    pub wasm: String,
    /// `/manifest.webmanifest`
    pub manifest: String,
    /// `icons/icon.svg`
    pub icon: String,
    /// `icons/apple-touch-icon.png`
    pub apple_touch_icon: String,
}

domain::tagged! {
    "ServerData", tag = "page";
    /// What a server-rendered page shows; embedded in the page, so that the client renders the same.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum ServerData {
        None,
        /// `/login`
        Login {
            /// The organization's name, where the server holds a single one.
            #[serde(default)]
            organization: Option<String>,
            /// Why the form that was sent before the app ran didn't log in.
            #[serde(default)]
            problem: Option<Text>,
        },
        /// `/join/{code}`
        Join {
            invitation: Result<InvitationCard, ApiError>,
            /// Why the form that was sent before the app ran didn't let the newcomer in.
            #[serde(default)]
            problem: Option<Text>,
        },
        /// `/a/{id}`
        PublicActivity {
            activity: Result<PublicActivity, ApiError>,
        },
    }
}

#[expect(
    clippy::derivable_impls,
    reason = "a mark on the variant would stand in both enums of `tagged!`"
)]
impl Default for ServerData {
    fn default() -> Self {
        Self::None
    }
}

/// How the app starts. The server provides it as context; the client reads it from the document.
#[derive(Clone, Debug, Default)]
pub struct Start {
    pub lang: Lang,
    /// Nothing is known of the device.
    pub on_server: bool,
    pub data: ServerData,
}

/// The data of the current server-rendered page; [`ServerData::None`] on any other and after the
/// first navigation.
pub fn use_server_data() -> ServerData {
    use_context::<ServerData>().unwrap_or_default()
}

/// Which document to make.
#[derive(Clone, Debug)]
pub enum Content {
    /// The splash only.
    Shell,
    /// The app, rendered for its address.
    Page { data: ServerData },
}

/// The whole document; whoever renders it provides the address that a [`Content::Page`] is for.
pub fn document(assets: Assets, lang: Lang, content: Content) -> impl IntoView + 'static {
    if let Content::Page { data } = &content {
        provide_context(Start {
            lang,
            on_server: true,
            data: data.clone(),
        });
    }
    view! {
        <!DOCTYPE html>
        <Document assets lang content/>
    }
}

/// The document's head and body.
#[component]
pub fn Document(assets: Assets, lang: Lang, content: Content) -> impl IntoView {
    let title = match &content {
        Content::Page {
            data: ServerData::PublicActivity {
                activity: Ok(activity),
            },
        } => {
            format!("{} · {}", activity.title, activity.organization_name)
        }
        Content::Page {
            data:
                ServerData::Join {
                    invitation: Ok(invitation),
                    ..
                },
        } => lang.pick(
            format!("加入{}", invitation.organization_name),
            format!("Join {}", invitation.organization_name),
        ),
        _ => lang.pick("明录", "Minglu").to_owned(),
    };
    let is_shell = matches!(content, Content::Shell);
    let data = match &content {
        Content::Page { data } => script_json(data),
        Content::Shell => None,
    };
    view! {
        <html
            lang=lang.tag()
            data-shell=is_shell.then_some("")
            data-theme="system"
            data-text="standard"
            data-build=assets.build
        >
            <head>
                <meta charset="utf-8"/>
                <title>{title}</title>
                <meta
                    name="viewport"
                    content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content"
                />
                <meta name="color-scheme" content="light dark"/>
                <meta name="theme-color" content="#f3f6f5" media="(prefers-color-scheme: light)"/>
                <meta name="theme-color" content="#0d1413" media="(prefers-color-scheme: dark)"/>
                <meta
                    name="description"
                    content=lang.pick(
                        "文明单位创建工作记录：离线签到、随手记录、事后同步。",
                        "A civilized unit's record: check in and record offline, sync later.",
                    )
                />
                <meta name="format-detection" content="telephone=no"/>
                <meta name="mobile-web-app-capable" content="yes"/>
                <meta name="apple-mobile-web-app-capable" content="yes"/>
                <meta name="apple-mobile-web-app-title" content="明录"/>
                <meta name="apple-mobile-web-app-status-bar-style" content="default"/>
                <link rel="manifest" href=assets.manifest/>
                <link rel="icon" type="image/svg+xml" href=assets.icon/>
                <link rel="apple-touch-icon" href=assets.apple_touch_icon/>
                <link rel="stylesheet" href=assets.style/>
                {preload(assets.wasm)}
                <script type="module" src=assets.boot></script>
                {data
                    .map(|json| {
                        view! { <script type="application/json" id="server-data" inner_html=json></script> }
                    })}
            </head>
            <body>
                {match content {
                    Content::Shell => view! { <Splash lang/> }.into_any(),
                    Content::Page { .. } => view! { <App/> }.into_any(),
                }}
            </body>
        </html>
    }
    .into_any()
}

/// Fetches the wasm in the same way as the script will; any other way would fetch it twice.
fn preload(wasm: String) -> impl IntoView {
    // The macro doesn't read `as`.
    leptos::html::link()
        .rel("preload")
        .r#as("fetch")
        .r#type("application/wasm")
        .crossorigin("anonymous")
        .href(wasm)
}

/// JSON that can stand inside `<script>`: no `<` can end the element.
fn script_json(data: &ServerData) -> Option<String> {
    serde_json::to_string(data)
        .ok()
        .map(|json| json.replace('<', "\\u003c"))
}

/// What is seen for the moment before the app runs, and for good where it can't.
#[component]
fn Splash(lang: Lang) -> impl IntoView {
    view! {
        <div class="splash">
            <div class="splash-mark"><Logo/></div>
            <p class="splash-name">{lang.pick("明录", "Minglu")}</p>
            <div class="splash-bar" aria-hidden="true"></div>
            <p class="sr-only" role="status">{lang.pick("正在打开…", "Opening…")}</p>
            <noscript>
                <p class="splash-note">
                    "明录需要 JavaScript。请在浏览器设置中启用后再打开。"<br/>
                    "Minglu needs JavaScript. Turn it on in the browser’s settings, then open again."
                </p>
            </noscript>
            <div class="splash-note" data-boot-failed="" hidden="">
                <p>
                    "没能打开。已保存的内容都还在这台设备上。请连上网络后重新打开，或换用较新的浏览器。"
                </p>
                <p lang="en">
                    "It could not open. What you saved is still on this device. Connect to the network and open again, or use a newer browser."
                </p>
                <p><a class="button button-secondary" href="">"重新打开 · Open again"</a></p>
            </div>
        </div>
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    fn assets() -> Assets {
        Assets {
            build: "b1".to_owned(),
            style: "/pkg/minglu.css".to_owned(),
            boot: "/pkg/boot.js".to_owned(),
            wasm: "/pkg/minglu.wasm".to_owned(),
            manifest: "/manifest.webmanifest".to_owned(),
            icon: "/pkg/icon.svg".to_owned(),
            apple_touch_icon: "/pkg/apple.png".to_owned(),
        }
    }

    fn render(assets: &Assets, lang: Lang, path: &str, content: Content) -> String {
        Owner::new().with(|| {
            provide_context(leptos_router::location::RequestUrl::new(path));
            document(assets.clone(), lang, content).to_html()
        })
    }

    #[test]
    fn the_shell_is_marked_and_holds_no_app() {
        let html = render(&assets(), Lang::Zh, "/", Content::Shell);
        assert!(
            html.starts_with("<!DOCTYPE html><html lang=\"zh-CN\" data-shell"),
            "{html}"
        );
        assert!(html.contains("class=\"splash\""));
        assert!(html.contains("as=\"fetch\""), "{html}");
        assert!(!html.contains("<main"));
    }

    #[test]
    fn a_page_carries_its_data_and_no_inline_script_or_style() {
        let data = ServerData::Login {
            organization: Some("</script><b>".to_owned()),
            problem: None,
        };
        let html = render(&assets(), Lang::En, "/login", Content::Page { data });
        assert!(html.contains("<main"), "{html}");
        assert!(html.contains("id=\"server-data\""));
        assert!(!html.contains("</script><b>"));
        assert!(!html.contains(" style="));
        assert!(!html.contains("<style"));
        let scripts = html.matches("<script").count();
        assert_eq!(scripts, 2, "one module, one data block: {html}");
    }

    #[test]
    fn an_unknown_address_renders_the_not_found_page() {
        let page = Content::Page {
            data: ServerData::None,
        };
        assert!(render(&assets(), Lang::En, "/nowhere", page).contains("doesn’t exist"));
    }
}
