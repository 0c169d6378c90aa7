//! The two menus: tabs at the phone's lower edge, the sidebar on the desktop.

use domain::{api::office::SubmissionCounts, areas::people::Role};
use icondata_core::Icon as IconData;
use icondata_lu as lu;
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use crate::{
    address,
    components::{avatar::Avatar, icon::Icon, logo::Logo, sync_status::SyncStatus},
    i18n::{t, tp},
    layout::use_frame,
    office::{Remote, use_remote},
    routing::{Area, Page, use_page},
};

pub const COUNTS: &str = "/api/office/submissions/counts";

/// Whether the current page is found under this one.
fn is_current(page: Memo<Option<Page>>, to: &Page) -> bool {
    page.with(|page| page.as_ref().is_some_and(|page| page.section() == *to))
}

#[component]
fn Tab(
    to: Page,
    icon: IconData,
    #[prop(optional)] center: bool,
    #[prop(optional, into)] count: Signal<usize>,
) -> impl IntoView {
    let page = use_page();
    let (path, title) = (to.path(), tp(to.title()));
    let section = to.clone();
    view! {
        <a
            href=path
            class="tab"
            class:tab-center=center
            aria-current=move || is_current(page, &section).then_some("page")
        >
            <span class="tab-icon">
                <Icon icon/>
                <Count count/>
            </span>
            <span class="tab-label">{title}</span>
        </a>
    }
    .into_any()
}

/// The phone's tabs.
#[component]
pub fn TabBar() -> impl IntoView {
    let frame = use_frame();
    let label = t("主导航", "Main");
    view! {
        <nav class="tab-bar no-print" aria-label=label>
            <Tab to=Page::Home icon=lu::LuHouse/>
            <Tab to=Page::Activities icon=lu::LuCalendarDays/>
            <Tab to=Page::CheckIn icon=lu::LuScanLine center=true/>
            <Tab to=Page::Records icon=lu::LuNotebookPen count=frame.returned/>
            <Tab to=Page::Me icon=lu::LuCircleUser/>
        </nav>
    }
    .into_any()
}

/// A number that wants attention; nothing at zero.
#[component]
fn Count(#[prop(into)] count: Signal<usize>) -> impl IntoView {
    move || {
        let count = count.get();
        (count > 0).then(|| {
            let text = if count > 99 {
                "99+".to_owned()
            } else {
                count.to_string()
            };
            view! { <span class="count">{text}</span> }.into_any()
        })
    }
}

#[component]
fn SideLink(
    to: Page,
    icon: IconData,
    #[prop(optional, into)] count: Signal<usize>,
) -> impl IntoView {
    let page = use_page();
    let (path, title) = (to.path(), tp(to.title()));
    let section = to.clone();
    view! {
        <li>
            <a
                href=path
                class="side-link"
                aria-current=move || is_current(page, &section).then_some("page")
            >
                <Icon icon/>
                <span class="side-label">{title}</span>
                <Count count/>
            </a>
        </li>
    }
    .into_any()
}

/// A search from any page of the office; the page itself asks again as one types.
#[component]
fn SideSearch() -> impl IntoView {
    let page = use_page();
    let navigate = use_navigate();
    let input = NodeRef::<leptos::html::Input>::new();
    let label = t("搜索记录、照片、文件", "Search records, photos, files");
    let find = move |ev: leptos::ev::SubmitEvent| {
        ev.prevent_default();
        let Some(input) = input.get_untracked() else {
            return;
        };
        let words = address::escape(input.value().trim());
        navigate(
            &format!("{}?q={words}", Page::Search.path()),
            NavigateOptions::default(),
        );
        input.set_value("");
    };
    let elsewhere = move || page.with(|page| *page != Some(Page::Search));
    move || {
        let find = find.clone();
        elsewhere().then(|| {
            view! {
                <form class="side-search" role="search" on:submit=find>
                    <Icon icon=lu::LuSearch/>
                    <input
                        node_ref=input
                        type="search"
                        name="q"
                        maxlength="100"
                        aria-label=label
                        placeholder=label
                        autocomplete="off"
                    />
                </form>
            }
            .into_any()
        })
    }
}

/// Who is here, leading to their own page.
#[component]
fn Viewer() -> impl IntoView {
    let frame = use_frame();
    let me = t("我的", "Me");
    view! {
        <a class="side-viewer" href=Page::Me.path()>
            {move || match frame.viewer.get() {
                Some(viewer) => {
                    let role = tp(viewer.role.name());
                    view! {
                        <Avatar name=viewer.name.clone()/>
                        <span class="side-viewer-text">
                            <span class="side-viewer-name">{viewer.name}</span>
                            <span class="side-viewer-role">{role}</span>
                        </span>
                    }
                        .into_any()
                }
                None => {
                    view! {
                        <Icon icon=lu::LuCircleUser/>
                        <span class="side-viewer-text">{me}</span>
                    }
                        .into_any()
                }
            }}
        </a>
    }
    .into_any()
}

