//! Every address of the app, as one enum: a link is typed, and a new page makes the compiler name
//! every place to visit.
//!
//! Leaves out what a page shows (`pages`) and who may see it (the server decides; the menu asks
//! `domain::permission`).

use domain::{ActivityId, PremisesId, RectificationId, StandardId, SubmissionId, TaskId};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use uuid::Uuid;

use crate::address;

/// One page and what its address carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Page {
    Home,
    /// Scan, code word, my code.
    CheckIn,
    /// A check-in code opened with the phone's own camera; the code is in the URL's fragment.
    CheckInByLink,
    Activities,
    Activity(ActivityId),
    /// The organizer's side: display code, scan people, roster, code word.
    Gate(ActivityId),
    Records,
    /// Choose a form, or begin with the named one.
    NewRecord(Option<String>),
    Record(SubmissionId),
    Draft(SubmissionId),
    /// My code, hours, settings.
    Me,
    /// What is on this phone, sent and unsent.
    Outbox,
    /// Also the one-time link: `/login?token=…`.
    Login,
    /// An invitation's code.
    Join(String),
    PublicActivity(ActivityId),
    /// The places to inspect, on the phone.
    AllPremises,
    /// One of them: what is open there, its visits, begin another.
    Premises(PremisesId),
    /// What waits for the office, and what is on today.
    Office,
    Review,
    ReviewRecord(SubmissionId),
    OfficeActivities,
    OfficeActivity(ActivityId),
    NewActivity,
    /// Printable on A4.
    Roster(ActivityId),
    /// A list of names that is brought to it.
    ImportRoster(ActivityId),
    OfficeAllPremises,
    OfficePremises(PremisesId),
    PremisesImport,
    /// The evidence ledger by project and item.
    Evidence,
    /// One item of the standard with what proves it; the code as it is written.
    EvidenceItem(String),
    /// Documents that the office keeps.
    Files,
    /// Everything by its words; the words are in the query.
    Search,
    /// The standard in use.
    Standard,
    /// All versions.
    Standards,
    StandardVersion(StandardId),
    StandardImport,
    OfficeTasks,
    OfficeTask(TaskId),
    TaskImport,
    Rectifications,
    Rectification(RectificationId),
    Devices,
    People,
    Departments,
    Invitations,
    Quarantine,
    OfficeForms,
    UploadForm,
    /// One version of a form.
    OfficeForm(Uuid),
    Receipts,
    /// A phone's rescue file.
    Rescue,
    /// Evidence packs of a year.
    Packs,
    /// The sheet of one item: the year, and its position in the standard.
    PackSheet(i32, u32),
    /// Points by item, as a department and the office see them.
    SelfAssessment,
    /// The same of what one's own department answers for.
    OwnAssessment,
    /// Whom nothing has reached yet this year.
    Participation,
    /// Service hours.
    Hours,
    /// The report of a month or a year.
    Reports,
    /// All components in all states, for whoever designs; no menu leads there.
    Kit,
    /// A list that is narrowed from the start: the query of its address, such as `show=overdue`.
    Narrowed(Box<Page>, &'static str),
}

/// Which frame a page has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Area {
    /// The phone's tabs.
    Field,
    Office,
    /// No menu: log-in, join, public pages.
    Public,
}

