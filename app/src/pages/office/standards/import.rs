//! Importing a standard: a file or a pasted table, what was understood of it, corrections, a draft.

use domain::standard_table::Reading;
use icondata_lu as lu;
use leptos::{prelude::*, task::spawn_local};

use super::{PATH, reading::ReadingView};
use crate::{
    components::{
        button::Button, field::TextArea, file_button::FileButton, page_header::PageHeader,
        surface::Card,
    },
    http::{self, CallError},
    i18n::t,
    office::ActProblem,
    platform::photos::PickedFile,
    routing::Page,
};

#[component]
pub fn ImportStandardPage() -> impl IntoView {
    let (busy, error) = (RwSignal::new(false), RwSignal::new(None::<CallError>));
    let reading = RwSignal::new(None::<Reading>);
    let pasted = RwSignal::new(String::new());
    let show = move |answer: Result<String, CallError>| {
        let answer = answer.and_then(|body| http::read::<Reading>(&body));
        let _ = busy.try_set(false);
        match answer {
            Ok(found) => drop(reading.try_set(Some(found))),
            Err(problem) => drop(error.try_set(Some(problem))),
        }
    };
    let path = format!("{PATH}/read");
    let file_path = path.clone();
    let pick = Callback::new(move |file: PickedFile| {
        busy.set(true);
        error.set(None);
        let path = file_path.clone();
        spawn_local(async move { show(http::send_file(&path, file).await) });
    });
    let read_pasted = Callback::new(move |()| {
        busy.set(true);
        error.set(None);
        let (path, text) = (path.clone(), pasted.get_untracked());
        spawn_local(async move { show(http::call("POST", &path, Some(text), None).await) });
    });
    let intro = t(
        "直接用市里下发的测评标准表：有标题行、合并单元格、标题里写分值、合计行、全角数字或没有编号都没关系。先看读成了什么样，可以改列、改单元格，再存为草稿；发布之前一切照旧。",
        "Take the table that your city sent: titles, merged cells, points inside of titles, totals, full-width digits and missing codes do no harm. You see what was understood, correct columns and cells, and save a draft; nothing changes until it is published.",
    );
    let label = t(
        "选择 Excel、CSV 或 JSON 文件",
        "Choose an Excel, CSV or JSON file",
    );
    let or_paste = t(
        "或者从 Excel 复制后粘贴到这里",
        "Or copy from Excel and paste here",
    );
    let placeholder = t("连同表头一起粘贴", "With the row of headings");
    let read = t("读取粘贴的表格", "Read what was pasted");
    let body = move || {
        if reading.with(Option::is_some) {
            return view! { <ReadingView reading/> }.into_any();
        }
        view! {
            <div class="stack">
                <p class="muted prose">{intro}</p>
                <div class="cluster">
                    <FileButton label accept=".xlsx,.csv,.txt,.json" busy on_pick=pick/>
                </div>
                <Card>
                    <TextArea
                        name="pasted"
                        label=or_paste
                        placeholder=placeholder
                        value=pasted
                        on_input=move |text| pasted.set(text)
                    />
                    <Button
                        icon=lu::LuClipboardPaste
                        loading=busy
                        disabled=Signal::derive(move || pasted.read().trim().is_empty())
                        on_click=read_pasted
                    >
                        {read}
                    </Button>
                </Card>
                <ActProblem error=Signal::derive(move || error.get())/>
            </div>
        }
        .into_any()
    };
    view! {
        <PageHeader back=Page::Standards/>
        <div class="page page-wide">{body}</div>
    }
    .into_any()
}
