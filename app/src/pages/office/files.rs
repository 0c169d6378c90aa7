//! The office's documents: dropped or picked, then described; found, handed out, withdrawn.

mod about;

use domain::{
    EvidenceKind, Lang,
    api::files::{FileInput, FileLine, NewFile},
    areas::{evidence::File, people::Department},
};
use icondata_lu as lu;
use leptos::{prelude::*, task::spawn_local};

use about::AboutDialog;

use crate::{
    address,
    areas::evidence::words,
    components::{
        Tone,
        button::{Button, IconButton},
        choice::Choice,
        icon::Icon,
        page_header::PageHeader,
        status::{Art, Badge, Banner, EmptyState},
    },
    http::{self, CallError},
    i18n::{t, tf, use_format, use_lang},
    office::{
        Filter, Filters, LoadProblem, Loading, Pages, ReadOn, Remote, Stale, TakeTable, choices,
        uploads::UploadArea, use_act, use_pages, use_remote,
    },
    platform::uploads::Uploaded,
    routing::{Go, Page},
};

const PATH: &str = "/api/office/files";

#[component]
pub fn FilesPage() -> impl IntoView {
    let (wanted, kind, department) = (
        RwSignal::new(String::new()),
        RwSignal::new(String::new()),
        RwSignal::new(String::new()),
    );
    let withdrawn = RwSignal::new(String::new());
    let path = Memo::new(move |_| {
        let mut path = format!(
            "{PATH}?withdrawn={}&q={}",
            !withdrawn.read().is_empty(),
            address::escape(wanted.read().trim())
        );
        for (name, value) in [("kind", kind), ("department_id", department)] {
            if !value.read().is_empty() {
                path = format!("{path}&{name}={}", value.read());
            }
        }
        path
    });
    let list: Pages<FileLine> = use_pages(move || Some(path.get()));
    let editing = RwSignal::new(None::<File>);
    let problem = RwSignal::new(None::<CallError>);
    let keep = move |uploaded: Uploaded| {
        let file = NewFile {
            sha256: uploaded.sha256,
            file_name: uploaded.file_name,
            about: FileInput::default(),
        };
        let body = http::write(&file);
        spawn_local(async move {
            match http::call("POST", PATH, body, None).await {
                Ok(_) => {
                    let _ = problem.try_set(None);
                    list.reload();
                }
                Err(error) => {
                    let _ = problem.try_set(Some(error));
                }
            }
        });
    };
    let (choose, hint) = (
        t("选择文件", "Choose files"),
        t(
            "PDF、Word、Excel、PPT、图片、录音，一次可选多个，每个不超过 200 MB；断网后接着传。",
            "PDF, Word, Excel, PowerPoint, pictures, recordings; several at once, up to 200 MB each. Goes on after a break.",
        ),
    );
    let (none, how, nothing) = (
        t("还没有文件", "No files yet"),
        t(
            "把通知、方案、纪要、证书等拖到上面，再补上日期和文号。",
            "Drop notices, plans, minutes or certificates above, then add their dates and numbers.",
        ),
        t("没有符合的文件", "Nothing matches"),
    );
    let body = move || match (list.get(), list.error()) {
        (Some(lines), _) if lines.is_empty() => {
            let all = wanted.read().is_empty()
                && kind.read().is_empty()
                && department.read().is_empty()
                && withdrawn.read().is_empty();
            if all {
                view! { <EmptyState title=none text=how/> }.into_any()
            } else {
                view! { <EmptyState art=Art::Search title=nothing/> }.into_any()
            }
        }
        (Some(lines), _) => {
            let lines = lines
                .into_iter()
                .map(|line| view! { <Line line editing list/> })
                .collect_view();
            view! { <ul class="file-rows">{lines}</ul> }.into_any()
        }
        (None, Some(error)) => {
            view! { <LoadProblem error on_retry=move || list.reload()/> }.into_any()
        }
        (None, None) => view! { <Loading/> }.into_any(),
    };
    let departments: Remote<Vec<Department>> =
        use_remote(|| Some("/api/office/departments".to_owned()));
    view! {
        <PageHeader>
            <TakeTable name="files"/>
        </PageHeader>
        <div class="page page-wide">
            <UploadArea label=choose hint on_uploaded=keep/>
            <Problem problem/>
            {filters(wanted, kind, department, withdrawn, departments)}
            <Stale
                error=Signal::derive(move || list.get().and_then(|_| list.error()))
                on_retry=move || list.reload()
            />
            {body}
            <ReadOn pages=list/>
        </div>
        <AboutDialog editing departments on_saved=move |()| list.reload()/>
    }
    .into_any()
}

