//! The frame around a page: tabs on the phone, a sidebar on the desktop, the sync status always.
//!
//! Leaves out how the status comes about: whoever runs the replica writes it into [`Frame`].

mod navigation;

use domain::{Text, areas::people::Role};
use leptos::prelude::*;

use crate::{
    areas::attendances::kiosk::use_kiosk,
    components::{
        sync_status::SyncState,
        system_notices::{BrokenStore, InAppBrowserNotice, UpdateBanner},
    },
    i18n::t,
    layout::navigation::{SideBar, TabBar},
    platform::{self, document},
    preferences::Preferences,
    routing::{Area, Page, use_page},
};

/// Who uses the app on this device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewer {
    pub name: String,
    pub organization: String,
    pub role: Role,
}

impl Viewer {
    /// Whether the office's menu is shown; the server decides what may be done.
    pub fn is_office(&self) -> bool {
        self.role >= Role::Reviewer
    }
}

/// What the frame shows and what it must know. The running app writes these signals; components
/// read them.
#[derive(Clone, Copy)]
pub struct Frame {
    /// `None` before the first log-in.
    pub viewer: RwSignal<Option<Viewer>>,
    /// What the status line says.
    pub sync: RwSignal<SyncState>,
    /// How many records were returned to this person; a mark on the tab.
    pub returned: RwSignal<usize>,
    /// How many records wait for the office; a mark in the sidebar.
    pub to_review: RwSignal<usize>,
    /// How many things a rule kept out and a person must look at; a mark in the sidebar.
    pub held: RwSignal<usize>,
    /// A page with an open form raises it, so that no update is offered under it.
    pub form_open: RwSignal<bool>,
    /// A new version of the app waits for a tap.
    pub update_ready: RwSignal<bool>,
    /// Why the device's store can't be used, and what to do.
    pub broken: RwSignal<Option<Text>>,
}

/// The frame's signals, from any component.
pub fn use_frame() -> Frame {
    use_context::<Frame>().unwrap_or_else(Frame::new)
}

/// Marks the page as one with an open form for as long as the calling component lives.
pub fn hold_update() {
    let frame = use_frame();
    frame.form_open.set(true);
    on_cleanup(move || frame.form_open.set(false));
}

impl Frame {
    fn new() -> Self {
        Self {
            viewer: RwSignal::new(None),
            sync: RwSignal::new(SyncState::Starting),
            returned: RwSignal::new(0),
            to_review: RwSignal::new(0),
            held: RwSignal::new(0),
            form_open: RwSignal::new(false),
            update_ready: RwSignal::new(false),
            broken: RwSignal::new(None),
        }
    }
}

pub(crate) fn provide_frame(preferences: Preferences) {
    let frame = Frame::new();
    provide_context(frame);
    provide_context(preferences);
    Effect::new(move |_| platform::updates::watch(move || frame.update_ready.set(true)));
}

/// Puts the frame around the current page.
#[component]
pub fn Chrome(children: Children) -> impl IntoView {
    let frame = use_frame();
    crate::pages::provide_current_page();
    let page = use_page();
    let area = Memo::new(move |_| page.with(|page| page.as_ref().map_or(Area::Field, Page::area)));
    let kiosk = use_kiosk();
    let framed = move || area.get() != Area::Public && !kiosk.is_on();
    let blocked = Signal::derive(move || {
        frame.form_open.get() || matches!(frame.sync.get(), SyncState::Sending { .. })
    });
    let skip = t("跳到正文", "Skip to content");
    let notices = t("应用提示", "Notices");

    // After a navigation the reader of a screen reader is at the new page's beginning.
    Effect::new(move |before: Option<Option<Page>>| {
        let now = page.get();
        if before.is_some_and(|before| before != now) {
            document::focus("content");
        }
        now
    });

    view! {
        <a class="skip-link" href="#content">{skip}</a>
        <div
            class="frame"
            class:frame-field=move || area.get() == Area::Field
            class:frame-office=move || area.get() == Area::Office
            class:frame-public=move || area.get() == Area::Public
        >
            {move || framed().then(|| view! { <SideBar/> }.into_any())}
            <div class="stage">
                <div class="notices no-print" role="region" aria-label=notices>
                    <InAppBrowserNotice/>
                    <BrokenStore why=frame.broken/>
                    <UpdateBanner ready=frame.update_ready blocked/>
                </div>
                <main id="content" class="content" tabindex="-1">
                    {children()}
                </main>
            </div>
            {move || framed().then(|| view! { <TabBar/> }.into_any())}
        </div>
    }
    .into_any()
}