impl Page {
    /// Reads an address; `None` is "no such page".
    pub fn parse(path: &str) -> Option<Self> {
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        Some(match parts.as_slice() {
            [] => Self::Home,
            ["check-in"] => Self::CheckIn,
            ["c"] => Self::CheckInByLink,
            ["activities"] => Self::Activities,
            ["activities", id] => Self::Activity(id.parse().ok()?),
            ["activities", id, "gate"] => Self::Gate(id.parse().ok()?),
            ["records"] => Self::Records,
            ["records", "new"] => Self::NewRecord(None),
            ["records", "new", form] => Self::NewRecord(Some((*form).to_owned())),
            ["records", id] => Self::Record(id.parse().ok()?),
            ["drafts", id] => Self::Draft(id.parse().ok()?),
            ["me"] => Self::Me,
            ["outbox"] => Self::Outbox,
            ["login"] => Self::Login,
            ["join", code] => Self::Join((*code).to_owned()),
            ["a", id] => Self::PublicActivity(id.parse().ok()?),
            ["premises"] => Self::AllPremises,
            ["premises", id] => Self::Premises(id.parse().ok()?),
            ["office"] => Self::Office,
            ["review"] | ["office", "review"] => Self::Review,
            ["office", "review", id] => Self::ReviewRecord(id.parse().ok()?),
            ["office", "activities"] => Self::OfficeActivities,
            ["office", "activities", "new"] => Self::NewActivity,
            ["office", "activities", id] => Self::OfficeActivity(id.parse().ok()?),
            ["office", "activities", id, "roster"] => Self::Roster(id.parse().ok()?),
            ["office", "activities", id, "import"] => Self::ImportRoster(id.parse().ok()?),
            ["office", "premises"] => Self::OfficeAllPremises,
            ["office", "premises", "import"] => Self::PremisesImport,
            ["office", "premises", id] => Self::OfficePremises(id.parse().ok()?),
            ["office", "evidence"] => Self::Evidence,
            ["office", "evidence", code] => Self::EvidenceItem(address::unescape(code)),
            ["office", "files"] => Self::Files,
            ["office", "search"] => Self::Search,
            ["office", "standard"] => Self::Standard,
            ["office", "standards"] => Self::Standards,
            ["office", "standards", "import"] => Self::StandardImport,
            ["office", "standards", id] => Self::StandardVersion(id.parse().ok()?),
            ["office", "tasks"] => Self::OfficeTasks,
            ["office", "tasks", "import"] => Self::TaskImport,
            ["office", "tasks", id] => Self::OfficeTask(id.parse().ok()?),
            ["office", "rectifications"] => Self::Rectifications,
            ["office", "rectifications", id] => Self::Rectification(id.parse().ok()?),
            ["office", "devices"] => Self::Devices,
            ["office", "people"] => Self::People,
            ["office", "departments"] => Self::Departments,
            ["office", "invitations"] => Self::Invitations,
            ["office", "quarantine"] => Self::Quarantine,
            ["office", "forms"] => Self::OfficeForms,
            ["office", "forms", "upload"] => Self::UploadForm,
            ["office", "forms", id] => Self::OfficeForm(id.parse().ok()?),
            ["office", "receipts"] => Self::Receipts,
            ["office", "devices", "rescue"] => Self::Rescue,
            ["office", "packs"] => Self::Packs,
            ["office", "packs", year, number] => {
                Self::PackSheet(year.parse().ok()?, number.parse().ok()?)
            }
            ["office", "self-assessment"] => Self::SelfAssessment,
            ["self-assessment"] => Self::OwnAssessment,
            ["office", "participation"] => Self::Participation,
            ["office", "hours"] => Self::Hours,
            ["office", "reports"] => Self::Reports,
            ["kit"] => Self::Kit,
            _ => return None,
        })
    }

