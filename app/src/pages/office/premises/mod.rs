//! The list of premises: what presses first, add, import, download.

mod edit;
pub mod import;
pub mod one;

use std::sync::Arc;

use domain::{
    api::premises::PremisesLine,
    areas::premises::{Premises, PremisesKind},
};
use icondata_lu as lu;
use leptos::prelude::*;

use edit::{EditDialog, Editing};

use crate::{
    areas::premises::words,
    components::{
        button::{Button, ButtonKind, ButtonLink},
        choice::Choice,
        icon::Icon,
        page_header::PageHeader,
        status::{Art, Badge, EmptyState},
        table::{Cells, Column, DataTable, Row},
    },
    i18n::{t, tf, use_format, use_lang},
    office::{Filter, Filters, LoadProblem, Loading, Remote, Stale, choices, use_remote},
    platform,
    routing::{Page, use_go},
};

pub(super) const PATH: &str = "/api/office/premises";

#[component]
pub fn OfficeAllPremisesPage() -> impl IntoView {
    let lang = use_lang();
    let go = use_go();
    let (wanted, kind, show) = (
        RwSignal::new(String::new()),
        RwSignal::new(String::new()),
        RwSignal::new(String::new()),
    );
    let query = move || {
        let part = |name: &str, value: String| {
            if value.is_empty() {
                value
            } else {
                format!("&{name}={value}")
            }
        };
        part("kind", kind.get()) + &part("show", show.get())
    };
    let list: Remote<Vec<PremisesLine>> = use_remote(move || Some(format!("{PATH}?{}", query())));
    let editing = RwSignal::new(None::<Editing>);
    let (add, import, excel) = (
        t("新增单位", "Add"),
        t("导入名录", "Import"),
        t("导出 Excel", "Excel"),
    );
    let xlsx = move || {
        let lang = lang.get().pick("zh", "en");
        format!("{PATH}/list.xlsx?lang={lang}{}", query())
    };
    let shown = move || match (list.get(), list.error()) {
        (Some(lines), _) => view! { <Lines lines wanted kind show/> }.into_any(),
        (None, Some(error)) => {
            view! { <LoadProblem error on_retry=move || list.reload()/> }.into_any()
        }
        (None, None) => view! { <Loading/> }.into_any(),
    };
    view! {
        <PageHeader>
            <a class="button button-ghost button-small" href=xlsx download="">
                <Icon icon=lu::LuDownload/>
                <span class="button-label">{excel}</span>
            </a>
            <ButtonLink to=Page::PremisesImport small=true icon=lu::LuFileUp>
                {import}
            </ButtonLink>
            <Button
                small=true
                kind=ButtonKind::Primary
                icon=lu::LuPlus
                on_click=move || editing.set(Some(Editing::New))
            >
                {add}
            </Button>
        </PageHeader>
        <div class="page page-wide">
            <Stale
                error=Signal::derive(move || list.get().and_then(|_| list.error()))
                on_retry=move || list.reload()
            />
            {shown}
        </div>
        <EditDialog
            editing
            on_saved=move |saved: Premises| {
                list.reload();
                go(Page::OfficePremises(saved.id));
            }
        />
    }
    .into_any()
}

