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
mod offer;
mod office;
mod outbox;
mod part;
mod premises;
mod public_activity;
mod record;
mod records;

use leptos::prelude::*;
use leptos_router::hooks::use_location;

pub use part::fetch_for_rendered_page;

use crate::{
    areas::attendances::kiosk::use_kiosk,
    routing::{Page, use_page},
};

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
    let kiosk = use_kiosk();
    let shown = move || match kiosk.get() {
        // Whatever the address says.
        Some(kiosk) => Some(Page::Gate(kiosk.activity)),
        None => page.get(),
    };
    move || match shown() {
        None => view! { <not_found::NotFoundPage/> }.into_any(),
        // An address is never read as one.
        Some(Page::Narrowed(..)) => view! { <not_found::NotFoundPage/> }.into_any(),
        Some(Page::Home) => view! { <home::HomePage/> }.into_any(),
        Some(Page::CheckIn) => view! { <check_in::CheckInPage/> }.into_any(),
        Some(Page::CheckInByLink) => view! { <check_in_by_link::CheckInByLinkPage/> }.into_any(),
        Some(Page::Activities) => view! { <activities::ActivitiesPage/> }.into_any(),
        Some(Page::Activity(id)) => view! { <activity::ActivityPage id/> }.into_any(),
        Some(
            page @ (Page::Records
            | Page::NewRecord(_)
            | Page::Record(_)
            | Page::Draft(_)
            | Page::AllPremises
            | Page::Premises(_)),
        ) => part::records(page),
        Some(page @ (Page::Gate(_) | Page::Outbox)) => part::desk(page),
        Some(page @ (Page::Login | Page::Join(_) | Page::PublicActivity(_) | Page::Me)) => {
            part::account(page)
        }
        Some(
            page @ (Page::Office
            | Page::Review
            | Page::ReviewRecord(_)
            | Page::OfficeActivities
            | Page::OfficeActivity(_)
            | Page::NewActivity
            | Page::Roster(_)
            | Page::ImportRoster(_)
            | Page::OfficeAllPremises
            | Page::OfficePremises(_)
            | Page::PremisesImport
            | Page::Evidence
            | Page::EvidenceItem(_)
            | Page::Files
            | Page::Search
            | Page::Standard
            | Page::Standards
            | Page::StandardVersion(_)
            | Page::StandardImport
            | Page::OfficeTasks
            | Page::OfficeTask(_)
            | Page::TaskImport
            | Page::Rectifications
            | Page::Rectification(_)
            | Page::Devices
            | Page::Receipts
            | Page::Rescue
            | Page::People
            | Page::Departments
            | Page::Invitations
            | Page::Quarantine
            | Page::OfficeForms
            | Page::UploadForm
            | Page::OfficeForm(_)
            | Page::Packs
            | Page::PackSheet(..)
            | Page::SelfAssessment
            | Page::OwnAssessment
            | Page::Participation
            | Page::Hours
            | Page::Reports
            | Page::Kit),
        ) => part::office(page),
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