/// Why the last file that came isn't in the list.
#[component]
fn Problem(problem: RwSignal<Option<CallError>>) -> impl IntoView {
    let lang = use_lang();
    move || {
        problem.get().map(|error| {
            let title = move || error.message(lang.get());
            view! { <Banner tone=Tone::Danger title on_close=move |()| problem.set(None)/> }
        })
    }
}

fn filters(
    wanted: RwSignal<String>,
    kind: RwSignal<String>,
    department: RwSignal<String>,
    withdrawn: RwSignal<String>,
    departments: Remote<Vec<Department>>,
) -> AnyView {
    let lang = use_lang();
    let all = words::kinds();
    let kinds = Signal::derive(move || {
        let mut choices = vec![Choice::new("", lang.get().pick("全部类型", "All kinds"))];
        choices.extend(all.get());
        choices
    });
    let filters = vec![
        Filter::new("kind", ("类型", "Kind"), kind, kinds),
        Filter::new(
            "department",
            ("科室", "Department"),
            department,
            choices::departments(departments, choices::ALL_DEPARTMENTS),
        ),
        Filter::new(
            "withdrawn",
            ("状态", "State"),
            withdrawn,
            choices::words(vec![("", "在用", "In use"), ("1", "已撤下", "Withdrawn")]),
        ),
    ];
    let search = ("搜索标题、文件名、文号", "Search title, name, number");
    view! { <Filters search=(search, wanted) filters/> }.into_any()
}

#[component]
fn Line(line: FileLine, editing: RwSignal<Option<File>>, list: Pages<FileLine>) -> impl IntoView {
    let f = use_format();
    let lang = use_lang();
    let act = use_act();
    let file = line.file.clone();
    let (id, revision, withdrawn) = (file.id, file.revision, file.withdrawn);
    let address = format!("{PATH}/{id}/content");
    let undated = (file.dated_on.is_none() && !withdrawn).then(|| {
        let label = t("没有日期", "Undated");
        view! { <Badge tone=Tone::Warning label/> }
    });
    let facts = {
        let (kind, date, number) = (file.kind, file.dated_on.clone(), file.document_no.clone());
        let (name, bytes, by, at) = (
            file.file_name.clone(),
            file.bytes,
            line.added_by_name.clone(),
            file.added_at,
        );
        let (department, activity) = (line.department_name.clone(), line.activity_title.clone());
        move || {
            let lang = lang.get();
            let mut parts = vec![words::kind_name(lang, kind).to_owned()];
            parts.extend(date.clone());
            parts.extend((!number.is_empty()).then(|| number.clone()));
            parts.extend(department.clone());
            parts.extend(activity.clone());
            parts.push(name.clone());
            parts.push(f.bytes(bytes));
            parts.push(match lang {
                Lang::Zh => format!("{by} {} 上传", f.date(at)),
                Lang::En => format!("by {by}, {}", f.date(at)),
            });
            parts.join(" · ")
        }
    };
    let items = line
        .items
        .clone()
        .into_iter()
        .map(|code| {
            view! {
                <Go to=Page::EvidenceItem(code.clone()) class="item-code">
                    {code.clone()}
                </Go>
            }
        })
        .collect_view();
    let (describe, take, give) = (
        t("修改说明与归档", "Describe and file"),
        t("撤下", "Withdraw"),
        t("恢复使用", "Bring back"),
    );
    let turn = move |()| {
        let to = if withdrawn { "restore" } else { "withdraw" };
        act.send(
            "POST",
            format!("{PATH}/{id}/{to}"),
            None::<&()>,
            Some(revision),
            move |_| list.reload(),
        );
    };
    let icon = words::kind_icon(if file.media_type.starts_with("image/") {
        EvidenceKind::Photo
    } else {
        file.kind
    });
    let title = file.title.clone();
    let shown = file.clone();
    let problem = tf(move |lang| {
        act.error()
            .map(|error| error.message(lang))
            .unwrap_or_default()
    });
    view! {
        <li class="file-row" id=id.to_string()>
            <span class="piece-icon">
                <Icon icon/>
            </span>
            <span class="piece-body">
                <a href=address class="piece-title" download="">
                    {title}
                </a>
                <span class="small muted">{facts}</span>
                <span class="cluster">{undated} {items}</span>
                <span class="side-mark" role="status">{problem}</span>
            </span>
            <span class="cluster">
                {(!withdrawn)
                    .then(|| {
                        view! {
                            <IconButton
                                icon=lu::LuPencil
                                label=describe
                                on_click=move |()| editing.set(Some(shown.clone()))
                            />
                        }
                    })}
                <Button small=true loading=act.busy() on_click=turn>
                    {move || if withdrawn { give() } else { take() }}
                </Button>
            </span>
        </li>
    }
    .into_any()
}