#[component]
fn Lines(
    lines: Arc<Vec<PremisesLine>>,
    wanted: RwSignal<String>,
    kind: RwSignal<String>,
    show: RwSignal<String>,
) -> impl IntoView {
    let f = use_format();
    let go = use_go();
    let nothing_yet =
        lines.is_empty() && kind.read_untracked().is_empty() && show.read_untracked().is_empty();
    let found = Memo::new(move |_| {
        let words = domain::areas::premises::half_width(&wanted.read()).to_lowercase();
        let words: Vec<&str> = words.split_whitespace().collect();
        let fits = |line: &&PremisesLine| words.iter().all(|word| has(&line.premises, word));
        lines.iter().filter(fits).cloned().collect::<Vec<_>>()
    });
    let rows = Signal::derive(move || {
        let rows = found.get();
        let version = |line: &PremisesLine| line.premises.revision * 1_000 + line.visits;
        rows.iter()
            .map(|line| Row::new(line.premises.id, version(line)))
            .collect::<Vec<_>>()
    });
    let cells: Cells = Arc::new(move |id: &str| {
        let lines = found.get_untracked();
        let Some(line) = lines.iter().find(|line| line.premises.id.to_string() == id) else {
            return Vec::new();
        };
        let premises = line.premises.clone();
        let icon = words::kind_icon(premises.kind);
        let (zh, en) = premises.kind.name();
        let (open, overdue, due, last) = (line.open, line.overdue, line.due, line.last_visit);
        let standing = move || words::standing(f, open, overdue, due, last, platform::today());
        let tone = Signal::derive(move || standing().0);
        let visited = move || last.map_or_else(|| "–".to_owned(), |at| f.date(at));
        vec![
            view! {
                <span class="person-cell">
                    <Icon icon/>
                    <span>{premises.name}</span>
                </span>
            }
            .into_any(),
            view! { {move || f.lang().pick(zh, en)} }.into_any(),
            view! { <span class="clamp-2">{premises.address}</span> }.into_any(),
            view! { <Badge tone label=move || standing().1/> }.into_any(),
            view! { {visited} }.into_any(),
            view! { <span class="numbers">{line.visits}</span> }.into_any(),
        ]
    });
    let columns = vec![
        Column::new("name", t("名称", "Name")),
        Column::new("kind", t("类别", "Kind")).minor(),
        Column::new("address", t("地址", "Address")).minor(),
        Column::new("standing", t("现状", "Standing")),
        Column::new("last", t("最近检查", "Last visit")).minor(),
        Column::new("visits", t("次数", "Visits")).numeric().minor(),
    ];
    let filters = vec![
        Filter::new(
            "kind",
            ("类别", "Kind"),
            kind,
            kinds(("全部类别", "All kinds")),
        ),
        Filter::new(
            "show",
            ("现状", "Standing"),
            show,
            choices::words(vec![
                ("", "在用", "In use"),
                ("overdue", "逾期未改", "Overdue"),
                ("open", "待整改", "Open findings"),
                ("unvisited", "还没查过", "Never visited"),
                ("inactive", "已停用", "Out of use"),
            ]),
        ),
    ];
    let search = (
        "搜索名称、地址、证号、电话",
        "Search name, address, numbers",
    );
    let caption = t("监管单位", "Premises");
    let total = tf(move |lang| {
        let count = found.read().len();
        lang.pick(format!("共 {count} 家"), format!("{count} in all"))
    });
    let table = StoredValue::new((columns, cells));
    let is_empty = Memo::new(move |_| found.read().is_empty());
    let (nothing, none, why, import) = (
        t("没有符合的单位", "Nothing matches"),
        t("还没有监管单位", "No premises yet"),
        t(
            "把现有的 Excel 名录导入进来，执法人员的手机联网一次就能离线查找、检查。",
            "Import the list that you keep in Excel: staff's phones then find and inspect them offline.",
        ),
        t("导入名录", "Import the list"),
    );
    let body = move || {
        if is_empty.get() && nothing_yet {
            return view! {
                <EmptyState title=none text=why>
                    <ButtonLink to=Page::PremisesImport kind=ButtonKind::Primary icon=lu::LuFileUp>
                        {import}
                    </ButtonLink>
                </EmptyState>
            }
            .into_any();
        }
        if is_empty.get() {
            return view! { <EmptyState art=Art::Search title=nothing/> }.into_any();
        }
        let (columns, cells) = table.get_value();
        let go = go.clone();
        view! {
            <DataTable
                caption
                columns
                rows
                cells
                on_open=move |id: String| {
                    if let Ok(id) = id.parse() {
                        go(Page::OfficePremises(id));
                    }
                }
            />
        }
        .into_any()
    };
    view! {
        <Filters search=(search, wanted) filters count=total/>
        {body}
    }
    .into_any()
}

fn has(premises: &Premises, word: &str) -> bool {
    [
        &premises.name,
        &premises.address,
        &premises.credit_code,
        &premises.official_no,
        &premises.phone,
    ]
    .iter()
    .any(|text| text.to_lowercase().contains(word))
}

/// The trades, after a first choice for none.
pub(super) fn kinds(none: (&'static str, &'static str)) -> Signal<Vec<Choice>> {
    let kinds = PremisesKind::ALL.map(|kind| {
        let (zh, en) = kind.name();
        (kind.as_str(), zh, en)
    });
    choices::words([("", none.0, none.1)].into_iter().chain(kinds).collect())
}
