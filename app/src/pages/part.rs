//! The pages that a phone need not load before its first screen: in a release each group is a file of
//! its own, fetched when one of its pages is opened.
//!
//! Leaves out how a part is cut off the client (`xtask/src/client/split.rs`).

use leptos::prelude::*;

use super::{
    draft, gate, join, kit, login, me, new_record, office, outbox, premises, public_activity,
    record, records,
};
use crate::{areas::attendances::kiosk::use_kiosk, routing::Page};

/// The pages of the office, and the kit. Not kept for offline use: they show what the server has.
pub fn draw_office(page: Page) -> AnyView {
    match page {
        Page::Office => view! { <office::overview::OverviewPage/> }.into_any(),
        Page::Review => view! { <office::review::ReviewPage/> }.into_any(),
        Page::ReviewRecord(id) => {
            view! { <office::review_record::ReviewRecordPage id/> }.into_any()
        }
        Page::OfficeActivities => view! { <office::activities::OfficeActivitiesPage/> }.into_any(),
        Page::OfficeActivity(id) => view! { <office::activity::OfficeActivityPage id/> }.into_any(),
        Page::NewActivity => view! { <office::new_activity::NewActivityPage/> }.into_any(),
        Page::Roster(id) => view! { <office::roster::RosterPage id/> }.into_any(),
        Page::ImportRoster(id) => {
            view! { <office::roster_import::ImportRosterPage id/> }.into_any()
        }
        Page::OfficeAllPremises => view! { <office::premises::OfficeAllPremisesPage/> }.into_any(),
        Page::OfficePremises(id) => {
            view! { <office::premises::one::OfficePremisesPage id/> }.into_any()
        }
        Page::PremisesImport => view! { <office::premises::import::ImportPage/> }.into_any(),
        Page::Evidence => view! { <office::evidence::EvidencePage/> }.into_any(),
        Page::EvidenceItem(code) => {
            view! { <office::evidence::item::EvidenceItemPage code/> }.into_any()
        }
        Page::Files => view! { <office::files::FilesPage/> }.into_any(),
        Page::Search => view! { <office::search::SearchPage/> }.into_any(),
        Page::Standard => view! { <office::standards::StandardPage id=None/> }.into_any(),
        Page::Standards => view! { <office::standards::StandardsPage/> }.into_any(),
        Page::StandardVersion(id) => {
            view! { <office::standards::StandardPage id=Some(id)/> }.into_any()
        }
        Page::StandardImport => view! { <office::standards::ImportStandardPage/> }.into_any(),
        Page::OfficeTasks => view! { <office::tasks::OfficeTasksPage/> }.into_any(),
        Page::OfficeTask(id) => view! { <office::tasks::one::OfficeTaskPage id/> }.into_any(),
        Page::TaskImport => view! { <office::tasks::import::TaskImportPage/> }.into_any(),
        Page::Rectifications => view! { <office::rectifications::RectificationsPage/> }.into_any(),
        Page::Rectification(id) => {
            view! { <office::rectifications::one::RectificationPage id/> }.into_any()
        }
        Page::Devices => view! { <office::devices::DevicesPage/> }.into_any(),
        Page::People => view! { <office::people::PeoplePage/> }.into_any(),
        Page::Departments => view! { <office::departments::DepartmentsPage/> }.into_any(),
        Page::Invitations => view! { <office::invitations::InvitationsPage/> }.into_any(),
        Page::Quarantine => view! { <office::quarantine::QuarantinePage/> }.into_any(),
        Page::OfficeForms => view! { <office::forms::FormsPage/> }.into_any(),
        Page::UploadForm => view! { <office::forms::UploadFormPage/> }.into_any(),
        Page::OfficeForm(id) => view! { <office::forms::FormPage id/> }.into_any(),
        Page::Receipts => view! { <office::receipts::ReceiptsPage/> }.into_any(),
        Page::Rescue => view! { <office::rescue::RescuePage/> }.into_any(),
        Page::SelfAssessment => view! { <office::self_assessment::SelfAssessmentPage/> }.into_any(),
        Page::OwnAssessment => view! { <office::self_assessment::OwnAssessmentPage/> }.into_any(),
        Page::Participation => view! { <office::participation::ParticipationPage/> }.into_any(),
        Page::Hours => view! { <office::hours::HoursPage/> }.into_any(),
        Page::Reports => view! { <office::reports::ReportsPage/> }.into_any(),
        Page::Packs => view! { <office::packs::PacksPage/> }.into_any(),
        Page::PackSheet(year, number) => {
            view! { <office::packs::sheet::PackSheetPage year number/> }.into_any()
        }
        Page::Kit => view! { <kit::KitPage/> }.into_any(),
        _ => ().into_any(),
    }
}

