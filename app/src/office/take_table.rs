//! The link that takes an office's table away as a workbook.

use icondata_lu as lu;
use leptos::prelude::*;

use crate::{
    components::icon::Icon,
    i18n::{t, use_lang},
};

#[component]
pub fn TakeTable(
    /// As the server calls it.
    name: &'static str,
    /// Of which year, where it is one's.
    #[prop(optional, into)]
    year: Signal<Option<i32>>,
) -> impl IntoView {
    let lang = use_lang();
    let label = t("导出 Excel", "Excel");
    let href = move || {
        let lang = lang.get().pick("zh", "en");
        let year = year.get().map(|year| format!("&year={year}"));
        let year = year.unwrap_or_default();
        format!("/api/office/table.xlsx?of={name}&lang={lang}{year}")
    };
    view! {
        <a class="button button-ghost button-small take-table" href=href download="">
            <Icon icon=lu::LuDownload/>
            <span class="button-label">{label}</span>
        </a>
    }
    .into_any()
}
