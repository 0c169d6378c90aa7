//! The table as it was read: what each column holds, and each row to be corrected.

use domain::standard_table::{Column, Reading, Sheet};
use icondata_lu as lu;
use leptos::prelude::*;

use crate::{
    components::{
        button::{Button, ButtonKind, IconButton},
        choice::{Choice, DropDown},
        dialog::Dialog,
        field::TextArea,
    },
    i18n::{t, tf, use_lang},
};

/// So many rows are shown first.
const SHOWN: usize = 15;

#[component]
pub fn SheetTable(
    reading: RwSignal<Option<Reading>>,
    on_change: Callback<Sheet>,
    busy: Signal<bool>,
) -> impl IntoView {
    let all = RwSignal::new(false);
    let editing = RwSignal::new(None::<usize>);
    // What a row became is seen in the table: only then its dialog goes.
    Effect::new(move |_| {
        reading.track();
        editing.set(None);
    });
    let sheet = move || reading.with(|it| it.as_ref().map(|it| it.sheet.clone()));
    let body = move || sheet().map(|sheet| table(&sheet, all.get(), on_change, editing, busy));
    let hidden = move || {
        let rows = reading.with(|it| it.as_ref().map_or(0, |it| it.sheet.rows.len()));
        rows.saturating_sub(SHOWN)
    };
    let more = tf(move |lang| {
        let hidden = hidden();
        lang.pick(
            format!("显示其余 {hidden} 行"),
            format!("Show {hidden} more rows"),
        )
    });
    view! {
        <div class="stack">
            {body}
            {move || {
                let more = more.clone();
                (hidden() > 0 && !all.get())
                    .then(|| {
                        view! {
                            <Button kind=ButtonKind::Ghost on_click=move || all.set(true)>
                                {more}
                            </Button>
                        }
                    })
            }}
        </div>
        {move || {
            let at = editing.get()?;
            let sheet = reading.with_untracked(|it| it.as_ref().map(|it| it.sheet.clone()))?;
            Some(view! { <RowDialog sheet at editing on_change/> })
        }}
    }
    .into_any()
}

fn table(
    sheet: &Sheet,
    all: bool,
    on_change: Callback<Sheet>,
    editing: RwSignal<Option<usize>>,
    busy: Signal<bool>,
) -> AnyView {
    let lang = use_lang();
    let choices = Signal::derive(move || {
        let lang = lang.get();
        let mut choices = vec![Choice::new("", lang.pick("不用", "Left out"))];
        choices.extend(Column::ALL.into_iter().map(|column| {
            let (zh, en) = column.name();
            Choice::new(name(Some(column)), lang.pick(zh, en))
        }));
        choices
    });
    let heads: Vec<AnyView> = sheet
        .columns
        .iter()
        .enumerate()
        .map(|(at, column)| {
            let value = Signal::stored(name(*column));
            let old = sheet.clone();
            let on_choice = move |chosen: String| {
                let mut sheet = old.clone();
                let meaning = Column::ALL.into_iter().find(|it| name(Some(*it)) == chosen);
                // What a column holds stands there once.
                for other in &mut sheet.columns {
                    if *other == meaning {
                        *other = None;
                    }
                }
                sheet.columns[at] = meaning;
                on_change.run(sheet);
            };
            let label = tf(move |lang| {
                let number = at + 1;
                lang.pick(format!("第 {number} 列"), format!("Column {number}"))
            });
            view! {
                <th scope="col">
                    <DropDown
                        name=format!("column-{at}")
                        label
                        choices
                        value=value
                        on_change=on_choice
                        disabled=busy
                        compact=true
                    />
                </th>
            }
            .into_any()
        })
        .collect();
    let width = sheet.columns.len();
    let shown = if all { sheet.rows.len() } else { SHOWN };
    let edit = t("改这一行", "Correct this row");
    let rows: Vec<AnyView> = sheet
        .rows
        .iter()
        .enumerate()
        .take(shown)
        .map(|(at, (number, cells))| {
            let is_heading = sheet.heading == Some(*number);
            let filled = (0..width)
                .map(|column| cells.get(column).cloned().unwrap_or_default())
                .map(|cell| view! { <td>{cell}</td> })
                .collect::<Vec<_>>();
            let on_click = move || editing.set(Some(at));
            view! {
                <tr class:standard-heading=is_heading>
                    <td class="is-numeric">{*number}</td>
                    {filled}
                    <td><IconButton icon=lu::LuPencil label=edit on_click/></td>
                </tr>
            }
            .into_any()
        })
        .collect();
    let row = t("行", "Row");
    view! {
        <div class="table-box">
            <table class="table import-table standard-table">
                <thead>
                    <tr>
                        <th scope="col" class="is-numeric">{row}</th>
                        {heads}
                        <th scope="col"><span class="sr-only">{edit}</span></th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn name(column: Option<Column>) -> String {
    column
        .map(|column| format!("{column:?}"))
        .unwrap_or_default()
}

/// The cells of one row.
#[component]
fn RowDialog(
    sheet: Sheet,
    at: usize,
    editing: RwSignal<Option<usize>>,
    on_change: Callback<Sheet>,
) -> impl IntoView {
    let Some((number, cells)) = sheet.rows.get(at).cloned() else {
        return ().into_any();
    };
    let width = sheet.columns.len();
    let typed: Vec<RwSignal<String>> = (0..width)
        .map(|column| RwSignal::new(cells.get(column).cloned().unwrap_or_default()))
        .collect();
    let columns = sheet.columns.clone();
    let (sheet, typed) = (StoredValue::new(sheet), StoredValue::new(typed));
    let keep = Callback::new(move |()| {
        let mut sheet = sheet.get_value();
        if let Some((_, cells)) = sheet.rows.get_mut(at) {
            let typed = typed.get_value();
            *cells = typed.iter().map(GetUntracked::get_untracked).collect();
        }
        on_change.run(sheet);
    });
    let columns = StoredValue::new(columns);
    let fields = move || {
        let columns = columns.get_value();
        let typed = typed.get_value();
        columns
            .into_iter()
            .zip(typed)
            .enumerate()
            .map(|(column, (meaning, value))| {
                let label = tf(move |lang| match meaning {
                    Some(meaning) => {
                        let (zh, en) = meaning.name();
                        lang.pick(zh, en).to_owned()
                    }
                    None => lang.pick(
                        format!("第 {} 列（不用）", column + 1),
                        format!("Column {} (left out)", column + 1),
                    ),
                });
                view! {
                    <TextArea
                        name=format!("cell-{column}")
                        label
                        value=value
                        on_input=move |text| value.set(text)
                    />
                }
            })
            .collect::<Vec<_>>()
    };
    let title =
        tf(move |lang| lang.pick(format!("改第 {number} 行"), format!("Correct row {number}")));
    let done = t("重新读取", "Read again");
    let footer =
        move || view! { <Button kind=ButtonKind::Primary on_click=keep>{done}</Button> }.into_any();
    view! {
        <Dialog
            open=Signal::stored(true)
            on_close=move || editing.set(None)
            title
            footer=footer
            wide=true
        >
            <div class="form">{fields()}</div>
        </Dialog>
    }
    .into_any()
}
