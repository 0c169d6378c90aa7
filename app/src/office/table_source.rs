//! Where a table comes from: an Excel file that is picked, or cells that are pasted.

use icondata_lu as lu;
use leptos::{prelude::*, task::spawn_local};

use super::ActProblem;
use crate::{
    components::{button::Button, field::TextArea, file_button::FileButton, surface::Card},
    http::{self, CallError},
    i18n::t,
    platform::photos::PickedFile,
};

/// Sends the table to `path` and hands on what the server reads in it.
#[component]
pub fn TableSource(
    path: String,
    #[prop(into)] intro: TextProp,
    #[prop(into)] placeholder: TextProp,
    #[prop(into)] on_read: Callback<String>,
) -> impl IntoView {
    let (busy, error) = (RwSignal::new(false), RwSignal::new(None::<CallError>));
    let pasted = RwSignal::new(String::new());
    let show = move |answer: Result<String, CallError>| {
        // Disposed when the page was left meanwhile.
        let _ = busy.try_set(false);
        match answer {
            Ok(body) => drop(on_read.try_run(body)),
            Err(problem) => drop(error.try_set(Some(problem))),
        }
    };
    let path = StoredValue::new(path);
    let pick = Callback::new(move |file: PickedFile| {
        busy.set(true);
        error.set(None);
        spawn_local(async move { show(http::send_file(&path.get_value(), file).await) });
    });
    let read_pasted = Callback::new(move |()| {
        busy.set(true);
        error.set(None);
        let text = pasted.get_untracked();
        spawn_local(
            async move { show(http::call("POST", &path.get_value(), Some(text), None).await) },
        );
    });
    let label = t("选择 Excel 文件", "Choose an Excel file");
    let or_paste = t(
        "或者从 Excel 复制后粘贴到这里",
        "Or copy from Excel and paste here",
    );
    let read = t("读取粘贴的表格", "Read what was pasted");
    view! {
        <div class="stack">
            <p class="muted prose">{move || intro.get()}</p>
            <div class="cluster">
                <FileButton label accept=".xlsx" busy on_pick=pick/>
            </div>
            <Card>
                <TextArea
                    name="pasted"
                    label=or_paste
                    placeholder
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
}
