//! Notices about the app itself: an unsafe in-app browser, a store that can't be used, a new version,
//! installing.

use domain::Text;
use icondata_lu as lu;
use leptos::prelude::*;

use crate::{
    components::{
        Tone,
        button::{Button, ButtonKind},
        icon::Icon,
        logo::Logo,
        status::Banner,
    },
    i18n::{t, use_lang},
    platform::{device, install, updates},
};

/// In WeChat's browser: storage may not last; how to open the app in the system's browser.
#[component]
pub fn InAppBrowserNotice() -> impl IntoView {
    // Known only on the device, hence in an effect.
    let shown = RwSignal::new(false);
    Effect::new(move |_| shown.set(device::is_wechat()));
    let title = t("请用手机浏览器打开明录", "Open Minglu in your browser");
    let why = t(
        "在微信里，离线保存的记录可能被清掉。",
        "Inside WeChat, records kept offline may be wiped.",
    );
    let first = t("点右上角的", "Tap the menu at the top right");
    let then = t("选“在浏览器打开”", "Choose “Open in browser”");
    let close = t("知道了", "Close");
    move || {
        shown.get().then(|| {
            view! {
                <section class="in-app-notice" aria-label=title>
                    <div class="in-app-text">
                        <p class="in-app-title">{title}</p>
                        <p>{why}</p>
                        <ol class="in-app-steps">
                            <li>
                                {first} <span class="in-app-key"><Icon icon=lu::LuEllipsis/></span>
                            </li>
                            <li>
                                {then} <span class="in-app-key"><Icon icon=lu::LuGlobe/></span>
                            </li>
                        </ol>
                    </div>
                    <button
                        type="button"
                        class="icon-button"
                        aria-label=close
                        on:click=move |_| shown.set(false)
                    >
                        <Icon icon=lu::LuX/>
                    </button>
                    <svg class="in-app-arrow" viewBox="0 0 40 48" aria-hidden="true">
                        <path d="M6 44C6 26 14 14 32 8M22 6l11 1-5 10"></path>
                    </svg>
                </section>
            }
            .into_any()
        })
    }
}

/// The device's store can't be used, so that no page can show or keep anything: why, and the way on.
#[component]
pub fn BrokenStore(#[prop(into)] why: Signal<Option<Text>>) -> impl IntoView {
    let lang = use_lang();
    let title = t("本机存储打不开", "The store on this device can’t be opened");
    let again = t("重新打开", "Open again");
    move || {
        why.get().map(|why| {
            view! {
                <Banner tone=Tone::Danger title>
                    <p>{move || why.get(lang.get()).to_owned()}</p>
                    <a class="button button-secondary button-small" href="" rel="external">
                        {again}
                    </a>
                </Banner>
            }
            .into_any()
        })
    }
}

/// "A new version is ready": takes it on a tap; hidden while `blocked` (open form, sending).
#[component]
pub fn UpdateBanner(
    #[prop(into)] ready: Signal<bool>,
    #[prop(into)] blocked: Signal<bool>,
) -> impl IntoView {
    let text = t("新版本已就绪", "A new version is ready");
    let action = t("点此更新", "Update now");
    let busy = RwSignal::new(false);
    move || {
        (ready.get() && !blocked.get()).then(|| {
            view! {
                <button
                    type="button"
                    class="update-banner"
                    disabled=move || busy.get()
                    on:click=move |_| {
                        busy.set(true);
                        updates::take_over();
                    }
                >
                    <Icon icon=lu::LuRefreshCw/>
                    <span>{text}</span>
                    <span class="update-action">{action}</span>
                </button>
            }
            .into_any()
        })
    }
}

/// How to put the app on the home screen: the browser's own question where it has one, else the
/// steps on iOS. Nothing when it is there already.
#[component]
pub fn InstallHint() -> impl IntoView {
    let offered = RwSignal::new(false);
    let ios = RwSignal::new(false);
    Effect::new(move |_| {
        if !device::is_standalone() {
            ios.set(device::is_ios() && !device::is_wechat());
            install::watch(move || {
                let _ = offered.try_set(true);
            });
        }
    });
    let title = t("把明录放到桌面", "Put Minglu on the home screen");
    let why = t(
        "像普通应用一样打开，没有信号也能用。",
        "It opens like any app, also without a signal.",
    );
    let add = t("添加", "Add");
    let share = t("点底部的分享", "Tap Share at the bottom");
    let choose = t("选“添加到主屏幕”", "Choose “Add to Home Screen”");
    move || {
        (offered.get() || ios.get()).then(|| {
            let action = if offered.get() {
                view! {
                    <Button
                        kind=ButtonKind::Primary
                        small=true
                        icon=lu::LuDownload
                        on_click=move || {
                            install::prompt();
                            offered.set(false);
                        }
                    >
                        {add}
                    </Button>
                }
                .into_any()
            } else {
                view! {
                    <ol class="in-app-steps">
                        <li>{share} <span class="in-app-key"><Icon icon=lu::LuShare/></span></li>
                        <li>{choose} <span class="in-app-key"><Icon icon=lu::LuSquarePlus/></span></li>
                    </ol>
                }
                .into_any()
            };
            view! {
                <section class="install-hint" aria-label=title>
                    <Logo/>
                    <div class="install-text">
                        <p class="install-title">{title}</p>
                        <p>{why}</p>
                        {action}
                    </div>
                </section>
            }
            .into_any()
        })
    }
}
