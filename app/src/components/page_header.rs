//! A page's top: title, way back, actions; on the phone with the sync status below.

use icondata_lu as lu;
use leptos::prelude::*;

use crate::{
    components::{icon::Icon, sync_status::SyncStatus},
    i18n::{t, use_lang},
    layout::use_frame,
    platform::document,
    routing::{Area, Page, use_page},
};

/// Every page begins with it. Without `title` it takes the page's own; names the browser's tab too.
///
/// `back` draws the way back (a page without is a tab's first page). Children are the actions at
/// the right: `IconButton`s on the phone, small `Button`s on the desktop.
#[component]
pub fn PageHeader(
    #[prop(optional, into)] title: Option<TextProp>,
    #[prop(optional, into)] subtitle: Option<TextProp>,
    #[prop(optional, into)] back: Option<Page>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let page = use_page();
    let frame = use_frame();
    let lang = use_lang();
    let back_label = t("返回", "Back");
    let name = t("明录", "Minglu");
    let title = title.unwrap_or_else(|| {
        TextProp::from(move || {
            let (zh, en) = page.with(|page| page.as_ref().map_or(("明录", "Minglu"), Page::title));
            lang.get().pick(zh, en)
        })
    });
    let tab_title = title.clone();
    Effect::new(move |_| document::set_title(&format!("{} · {}", tab_title.get(), name())));
    let is_root = back.is_none();
    // The page about the status says it larger.
    let framed = move || {
        page.with(|page| {
            page.as_ref()
                .is_none_or(|page| page.area() != Area::Public && *page != Page::Outbox)
        })
    };
    view! {
        <header class="page-header no-print" class:page-header-root=is_root>
            <div class="page-bar">
                {back
                    .map(|back| {
                        view! {
                            <a class="icon-button page-back" href=back.path() aria-label=back_label>
                                <Icon icon=lu::LuChevronLeft/>
                            </a>
                        }
                    })}
                <div class="page-titles">
                    <h1 class="page-title">{move || title.get()}</h1>
                    {subtitle.map(|text| view! { <p class="page-subtitle">{move || text.get()}</p> })}
                </div>
                <div class="page-actions">{children.map(|children| children())}</div>
            </div>
            {move || {
                framed()
                    .then(|| {
                        view! {
                            <div class="page-sync">
                                <SyncStatus state=frame.sync/>
                            </div>
                        }
                            .into_any()
                    })
            }}
        </header>
    }
    .into_any()
}