/// Getting in, and what one looks at once in a while.
pub fn draw_account(page: Page) -> AnyView {
    match page {
        Page::Login => view! { <login::LoginPage/> }.into_any(),
        Page::Join(code) => view! { <join::JoinPage code/> }.into_any(),
        Page::PublicActivity(id) => view! { <public_activity::PublicActivityPage id/> }.into_any(),
        Page::Me => view! { <me::MePage/> }.into_any(),
        _ => ().into_any(),
    }
}

/// Records: the list, one of them, filling one in.
pub fn draw_records(page: Page) -> AnyView {
    match page {
        Page::Records => view! { <records::RecordsPage/> }.into_any(),
        Page::NewRecord(form) => view! { <new_record::NewRecordPage form/> }.into_any(),
        Page::Record(id) => view! { <record::RecordPage id/> }.into_any(),
        Page::Draft(id) => view! { <draft::DraftPage id/> }.into_any(),
        Page::AllPremises => view! { <premises::AllPremisesPage/> }.into_any(),
        Page::Premises(id) => view! { <premises::one::PremisesPage id/> }.into_any(),
        _ => ().into_any(),
    }
}

/// The organizer's desk, and what waits to be sent.
pub fn draw_desk(page: Page) -> AnyView {
    match page {
        Page::Gate(id) => match use_kiosk().now() {
            Some(kiosk) => view! { <gate::kiosk::KioskPage kiosk/> }.into_any(),
            None => view! { <gate::GatePage id/> }.into_any(),
        },
        Page::Outbox => view! { <outbox::OutboxPage/> }.into_any(),
        _ => ().into_any(),
    }
}

/// Waits for what a page needs that the server rendered, so that the app draws it at once and what was
/// typed into it meanwhile finds its fields.
pub async fn fetch_for_rendered_page() {
    // Where it can't be fetched the page will say so.
    #[cfg(minglu_split)]
    cut::fetch_account().await.ok();
}

/// Everything in one file.
#[cfg(not(minglu_split))]
pub use {
    draw_account as account, draw_desk as desk, draw_office as office, draw_records as records,
};

#[cfg(minglu_split)]
pub use cut::{account, desk, office, records};

#[cfg(minglu_split)]
mod cut {
    use futures::{FutureExt as _, future::LocalBoxFuture};
    use leptos::{prelude::*, task::spawn_local, wasm_split};

    use crate::{
        components::{
            button::Button,
            page_header::PageHeader,
            status::{Art, EmptyState, Skeleton},
        },
        i18n::t,
        platform::updates,
        routing::Page,
    };

    /// Cuts off a part: what only `$drawn` reaches is in it.
    macro_rules! part {
        ($part:ident, $drawn:ident, $fetch:ident, $draw:ident) => {
            #[wasm_split::wasm_split($part, wasm_split_path = leptos::wasm_split, preload($fetch), fallible)]
            pub(super) fn $drawn(page: Page) -> Result<AnyView, wasm_split::SplitLoaderError> {
                Ok(super::$draw(page))
            }

            pub fn $part(page: Page) -> AnyView {
                show(
                    move || $drawn(page.clone()).now_or_never()?.ok(),
                    || $fetch().map(|fetched| fetched.is_ok()).boxed_local(),
                )
            }
        };
    }

    part!(account, account_part, fetch_account, draw_account);
    part!(desk, desk_part, fetch_desk, draw_desk);
    part!(office, office_part, fetch_office, draw_office);
    part!(records, records_part, fetch_records, draw_records);

    /// The page, at once where its part is there already.
    fn show(
        draw: impl Fn() -> Option<AnyView> + Send + 'static,
        fetch: fn() -> LocalBoxFuture<'static, bool>,
    ) -> AnyView {
        if let Some(view) = draw() {
            return view;
        }
        let fetched = RwSignal::new(None::<bool>);
        spawn_local(async move {
            let outcome = fetch().await;
            // Nobody waits for it any more, if the person went on to another page.
            let _ = fetched.try_set(Some(outcome));
        });
        let title = t(
            "这一页还没有下载到本机",
            "This page isn’t on this device yet",
        );
        let text = t(
            "请连上网络再打开。如果一直打不开，请重新载入，可能有新版本。",
            "Go online and try again. If that doesn’t help, reload: there may be a new version.",
        );
        let again = t("重新载入", "Reload");
        (move || match fetched.get() {
            None => view! {
                <PageHeader/>
                <div class="page"><Skeleton/></div>
            }
            .into_any(),
            Some(true) => draw().unwrap_or_else(|| ().into_any()),
            Some(false) => view! {
                <PageHeader/>
                <div class="page page-narrow">
                    <EmptyState art=Art::Offline title text>
                        <Button on_click=updates::take_over>{again}</Button>
                    </EmptyState>
                </div>
            }
            .into_any(),
        })
        .into_any()
    }
}