    /// The address, without origin.
    pub fn path(&self) -> String {
        match self {
            Self::Home => "/".to_owned(),
            Self::CheckIn => "/check-in".to_owned(),
            Self::CheckInByLink => "/c".to_owned(),
            Self::Activities => "/activities".to_owned(),
            Self::Activity(id) => format!("/activities/{id}"),
            Self::Gate(id) => format!("/activities/{id}/gate"),
            Self::Records => "/records".to_owned(),
            Self::NewRecord(None) => "/records/new".to_owned(),
            Self::NewRecord(Some(form)) => format!("/records/new/{form}"),
            Self::Record(id) => format!("/records/{id}"),
            Self::Draft(id) => format!("/drafts/{id}"),
            Self::Me => "/me".to_owned(),
            Self::Outbox => "/outbox".to_owned(),
            Self::Login => "/login".to_owned(),
            Self::Join(code) => format!("/join/{code}"),
            Self::PublicActivity(id) => format!("/a/{id}"),
            Self::AllPremises => "/premises".to_owned(),
            Self::Premises(id) => format!("/premises/{id}"),
            Self::Office => "/office".to_owned(),
            Self::Review => "/office/review".to_owned(),
            Self::ReviewRecord(id) => format!("/office/review/{id}"),
            Self::OfficeActivities => "/office/activities".to_owned(),
            Self::OfficeActivity(id) => format!("/office/activities/{id}"),
            Self::NewActivity => "/office/activities/new".to_owned(),
            Self::Roster(id) => format!("/office/activities/{id}/roster"),
            Self::ImportRoster(id) => format!("/office/activities/{id}/import"),
            Self::OfficeAllPremises => "/office/premises".to_owned(),
            Self::PremisesImport => "/office/premises/import".to_owned(),
            Self::OfficePremises(id) => format!("/office/premises/{id}"),
            Self::Evidence => "/office/evidence".to_owned(),
            Self::EvidenceItem(code) => format!("/office/evidence/{}", address::escape(code)),
            Self::Files => "/office/files".to_owned(),
            Self::Search => "/office/search".to_owned(),
            Self::Standard => "/office/standard".to_owned(),
            Self::Standards => "/office/standards".to_owned(),
            Self::StandardImport => "/office/standards/import".to_owned(),
            Self::StandardVersion(id) => format!("/office/standards/{id}"),
            Self::OfficeTasks => "/office/tasks".to_owned(),
            Self::TaskImport => "/office/tasks/import".to_owned(),
            Self::OfficeTask(id) => format!("/office/tasks/{id}"),
            Self::Rectifications => "/office/rectifications".to_owned(),
            Self::Rectification(id) => format!("/office/rectifications/{id}"),
            Self::Devices => "/office/devices".to_owned(),
            Self::People => "/office/people".to_owned(),
            Self::Departments => "/office/departments".to_owned(),
            Self::Invitations => "/office/invitations".to_owned(),
            Self::Quarantine => "/office/quarantine".to_owned(),
            Self::OfficeForms => "/office/forms".to_owned(),
            Self::UploadForm => "/office/forms/upload".to_owned(),
            Self::OfficeForm(id) => format!("/office/forms/{id}"),
            Self::Receipts => "/office/receipts".to_owned(),
            Self::Rescue => "/office/devices/rescue".to_owned(),
            Self::Packs => "/office/packs".to_owned(),
            Self::PackSheet(year, number) => format!("/office/packs/{year}/{number}"),
            Self::SelfAssessment => "/office/self-assessment".to_owned(),
            Self::OwnAssessment => "/self-assessment".to_owned(),
            Self::Participation => "/office/participation".to_owned(),
            Self::Hours => "/office/hours".to_owned(),
            Self::Reports => "/office/reports".to_owned(),
            Self::Kit => "/kit".to_owned(),
            Self::Narrowed(list, query) => format!("{}?{query}", list.path()),
        }
    }

