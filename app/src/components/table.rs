//! The office's table: semantic, sticky head, sorting, a chosen row that the keyboard moves.

use std::sync::Arc;

use icondata_lu as lu;
use leptos::prelude::*;

use crate::{
    components::icon::Icon,
    i18n::t,
    platform::keys::{self, Key},
};

/// One column.
#[derive(Clone)]
pub struct Column {
    pub key: &'static str,
    pub label: TextProp,
    pub sortable: bool,
    /// Numbers stand at the right.
    pub numeric: bool,
    /// Left out on a narrow screen.
    pub minor: bool,
}

impl Column {
    pub fn new(key: &'static str, label: impl Into<TextProp>) -> Self {
        Self {
            key,
            label: label.into(),
            sortable: false,
            numeric: false,
            minor: false,
        }
    }

    #[must_use]
    pub fn sortable(mut self) -> Self {
        self.sortable = true;
        self
    }

    #[must_use]
    pub fn numeric(mut self) -> Self {
        self.numeric = true;
        self
    }

    #[must_use]
    pub fn minor(mut self) -> Self {
        self.minor = true;
        self
    }
}

/// One row: its id, and a number that changes whenever its content does.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Row {
    pub id: String,
    pub version: i64,
}

impl Row {
    pub fn new(id: impl ToString, version: i64) -> Self {
        Self {
            id: id.to_string(),
            version,
        }
    }
}

/// By which column, and which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    pub key: &'static str,
    pub descending: bool,
}

/// Makes the cells of the row with this id, one per column, in their order.
pub type Cells = Arc<dyn Fn(&str) -> Vec<AnyView> + Send + Sync>;

/// A table. With `on_open`, a click or Enter opens a row: the tab key leads to one row, the arrows or j
/// and k from row to row.
#[component]
pub fn DataTable(
    /// What the table holds, read aloud.
    #[prop(into)]
    caption: TextProp,
    columns: Vec<Column>,
    #[prop(into)] rows: Signal<Vec<Row>>,
    /// `Arc::new(move |id: &str| vec![view! { … }.into_any(), …])`
    cells: Cells,
    #[prop(optional, into)] sort: Signal<Option<Sort>>,
    #[prop(optional, into)] on_sort: Option<Callback<Sort>>,
    #[prop(optional, into)] on_open: Option<Callback<String>>,
) -> impl IntoView {
    let chosen = RwSignal::new(None::<String>);
    let at = move || rows.with(|rows| position(rows, chosen.read().as_deref()));
    let lines = NodeRef::<leptos::html::Tbody>::new();
    let move_by = move |by: isize| {
        let count = rows.with_untracked(Vec::len);
        let next = untrack(at).map_or(0, |at| at.saturating_add_signed(by));
        let next = next.min(count.saturating_sub(1));
        if let Some(row) = rows.with_untracked(|rows| rows.get(next).cloned()) {
            chosen.set(Some(row.id));
            focus_line(lines, next);
        }
        on_open.is_some()
    };
    keys::on_keys(move |key: Key| match key.name.as_str() {
        "j" | "ArrowDown" => move_by(1),
        "k" | "ArrowUp" => move_by(-1),
        "Enter" if !key.on_control => match (chosen.get_untracked(), on_open) {
            (Some(id), Some(on_open)) => {
                on_open.run(id);
                true
            }
            _ => false,
        },
        _ => false,
    });

    let classes: Arc<[&'static str]> = columns
        .iter()
        .map(|column| match (column.numeric, column.minor) {
            (false, false) => "",
            (true, false) => "cell-numeric",
            (false, true) => "cell-minor",
            (true, true) => "cell-numeric cell-minor",
        })
        .collect();
    let head = columns
        .into_iter()
        .zip(classes.iter().copied())
        .map(|(column, class)| head_cell(column, class, sort, on_sort))
        .collect_view();
    let body = move |row: Row| {
        let id = StoredValue::new(row.id);
        let choose = move || chosen.set(Some(id.get_value()));
        let is_chosen = move || id.with_value(|id| chosen.read().as_deref() == Some(id));
        // One row of the table is on the tab key's way: the chosen one, or else the first.
        let is_next = move || match at() {
            Some(_) => is_chosen(),
            None => rows.with(|rows| id.with_value(|id| position(rows, Some(id)) == Some(0))),
        };
        let tds = id
            .with_value(|id| cells(id))
            .into_iter()
            .enumerate()
            .map(|(index, cell)| {
                view! { <td class=classes.get(index).copied().unwrap_or_default()>{cell}</td> }
            })
            .collect_view();
        view! {
            <tr
                class:row-open=on_open.is_some()
                aria-selected=move || on_open.map(|_| if is_chosen() { "true" } else { "false" })
                tabindex=move || on_open.map(|_| if is_next() { "0" } else { "-1" })
                on:focus=move |_| choose()
                on:click=move |_| {
                    if let Some(on_open) = on_open {
                        choose();
                        on_open.run(id.get_value());
                    }
                }
            >
                {tds}
            </tr>
        }
    };
    let spoken = caption.clone();
    view! {
        <div class="table-box" tabindex="0" role="region" aria-label=move || spoken.get()>
            <table class="table" role=on_open.map(|_| "grid")>
                <caption class="sr-only">{move || caption.get()}</caption>
                <thead>
                    <tr>{head}</tr>
                </thead>
                <tbody node_ref=lines>
                    <For each=move || rows.get() key=Row::clone children=body/>
                </tbody>
            </table>
        </div>
    }
    .into_any()
}

fn position(rows: &[Row], id: Option<&str>) -> Option<usize> {
    rows.iter().position(|row| Some(row.id.as_str()) == id)
}

/// Puts the focus on a row, which brings it into sight.
fn focus_line(lines: NodeRef<leptos::html::Tbody>, index: usize) {
    #[cfg(target_arch = "wasm32")]
    {
        use wasm_bindgen::JsCast as _;

        let Some(line) = lines
            .get_untracked()
            .and_then(|lines| lines.children().item(u32::try_from(index).ok()?))
        else {
            return;
        };
        if let Some(line) = line.dyn_ref::<web_sys::HtmlElement>() {
            let _ = line.focus();
        }
    }
    #[cfg(not(target_arch = "wasm32"))]
    let _ = (lines, index);
}

fn head_cell(
    column: Column,
    class: &'static str,
    sort: Signal<Option<Sort>>,
    on_sort: Option<Callback<Sort>>,
) -> AnyView {
    let Column {
        key,
        label,
        sortable,
        ..
    } = column;
    let current = move || sort.get().filter(|sort| sort.key == key);
    let hint = t("，点按排序", ", sort");
    if let (true, Some(on_sort)) = (sortable, on_sort) {
        let aria = move || match current() {
            Some(Sort {
                descending: true, ..
            }) => "descending",
            Some(_) => "ascending",
            None => "none",
        };
        let icon = move || match current() {
            Some(Sort {
                descending: true, ..
            }) => lu::LuArrowDown,
            Some(_) => lu::LuArrowUp,
            None => lu::LuArrowUpDown,
        };
        view! {
            <th scope="col" class=class aria-sort=aria>
                <button
                    type="button"
                    class="table-sort"
                    on:click=move |_| {
                        let descending = current().is_some_and(|sort| !sort.descending);
                        on_sort.run(Sort { key, descending });
                    }
                >
                    {move || label.get()}
                    <span class="sr-only">{hint}</span>
                    {move || view! { <Icon icon=icon()/> }}
                </button>
            </th>
        }
        .into_any()
    } else {
        view! {
            <th scope="col" class=class>
                {move || label.get()}
            </th>
        }
        .into_any()
    }
}
