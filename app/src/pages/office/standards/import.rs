//! Importing a standard: a file or a pasted table, what was understood of it, corrections, a draft.

use domain::standard_table::Reading;
use leptos::prelude::*;

use super::{PATH, reading::ReadingView};
use crate::{components::page_header::PageHeader, i18n::t, office::TableSource, routing::Page};

#[component]
pub fn ImportStandardPage() -> impl IntoView {
    let reading = RwSignal::new(None::<Reading>);
    let intro = t(
        "直接用市里下发的测评标准表：有标题行、合并单元格、标题里写分值、合计行、全角数字或没有编号都没关系。先看读成了什么样，可以改列、改单元格，再存为草稿；发布之前一切照旧。",
        "Take the table that your city sent: titles, merged cells, points inside of titles, totals, full-width digits and missing codes do no harm. You see what was understood, correct columns and cells, and save a draft; nothing changes until it is published.",
    );
    let label = t(
        "选择 Excel、CSV 或 JSON 文件",
        "Choose an Excel, CSV or JSON file",
    );
    let on_read = Callback::new(move |found: Reading| reading.set(Some(found)));
    let body = move || {
        if reading.with(Option::is_some) {
            return view! { <ReadingView reading/> }.into_any();
        }
        let (path, accept) = (format!("{PATH}/read"), ".xlsx,.csv,.txt,.json");
        view! { <TableSource path intro label accept on_read/> }.into_any()
    };
    view! {
        <PageHeader back=Page::Standards/>
        <div class="page page-wide">{body}</div>
    }
    .into_any()
}
