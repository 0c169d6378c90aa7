//! The design kit: dumb components, signals in, callbacks out; no domain logic, no requests.
//!
//! Look at all of them at `/kit` (`app/src/pages/kit.rs` is the example code).
//!
//! # Conventions
//!
//! - Words are `TextProp`: pass `t("保存", "Save")`, `tf(move |lang| …)`, a `String` or a signal.
//! - Values are `Signal`s, changes are `Callback`s; an `RwSignal` fits as a value, a closure as a
//!   callback: `value=name on_input=move |text| name.set(text)`.
//! - A field's value is text; its owner parses it and gives `error: Signal<Option<String>>`.
//! - `name` (and so the id `field-<name>`) is unique on the page.
//! - Icons are `icondata_lu` statics: `icon=lu::LuCamera`.
//! - No `style` attribute and no inline handler: the content security policy forbids them. A width
//!   that is computed goes through SVG, `<progress>` or the element's `style` object in the browser.
//! - A component ends with `.into_any()`: that keeps types, compile times and the client small.
//! - A closure with `>` in its type (`Vec<u8>`) must be a `let` before `view!`.
//!
//! # A page
//!
//! ```text
//! view! {
//!     <PageHeader title=t("活动", "Activities") back=Page::Home>…actions…</PageHeader>
//!     <div class="page">            // .page-narrow for forms, .page-wide for tables
//!         <Section title=…>…</Section>
//!     </div>
//!     <ActionBar><Button kind=ButtonKind::Primary …/></ActionBar>
//! }
//! ```
//!
//! # What there is
//!
//! | for | component |
//! |---|---|
//! | top of every page | [`page_header::PageHeader`] `title? subtitle? back? children=actions` |
//! | links | [`crate::routing::Go`] `to class? label?`; from a handler `use_go()`, `use_replace()` |
//! | buttons | [`button::Button`] `kind icon? wide small submit loading disabled on_click`, [`button::ButtonLink`] `to`, [`button::IconButton`] `icon label on_click pressed?`, [`button::IconLink`], [`button::ActionTile`] `to icon title text? primary` (in `<div class="tiles">`), [`button::KeyHint`] `key`, [`button::LoadMore`] `more loading on_more` |
//! | text | [`field::TextField`] `name label value on_input kind hint? error? required unit? …` (also numbers, dates, times: [`field::TextKind`]), [`field::TextArea`], [`field::PasswordField`] `new`, [`field::SearchField`], [`field::Stepper`] `min max step`, own inputs in a [`field::FieldFrame`]; a form is `<form class="form">`, two fields in a line `<div class="form-row">` |
//! | choice | [`choice::SelectOne`], [`choice::SelectMany`] `choices value on_change look`, [`choice::DropDown`] `compact`, [`choice::Segmented`], [`choice::Tabs`], [`choice::Switch`] (in a `List`), [`choice::CheckBox`] |
//! | surfaces | [`surface::Section`] `title action?`, [`surface::Card`] `title? flush`, [`surface::List`] of [`surface::ListRow`] `title text? icon? tone lead? trail? to? on_click?`, [`surface::Facts`] of [`surface::Fact`], [`surface::Figures`] of [`surface::Figure`], [`surface::Timeline`] of [`surface::TimelineItem`], [`surface::ActionBar`], [`surface::Toolbar`], [`surface::SplitView`] `show_detail list children` |
//! | state | [`status::Badge`] `tone label icon?`, [`status::Banner`] `tone title children? on_close?`, [`status::ProgressBar`], [`status::Skeleton`] `rows`, [`status::EmptyState`] `art title text? children?`, [`status::ErrorState`] `title text? on_retry?`, [`toast::use_toasts`] `.success .info .error` |
//! | asking | [`dialog::Dialog`] `open on_close title footer? wide`, [`dialog::ConfirmDialog`] (a sheet on the phone) |
//! | tables | [`table::DataTable`] `caption columns rows cells sort on_sort on_open` |
//! | photos | [`photo::PhotoButton`] `source on_pick` → [`crate::platform::photos::prepare_photo`], [`photo::PhotoGrid`], [`photo::Lightbox`] |
//! | files | [`file_button::FileButton`] `label accept small busy on_pick` → [`crate::platform::files::read`] or [`crate::http::send_file`]; large ones, several, dropped ones: [`crate::office::uploads::UploadArea`] `label accept multiple on_uploaded` |
//! | recordings, documents | [`files::FileList`] `files on_remove?` |
//! | codes | [`qr::QrImage`] `text label`, [`qr::QrScanner`] `active on_code hint? bars?` |
//! | signing | [`signature::SignaturePad`] `label on_change` (PNG) |
//! | taking away | [`copy_field::CopyField`] `label text`; [`crate::platform::share`] |
//! | people | [`avatar::Avatar`] `name` |
//! | the app | [`sync_status::SyncStatus`] `state`, [`system_notices`] (WeChat, update, install) |
//! | paper | `<div class="sheet">` (A4, see `90-print.css`), `no-print`, `print-only` |
//! | small helpers | classes `stack`, `stack-tight`, `cluster`, `spread`, `grow`, `muted`, `small`, `strong`, `nowrap`, `prose`, `sr-only`; `tone-<tone>` sets `--tone` and `--tone-bg` |

pub mod avatar;
pub mod button;
pub mod choice;
pub mod copy_field;
pub mod dialog;
pub mod field;
pub mod file_button;
pub mod files;
pub mod icon;
pub mod logo;
pub mod page_header;
pub mod photo;
pub mod photo_stamp;
pub mod qr;
pub mod signature;
pub mod status;
pub mod surface;
pub mod sync_status;
pub mod system_notices;
pub mod table;
pub mod toast;

use icondata_core::Icon as IconData;
use icondata_lu as lu;

/// What a color says; an icon and words always say it too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    #[default]
    Neutral,
    Primary,
    Info,
    Success,
    Warning,
    Danger,
}

impl Tone {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Neutral => "neutral",
            Self::Primary => "primary",
            Self::Info => "info",
            Self::Success => "success",
            Self::Warning => "warning",
            Self::Danger => "danger",
        }
    }

    /// The icon that goes with it where nothing more telling is at hand.
    pub fn icon(self) -> IconData {
        match self {
            Self::Neutral | Self::Primary | Self::Info => lu::LuInfo,
            Self::Success => lu::LuCircleCheck,
            Self::Warning => lu::LuTriangleAlert,
            Self::Danger => lu::LuCircleAlert,
        }
    }
}
