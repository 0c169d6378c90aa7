//! One file per page, and the `match` that shows the current one.
//!
//! A page is a component of its own: it begins with `PageHeader`, then a `<div class="page">` (see
//! the page classes in `components`). What several pages of an area share is under `areas/`.

mod activities;
mod activity;
mod check_in;
mod check_in_by_link;
mod draft;
mod gate;
mod home;
mod join;
mod kit;
mod login;
mod me;
mod new_record;
mod not_found;
mod office;
mod outbox;
mod public_activity;
mod record;
mod records;

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::routing::{Page, use_page};

/// Derives the current page from the address.
pub(crate) fn provide_current_page() {
    let path = use_location().pathname;
    provide_context(Memo::new(move |_| path.with(|path| Page::parse(path))));
}

/// The current page.
#[component]
pub(crate) fn CurrentPage() -> impl IntoView {
    finish_navigations();
    let page = use_page();
    move || match page.get() {
        None => view! { <not_found::NotFoundPage/> }.into_any(),
        Some(Page::Home) => view! { <home::HomePage/> }.into_any(),
        Some(Page::CheckIn) => view! { <check_in::CheckInPage/> }.into_any(),
        Some(Page::CheckInByLink) => view! { <check_in_by_link::CheckInByLinkPage/> }.into_any(),
        Some(Page::Activities) => view! { <activities::ActivitiesPage/> }.into_any(),
        Some(Page::Activity(id)) => view! { <activity::ActivityPage id/> }.into_any(),
        Some(Page::Gate(id)) => view! { <gate::GatePage id/> }.into_any(),
        Some(Page::Records) => view! { <records::RecordsPage/> }.into_any(),
        Some(Page::NewRecord(form)) => view! { <new_record::NewRecordPage form/> }.into_any(),
        Some(Page::Record(id)) => view! { <record::RecordPage id/> }.into_any(),
        Some(Page::Draft(id)) => view! { <draft::DraftPage id/> }.into_any(),
        Some(Page::Me) => view! { <me::MePage/> }.into_any(),
        Some(Page::Outbox) => view! { <outbox::OutboxPage/> }.into_any(),
        Some(Page::Login) => view! { <login::LoginPage/> }.into_any(),
        Some(Page::Join(code)) => view! { <join::JoinPage code/> }.into_any(),
        Some(Page::PublicActivity(id)) => {
            view! { <public_activity::PublicActivityPage id/> }.into_any()
        }
        Some(Page::Office) => view! { <office::overview::OverviewPage/> }.into_any(),
        Some(Page::Review) => view! { <office::review::ReviewPage/> }.into_any(),
        Some(Page::ReviewRecord(id)) => {
            view! { <office::review_record::ReviewRecordPage id/> }.into_any()
        }
        Some(Page::OfficeActivities) => {
            view! { <office::activities::OfficeActivitiesPage/> }.into_any()
        }
        Some(Page::OfficeActivity(id)) => {
            view! { <office::activity::OfficeActivityPage id/> }.into_any()
        }
        Some(Page::NewActivity) => view! { <office::new_activity::NewActivityPage/> }.into_any(),
        Some(Page::Roster(id)) => view! { <office::roster::RosterPage id/> }.into_any(),
        Some(Page::Devices) => view! { <office::devices::DevicesPage/> }.into_any(),
        Some(Page::People) => view! { <office::people::PeoplePage/> }.into_any(),
        Some(Page::Departments) => view! { <office::departments::DepartmentsPage/> }.into_any(),
        Some(Page::Invitations) => view! { <office::invitations::InvitationsPage/> }.into_any(),
        Some(Page::Quarantine) => view! { <office::quarantine::QuarantinePage/> }.into_any(),
        Some(Page::Kit) => view! { <kit::KitPage/> }.into_any(),
    }
}

/// The router waits for its own `Routes` before it writes the new address into the history. There
/// are none here, so say that the page is shown.
fn finish_navigations() {
    #[cfg(target_arch = "wasm32")]
    if let Some(browser) = use_context::<leptos_router::location::BrowserUrl>() {
        use leptos_router::location::LocationProvider;
        let path = use_location().pathname;
        Effect::new(move |_| {
            path.track();
            browser.ready_to_complete();
        });
    }
}
