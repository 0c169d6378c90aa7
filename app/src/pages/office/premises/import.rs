//! Importing the list that the office keeps: a workbook or a pasted table, what would come of each row,
//! and then the good ones.

use domain::{
    Text,
    api::premises::{ImportField, ImportPreview, ImportRow, PremisesInput},
};
use icondata_lu as lu;
use leptos::{prelude::*, task::spawn_local};

use super::PATH;
use crate::{
    components::{
        Tone,
        button::{Button, ButtonKind},
        page_header::PageHeader,
        status::{Badge, Banner},
        surface::ActionBar,
        toast::use_toasts,
    },
    http::CallError,
    i18n::{Format, t, tf, use_format, use_lang},
    office::{ActProblem, TableSource, send_rows, understood},
    routing::{Page, use_go},
};

/// Rows in one request.
const ROWS: usize = 500;

#[component]
pub fn ImportPage() -> impl IntoView {
    let preview = RwSignal::new(None::<ImportPreview>);
    let intro = t(
        "可以直接用办公室现有的 Excel 名录：有标题行、合并单元格、合计行、全角数字都没关系。先看每一行会怎样，再导入；已在名录里的单位不会改动。",
        "Take the list as you keep it in Excel: titles, merged cells, totals and full-width digits do no harm. You first see what comes of each row; what is in the list already stays as it is.",
    );
    let on_read = Callback::new(move |found: ImportPreview| preview.set(Some(found)));
    let body = move || match preview.get() {
        Some(found) => view! { <Preview found preview/> }.into_any(),
        None => view! { <TableSource path=format!("{PATH}/preview") intro on_read/> }.into_any(),
    };
    view! {
        <PageHeader back=Page::OfficeAllPremises/>
        <div class="page page-wide">{body}</div>
    }
    .into_any()
}

#[component]
fn Preview(found: ImportPreview, preview: RwSignal<Option<ImportPreview>>) -> impl IntoView {
    let f = use_format();
    let (toasts, go, lang) = (use_toasts(), use_go(), use_lang());
    let (busy, error) = (RwSignal::new(false), RwSignal::new(None::<CallError>));
    let all = found.rows.len();
    let new = found.rows.iter().filter(|row| row.is_new()).count();
    let known = found.rows.iter().filter(|row| row.known.is_some()).count();
    let wrong = found
        .rows
        .iter()
        .filter(|row| !row.problems.is_empty())
        .count();
    let good: Vec<PremisesInput> = found
        .rows
        .iter()
        .filter(|row| row.is_new())
        .map(|row| row.input.clone())
        .collect();
    let good = StoredValue::new(good);
    let send = move || {
        busy.set(true);
        error.set(None);
        let (rows, go) = (good.get_value(), go.clone());
        spawn_local(async move {
            let sent = send_rows(&format!("{PATH}/import"), &rows, ROWS).await;
            if busy.try_set(false).is_some() {
                return;
            }
            match sent {
                Ok(added) => {
                    let lang = lang.get_untracked();
                    toasts.success(
                        lang.pick(format!("已导入 {added} 家"), format!("{added} imported")),
                    );
                    go(Page::OfficeAllPremises);
                }
                Err(problem) => drop(error.try_set(Some(problem))),
            }
        });
    };
    let title = tf(move |lang| {
        lang.pick(
            format!("读到 {all} 行：{new} 家可导入，{known} 家已在名录里，{wrong} 行要先改"),
            format!(
                "{all} rows: {new} to import, {known} in the list already, {wrong} to correct first"
            ),
        )
    });
    let columns = found.columns.iter().map(|column| {
        let meaning = column.field.map(ImportField::name);
        let meaning = meaning.map(|(zh, en)| Text::new(zh, en));
        (column.heading.clone(), meaning)
    });
    let understood = understood(columns.collect());
    let tone = if wrong > 0 {
        Tone::Warning
    } else {
        Tone::Success
    };
    let rows: Vec<AnyView> = found.rows.into_iter().map(|row| line(f, row)).collect();
    let (number, state, name, kind, address, code) = (
        t("行", "Row"),
        t("结果", "Result"),
        t("名称", "Name"),
        t("类别", "Kind"),
        t("地址", "Address"),
        t("信用代码", "Credit code"),
    );
    let import = tf(move |lang| lang.pick(format!("导入 {new} 家"), format!("Import {new}")));
    let again = t("换一个文件", "Another file");
    view! {
        <div class="stack">
            <Banner tone title><p>{understood}</p></Banner>
            <ActProblem error=Signal::derive(move || error.get())/>
            <div class="table-box">
                <table class="table import-table">
                    <thead>
                        <tr>
                            <th scope="col" class="is-numeric">{number}</th>
                            <th scope="col">{state}</th>
                            <th scope="col">{name}</th>
                            <th scope="col">{kind}</th>
                            <th scope="col">{address}</th>
                            <th scope="col">{code}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </div>
        <ActionBar>
            <Button kind=ButtonKind::Ghost on_click=move || preview.set(None)>{again}</Button>
            <Button
                kind=ButtonKind::Primary
                icon=lu::LuFileUp
                loading=busy
                disabled=Signal::stored(new == 0)
                on_click=send
            >
                {import}
            </Button>
        </ActionBar>
    }
    .into_any()
}

fn line(f: Format, row: ImportRow) -> AnyView {
    let (tone, zh, en) = if !row.problems.is_empty() {
        (Tone::Danger, "先改再导入", "Correct it")
    } else if row.known.is_some() {
        (Tone::Neutral, "已在名录", "In the list")
    } else if row.hints.is_empty() {
        (Tone::Success, "可导入", "Import")
    } else {
        (Tone::Info, "可导入，请看", "Import; look")
    };
    let label = t(zh, en);
    let remarks: Vec<domain::Text> = row.problems.into_iter().chain(row.hints).collect();
    let remarks = move || {
        let lang = f.lang();
        remarks
            .iter()
            .map(|text| view! { <p class="import-remark">{text.get(lang).to_owned()}</p> })
            .collect::<Vec<_>>()
    };
    let input = row.input;
    let (kind_zh, kind_en) = input.kind.name();
    view! {
        <tr>
            <td class="is-numeric">{row.number}</td>
            <td>
                <Badge tone=tone label/>
                {remarks}
            </td>
            <td>{input.name}</td>
            <td>{move || f.lang().pick(kind_zh, kind_en)}</td>
            <td>{input.address}</td>
            <td class="numbers">{input.credit_code}</td>
        </tr>
    }
    .into_any()
}
