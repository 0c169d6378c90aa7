//! All forms, in the order in which phones offer them.

use std::sync::Arc;

use domain::{api::forms::FormLine, areas::people::Department};
use icondata_lu as lu;
use leptos::prelude::*;

use super::{PATH, may_manage, words};
use crate::{
    components::{
        Tone,
        button::{ButtonKind, ButtonLink},
        choice::{Choice, Segmented},
        page_header::PageHeader,
        status::{Art, Badge, EmptyState},
        surface::Toolbar,
        table::{Cells, Column, DataTable, Row},
    },
    i18n::{t, use_lang},
    office::{LoadProblem, Loading, Remote, Stale, use_remote},
    routing::{Page, use_go},
};

#[component]
pub fn FormsPage() -> impl IntoView {
    let forms: Remote<Vec<FormLine>> = use_remote(|| Some(PATH.to_owned()));
    let departments: Remote<Vec<Department>> =
        use_remote(|| Some("/api/office/departments".to_owned()));
    let manages = may_manage();
    let upload = t("上传表单", "Upload a form");
    let known = Memo::new(move |_| forms.get().is_some());
    let body = move || {
        if known.get() {
            view! { <Forms forms departments/> }.into_any()
        } else if let Some(error) = forms.error() {
            view! { <LoadProblem error on_retry=move || forms.reload()/> }.into_any()
        } else {
            view! { <Loading/> }.into_any()
        }
    };
    view! {
        <PageHeader>
            {move || {
                manages
                    .get()
                    .then(|| {
                        view! {
                            <ButtonLink
                                to=Page::UploadForm
                                kind=ButtonKind::Primary
                                icon=lu::LuUpload
                                small=true
                            >
                                {upload}
                            </ButtonLink>
                        }
                            .into_any()
                    })
            }}
        </PageHeader>
        <div class="page page-wide forms-page">
            <Stale
                error=Signal::derive(move || known.get().then(|| forms.error()).flatten())
                on_retry=move || forms.reload()
            />
            {body}
        </div>
    }
    .into_any()
}

#[component]
fn Forms(forms: Remote<Vec<FormLine>>, departments: Remote<Vec<Department>>) -> impl IntoView {
    let lang = use_lang();
    let go = use_go();
    let shown = RwSignal::new("current".to_owned());
    let is_shown = move |line: &FormLine| line.current().is_some() == (shown.get() == "current");
    let choices = Signal::derive(move || {
        let all = forms.get().unwrap_or_default();
        let current = all.iter().filter(|it| it.current().is_some()).count();
        let lang = lang.get();
        vec![
            Choice::new(
                "current",
                format!("{} {current}", lang.pick("使用中", "In use")),
            ),
            Choice::new(
                "retired",
                format!("{} {}", lang.pick("已停用", "Retired"), all.len() - current),
            ),
        ]
    });
    let rows = Signal::derive(move || {
        let lines = forms.get().unwrap_or_default();
        let shown = lines.iter().filter(|line| is_shown(line));
        let row =
            |line: &FormLine| Row::new(&line.form_id, line.revision * 1_000_000 + line.records);
        shown.map(row).collect::<Vec<_>>()
    });
    let find = move |id: &str| {
        let lines = forms.get().unwrap_or_default();
        lines.iter().find(|line| line.form_id == id).cloned()
    };
    let cells: Cells = Arc::new(move |id: &str| match find(id) {
        Some(line) => row_cells(line, departments),
        None => Vec::new(),
    });
    let open = move |id: String| {
        let version = find(&id).and_then(|line| line.shown().map(|it| it.id));
        if let Some(version) = version {
            go(Page::OfficeForm(version));
        }
    };
    let columns = vec![
        Column::new("title", t("表单", "Form")),
        Column::new("version", t("现用版本", "Current version")),
        Column::new("source", t("来源", "Source")).minor(),
        Column::new("audience", t("由谁填写", "Who fills it in")).minor(),
        Column::new("versions", t("版本数", "Versions"))
            .numeric()
            .minor(),
        Column::new("records", t("记录数", "Records")).numeric(),
    ];
    let label = t("显示", "Show");
    let empty = t("没有停用的表单", "No form is retired");
    let none = Memo::new(move |_| rows.read().is_empty());
    view! {
        <Toolbar>
            <Segmented
                name="shown"
                label
                choices
                value=shown
                on_change=move |value| shown.set(value)
            />
        </Toolbar>
        {move || none.get().then(|| view! { <EmptyState art=Art::Search title=empty/> }.into_any())}
        <div hidden=move || none.get()>
            <DataTable caption=t("表单", "Forms") columns rows cells on_open=open/>
        </div>
    }
    .into_any()
}

fn row_cells(line: FormLine, departments: Remote<Vec<Department>>) -> Vec<AnyView> {
    let lang = use_lang();
    let built_in = t("内置", "Built-in");
    let own = t("本单位", "Your own");
    let title = line.title.clone();
    let href = line.shown().map(|it| Page::OfficeForm(it.id).path());
    let offer = line.offer.clone();
    let is_own = line.shown().is_some_and(|it| !it.built_in);
    let current = line.current().is_some();
    let version = line.clone();
    let source = move || {
        let (tone, label) = if is_own {
            (Tone::Primary, own())
        } else {
            (Tone::Neutral, built_in())
        };
        view! { <Badge tone label/> }
    };
    let audience = move || {
        let departments = departments.get().unwrap_or_default();
        words::audience(lang.get(), &offer, &departments)
    };
    vec![
        view! {
            <a class="form-cell" href=href>
                <strong>{move || title.get(lang.get()).to_owned()}</strong>
                <code class="muted small">{line.form_id.clone()}</code>
            </a>
        }
        .into_any(),
        view! {
            <span class="nowrap" class:muted=!current>
                {move || words::version_of(lang.get(), &version)}
            </span>
        }
        .into_any(),
        source.into_any(),
        audience.into_any(),
        line.versions.len().to_string().into_any(),
        line.records.to_string().into_any(),
    ]
}