    /// The title in Chinese and English, for menus, headings and the browser's tab.
    pub fn title(&self) -> (&'static str, &'static str) {
        match self {
            Self::Home => ("首页", "Home"),
            Self::CheckIn | Self::CheckInByLink => ("签到", "Check in"),
            Self::Activities => ("活动", "Activities"),
            Self::Activity(_) | Self::PublicActivity(_) => ("活动详情", "Activity"),
            Self::Gate(_) => ("现场签到", "At the gate"),
            Self::Records => ("记录", "Records"),
            Self::NewRecord(_) => ("新建记录", "New record"),
            Self::Record(_) => ("记录详情", "Record"),
            Self::Draft(_) => ("填写记录", "Fill in"),
            Self::Me => ("我的", "Me"),
            Self::Outbox => ("同步情况", "Sync status"),
            Self::Login => ("登录", "Log in"),
            Self::Join(_) => ("加入", "Join"),
            Self::Office => ("概览", "Overview"),
            Self::Review => ("审核", "Review"),
            Self::ReviewRecord(_) => ("审核记录", "Review record"),
            Self::OfficeActivities => ("活动管理", "Activities"),
            Self::OfficeActivity(_) => ("活动情况", "Activity"),
            Self::NewActivity => ("新建活动", "New activity"),
            Self::Roster(_) => ("签到表", "Roster"),
            Self::ImportRoster(_) => ("名单导入", "Import names"),
            Self::AllPremises => ("监管单位", "Premises"),
            Self::OfficeAllPremises => ("监管名录", "Premises list"),
            Self::Premises(_) | Self::OfficePremises(_) => ("单位详情", "Premises"),
            Self::PremisesImport => ("导入监管单位", "Import premises"),
            Self::Evidence => ("佐证台账", "Evidence"),
            Self::EvidenceItem(_) => ("测评项佐证", "Evidence of an item"),
            Self::Files => ("文件", "Files"),
            Self::Search => ("搜索", "Search"),
            Self::Standard => ("测评标准", "Standard"),
            Self::Standards => ("标准版本", "Versions"),
            Self::StandardVersion(_) => ("标准详情", "A version"),
            Self::StandardImport => ("导入测评标准", "Import a standard"),
            Self::OfficeTasks => ("任务清单", "Tasks"),
            Self::OfficeTask(_) => ("任务详情", "Task"),
            Self::TaskImport => ("导入任务清单", "Import tasks"),
            Self::Rectifications => ("问题整改", "Rectification"),
            Self::Rectification(_) => ("整改详情", "Problem"),
            Self::Devices => ("设备", "Devices"),
            Self::People => ("人员", "People"),
            Self::Departments => ("科室", "Departments"),
            Self::Invitations => ("邀请", "Invitations"),
            Self::Quarantine => ("待处理", "Held items"),
            Self::OfficeForms => ("表单", "Forms"),
            Self::UploadForm => ("上传表单", "Upload a form"),
            Self::OfficeForm(_) => ("表单详情", "Form"),
            Self::Receipts => ("核对回执", "Check a receipt"),
            Self::Rescue => ("导入手机文件", "Import a phone’s file"),
            Self::Packs => ("迎检材料", "Evidence packs"),
            Self::PackSheet(..) => ("条目材料", "Item’s material"),
            Self::SelfAssessment => ("对标自评", "Self-assessment"),
            Self::OwnAssessment => ("科室自评", "Our items"),
            Self::Participation => ("参与情况", "Participation"),
            Self::Hours => ("服务时长", "Service hours"),
            Self::Reports => ("统计报告", "Reports"),
            Self::Kit => ("组件", "Kit"),
            Self::Narrowed(list, _) => list.title(),
        }
    }

    /// Which frame it has, and which group of the menu it is in.
    pub fn area(&self) -> Area {
        match self {
            Self::Home
            | Self::CheckIn
            | Self::CheckInByLink
            | Self::Activities
            | Self::Activity(_)
            | Self::Gate(_)
            | Self::Records
            | Self::NewRecord(_)
            | Self::Record(_)
            | Self::Draft(_)
            | Self::Me
            | Self::Outbox
            | Self::AllPremises
            | Self::Premises(_)
            | Self::OwnAssessment
            | Self::Kit => Area::Field,
            Self::Login | Self::Join(_) | Self::PublicActivity(_) => Area::Public,
            Self::Office
            | Self::Review
            | Self::ReviewRecord(_)
            | Self::OfficeActivities
            | Self::OfficeActivity(_)
            | Self::NewActivity
            | Self::Roster(_)
            | Self::ImportRoster(_)
            | Self::OfficeAllPremises
            | Self::OfficePremises(_)
            | Self::PremisesImport
            | Self::Evidence
            | Self::EvidenceItem(_)
            | Self::Files
            | Self::Search
            | Self::Standard
            | Self::Standards
            | Self::StandardVersion(_)
            | Self::StandardImport
            | Self::OfficeTasks
            | Self::OfficeTask(_)
            | Self::TaskImport
            | Self::Rectifications
            | Self::Rectification(_)
            | Self::Devices
            | Self::People
            | Self::Departments
            | Self::Invitations
            | Self::Quarantine
            | Self::OfficeForms
            | Self::UploadForm
            | Self::OfficeForm(_)
            | Self::Receipts
            | Self::Packs
            | Self::PackSheet(..)
            | Self::SelfAssessment
            | Self::Participation
            | Self::Hours
            | Self::Reports
            | Self::Rescue => Area::Office,
            Self::Narrowed(list, _) => list.area(),
        }
    }

