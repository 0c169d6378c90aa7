//! The root component: provides what every page may ask for, and shows the current page.

use domain::Lang;
use leptos::prelude::*;
use leptos_router::components::Router;

use crate::{
    areas::attendances::kiosk,
    components::toast::{ToastHost, provide_toasts},
    device::Device,
    i18n::provide_language,
    layout::{Chrome, provide_frame},
    pages::CurrentPage,
    platform, preferences,
    shell::{ServerData, Start},
};

/// The whole app. The server renders it for a public page's address; the client mounts it in the place
/// of whatever the document shows.
#[component]
pub fn App() -> impl IntoView {
    let start = use_context::<Start>().unwrap_or_else(client_start);
    let lang = provide_language(start.lang);
    provide_context(start.data);
    let preferences = preferences::provide(lang, start.on_server);
    provide_frame(preferences);
    provide_toasts();
    kiosk::provide(start.on_server);
    Device::provide();
    view! {
        <Router>
            <Chrome>
                <CurrentPage/>
            </Chrome>
            <ToastHost/>
        </Router>
    }
    .into_any()
}

/// What the server put into the document, and what is kept on the device.
fn client_start() -> Start {
    let data = platform::document::server_data()
        .and_then(|json| domain::json::read::<ServerData>(&json).ok())
        .unwrap_or_default();
    let lang = preferences::stored_lang().or_else(platform::document::navigator_lang);
    Start {
        lang: lang.unwrap_or(Lang::Zh),
        on_server: false,
        data,
    }
}
