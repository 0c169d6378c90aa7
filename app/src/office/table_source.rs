//! An office's table on its way in: a file that is picked or cells that are pasted, what was understood
//! of its columns, and its good rows, piece by piece.

use icondata_lu as lu;
use leptos::{prelude::*, task::spawn_local};
use serde::{Serialize, de::DeserializeOwned};

use domain::{Text, api::premises::Imported};

use super::ActProblem;
use crate::{
    components::{button::Button, field::TextArea, file_button::FileButton, surface::Card},
    http::{self, CallError},
    i18n::{t, tf},
    platform::photos::PickedFile,
};

/// Sends the table to `path` and hands on what the server reads in it. What is more to say about the
/// table stands in `children`.
#[component]
pub fn TableSource<T>(
    #[prop(into)] path: Signal<String>,
    #[prop(into)] intro: TextProp,
    #[prop(into, default = t("连同表头一起粘贴", "With the row of headings").into())]
    placeholder: TextProp,
    /// As in HTML.
    #[prop(default = ".xlsx")]
    accept: &'static str,
    #[prop(into, default = t("选择 Excel 文件", "Choose an Excel file").into())] label: TextProp,
    on_read: Callback<T>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView
where
    T: DeserializeOwned + 'static,
{
    let (busy, error) = (RwSignal::new(false), RwSignal::new(None::<CallError>));
    let pasted = RwSignal::new(String::new());
    let show = move |answer: Result<String, CallError>| {
        // Disposed when the page was left meanwhile.
        let _ = busy.try_set(false);
        match answer.and_then(|body| http::read::<T>(&body)) {
            Ok(found) => drop(on_read.try_run(found)),
            Err(problem) => drop(error.try_set(Some(problem))),
        }
    };
    let begin = move || {
        busy.set(true);
        error.set(None);
        path.get_untracked()
    };
    let pick = Callback::new(move |file: PickedFile| {
        let path = begin();
        spawn_local(async move { show(http::send_file(&path, file).await) });
    });
    let read_pasted = Callback::new(move |()| {
        let (path, text) = (begin(), pasted.get_untracked());
        spawn_local(async move { show(http::call("POST", &path, Some(text), None).await) });
    });
    let or_paste = t(
        "或者从 Excel 复制后粘贴到这里",
        "Or copy from Excel and paste here",
    );
    let read = t("读取粘贴的表格", "Read what was pasted");
    view! {
        <div class="stack">
            <p class="muted prose">{move || intro.get()}</p>
            {children.map(|children| children())}
            <div class="cluster">
                <FileButton label accept busy on_pick=pick/>
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

/// Which columns were recognized as what (nothing: left out), in a sentence.
pub fn understood(
    columns: Vec<(String, Option<Text>)>,
) -> impl Fn() -> String + Clone + Send + Sync + 'static {
    tf(move |lang| {
        let (mut taken, mut left) = (Vec::new(), Vec::new());
        for (heading, meaning) in &columns {
            match meaning {
                Some(meaning) if *heading == meaning.zh => {}
                Some(meaning) => taken.push(format!("{heading} → {}", meaning.get(lang))),
                None if heading.is_empty() => {}
                None => left.push(heading.as_str()),
            }
        }
        let mut parts = Vec::new();
        if !taken.is_empty() {
            parts.push(lang.pick(
                format!("认出的列：{}", taken.join("，")),
                format!("Columns: {}", taken.join(", ")),
            ));
        }
        if !left.is_empty() {
            parts.push(lang.pick(
                format!("没有用到的列：{}", left.join("、")),
                format!("Left out: {}", left.join(", ")),
            ));
        }
        parts.join(lang.pick("；", "; "))
    })
}

/// Sends rows in requests of `piece` each; answers how many came in.
pub async fn send_rows<T: Serialize>(
    path: &str,
    rows: &[T],
    piece: usize,
) -> Result<i64, CallError> {
    #[derive(Serialize)]
    struct Piece<'a, T> {
        rows: &'a [T],
    }

    let mut added = 0;
    for rows in rows.chunks(piece) {
        let body = http::write(&Piece { rows });
        let answer = http::call("POST", path, body, None).await?;
        added += http::read::<Imported>(&answer)?.added;
    }
    Ok(added)
}