    /// The page of the menu under which this one is found.
    pub fn section(&self) -> Self {
        match self {
            Self::CheckInByLink => Self::CheckIn,
            Self::Activity(_) | Self::Gate(_) => Self::Activities,
            Self::NewRecord(_) | Self::Record(_) | Self::Draft(_) => Self::Records,
            Self::ReviewRecord(_) => Self::Review,
            Self::UploadForm | Self::OfficeForm(_) => Self::OfficeForms,
            Self::Premises(_) => Self::AllPremises,
            Self::OfficePremises(_) | Self::PremisesImport => Self::OfficeAllPremises,
            Self::EvidenceItem(_) => Self::Evidence,
            Self::Standards | Self::StandardVersion(_) | Self::StandardImport => Self::Standard,
            Self::PackSheet(..) => Self::Packs,
            Self::OfficeTask(_) | Self::TaskImport => Self::OfficeTasks,
            Self::Rectification(_) => Self::Rectifications,
            Self::Receipts => Self::Quarantine,
            Self::Rescue => Self::Devices,
            Self::OfficeActivity(_)
            | Self::NewActivity
            | Self::Roster(_)
            | Self::ImportRoster(_) => Self::OfficeActivities,
            Self::Narrowed(list, _) => list.section(),
            other => other.clone(),
        }
    }

    /// This list, narrowed by the query of its address.
    #[must_use]
    pub fn narrowed(self, query: &'static str) -> Self {
        Self::Narrowed(Box::new(self), query)
    }

    /// True for the pages that the server renders with [`crate::shell::ServerData`]; all others get
    /// the empty shell.
    pub fn is_server_rendered(&self) -> bool {
        self.area() == Area::Public
    }
}

/// The current page, from any component; `None` is "no such page".
pub fn use_page() -> Memo<Option<Page>> {
    use_context::<Memo<Option<Page>>>().unwrap_or_else(|| Memo::new(|_| None))
}

/// Goes to another page from a handler: `let go = use_go(); … go(Page::Home)`.
pub fn use_go() -> impl Fn(Page) + Clone + Send + Sync + 'static {
    let navigate = use_navigate();
    move |page: Page| navigate(&page.path(), NavigateOptions::default())
}

/// Like [`use_go`], but the current page won't be in the history (after saving, after log-in).
pub fn use_replace() -> impl Fn(Page) + Clone + Send + Sync + 'static {
    let navigate = use_navigate();
    move |page: Page| {
        let options = NavigateOptions {
            replace: true,
            ..NavigateOptions::default()
        };
        navigate(&page.path(), options);
    }
}

/// A typed link.
#[component]
pub fn Go(
    #[prop(into)] to: Signal<Page>,
    #[prop(optional, into)] class: &'static str,
    /// Says where it goes, when the content doesn't (an icon).
    #[prop(optional, into)]
    label: Option<TextProp>,
    children: Children,
) -> impl IntoView {
    let page = use_page();
    let current = move || {
        page.with(|page| page.as_ref() == Some(&*to.read()))
            .then_some("page")
    };
    view! {
        <a
            href=move || to.read().path()
            class=class
            aria-current=current
            aria-label=move || label.as_ref().map(TextProp::get)
        >
            {children()}
        </a>
    }
    .into_any()
}

#[cfg(test)]
mod tests;