/// Keeps the office's marks true on every office page, not only where the numbers are listed.
fn keep_counts(is_office: Memo<bool>) {
    let frame = use_frame();
    let page = use_page();
    let seen = Memo::new(move |_| {
        page.with(|page| {
            page.as_ref()
                .is_some_and(|page| page.area() == Area::Office)
        })
    });
    let counts: Remote<SubmissionCounts> =
        use_remote(move || (is_office.get() && seen.get()).then(|| COUNTS.to_owned())).every(30);
    Effect::new(move |_| {
        if let Some(counts) = counts.get() {
            frame.to_review.set(counts.submitted as usize);
            frame.held.set(counts.quarantined as usize);
        }
    });
}

/// The desktop's menu.
#[component]
pub fn SideBar() -> impl IntoView {
    let frame = use_frame();
    let field = t("外勤", "Field");
    let office = t("办公", "Office");
    let label = t("侧栏", "Sidebar");
    let main = t("主导航", "Main");
    let brand = t("明录", "Minglu");
    let is_office = Memo::new(move |_| {
        frame
            .viewer
            .with(|v| v.as_ref().is_some_and(super::Viewer::is_office))
    });
    let is_staff = Memo::new(move |_| {
        let viewer = frame.viewer.read();
        viewer
            .as_ref()
            .is_some_and(|viewer| viewer.role >= Role::Recorder)
    });
    keep_counts(is_office);
    let start = move || {
        if is_office.get() {
            Page::Office.path()
        } else {
            Page::Home.path()
        }
    };
    let organization = move || {
        frame.viewer.with(|v| {
            v.as_ref()
                .map(|v| v.organization.clone())
                .unwrap_or_default()
        })
    };
    view! {
        <aside class="side-bar no-print" aria-label=label>
            <a class="brand" href=start>
                <Logo/>
                <span class="brand-text">
                    <span class="brand-name">{brand}</span>
                    <span class="brand-organization">{organization}</span>
                </span>
            </a>
            <nav aria-label=main>
                {move || {
                    is_office
                        .get()
                        .then(|| {
                            view! {
                                <SideSearch/>
                                <p class="side-group">{office}</p>
                                <ul>
                                    <SideLink to=Page::Office icon=lu::LuLayoutDashboard/>
                                    <SideLink
                                        to=Page::Review
                                        icon=lu::LuClipboardCheck
                                        count=frame.to_review
                                    />
                                    <SideLink to=Page::OfficeTasks icon=lu::LuListTodo/>
                                    <SideLink to=Page::Rectifications icon=lu::LuWrench/>
                                    <SideLink to=Page::OfficeActivities icon=lu::LuCalendarRange/>
                                    <SideLink to=Page::Evidence icon=lu::LuBookCheck/>
                                    <SideLink to=Page::Files icon=lu::LuFiles/>
                                    <SideLink to=Page::OfficeForms icon=lu::LuListChecks/>
                                    <SideLink to=Page::Standard icon=lu::LuScrollText/>
                                    <SideLink to=Page::OfficeAllPremises icon=lu::LuStore/>
                                    <SideLink to=Page::SelfAssessment icon=lu::LuGauge/>
                                    <SideLink to=Page::Hours icon=lu::LuClock3/>
                                    <SideLink to=Page::Participation icon=lu::LuUserRoundCheck/>
                                    <SideLink to=Page::Packs icon=lu::LuPackageCheck/>
                                    <SideLink to=Page::Reports icon=lu::LuChartColumn/>
                                    <SideLink to=Page::Devices icon=lu::LuMonitorSmartphone/>
                                    <SideLink to=Page::People icon=lu::LuUsersRound/>
                                    <SideLink to=Page::Departments icon=lu::LuBuilding2/>
                                    <SideLink to=Page::Invitations icon=lu::LuMailPlus/>
                                    <SideLink
                                        to=Page::Quarantine
                                        icon=lu::LuShieldAlert
                                        count=frame.held
                                    />
                                </ul>
                            }
                                .into_any()
                        })
                }}
                <p class="side-group">{field}</p>
                <ul>
                    <SideLink to=Page::Home icon=lu::LuHouse/>
                    <SideLink to=Page::Activities icon=lu::LuCalendarDays/>
                    <SideLink to=Page::CheckIn icon=lu::LuScanLine/>
                    <SideLink to=Page::Records icon=lu::LuNotebookPen count=frame.returned/>
                    {move || {
                        is_staff
                            .get()
                            .then(|| {
                                view! {
                                    <SideLink to=Page::AllPremises icon=lu::LuMapPin/>
                                    <SideLink to=Page::OwnAssessment icon=lu::LuGauge/>
                                }
                            })
                    }}
                </ul>
            </nav>
            <div class="side-foot">
                <SyncStatus state=frame.sync/>
                <Viewer/>
            </div>
        </aside>
    }
    .into_any()
}
