//! Departments: add one, rename it, change their order.

use domain::{api::office::DepartmentInput, areas::people::Department};
use icondata_lu as lu;
use leptos::prelude::*;

use crate::{
    components::{
        button::{Button, ButtonKind, IconButton},
        dialog::Dialog,
        field::TextField,
        page_header::PageHeader,
        status::{Art, EmptyState},
        surface::{List, ListRow},
        toast::use_toasts,
    },
    http,
    i18n::{t, use_lang},
    office::{Act, ActProblem, LoadProblem, Loading, Remote, Stale, use_act, use_remote},
};

const PATH: &str = "/api/office/departments";

/// What the dialog is about.
#[derive(Clone, PartialEq)]
enum Editing {
    New,
    Existing(Department),
}

#[component]
pub fn DepartmentsPage() -> impl IntoView {
    let list: Remote<Vec<Department>> = use_remote(|| Some(PATH.to_owned()));
    let editing = RwSignal::new(None::<Editing>);
    let add = t("新增科室", "Add a department");
    let shown = move || match (list.get(), list.error()) {
        (Some(departments), _) => Departments(DepartmentsProps {
            list,
            departments,
            editing,
        })
        .into_any(),
        (None, Some(error)) => {
            view! { <LoadProblem error on_retry=move || list.reload()/> }.into_any()
        }
        (None, None) => view! { <Loading/> }.into_any(),
    };
    view! {
        <PageHeader>
            <Button
                small=true
                kind=ButtonKind::Primary
                icon=lu::LuPlus
                on_click=move || editing.set(Some(Editing::New))
            >
                {add}
            </Button>
        </PageHeader>
        <div class="page">
            <Stale
                error=Signal::derive(move || list.get().and_then(|_| list.error()))
                on_retry=move || list.reload()
            />
            {shown}
        </div>
        <EditDialog list editing/>
    }
    .into_any()
}

#[component]
fn Departments(
    list: Remote<Vec<Department>>,
    departments: std::sync::Arc<Vec<Department>>,
    editing: RwSignal<Option<Editing>>,
) -> impl IntoView {
    let act = use_act();
    let rename = t("改名", "Rename");
    let up = t("上移", "Move up");
    let none = t("还没有科室", "No departments yet");
    let why = t(
        "先建科室，邀请人员时就能选。",
        "Add departments first; then people can be invited into them.",
    );
    if departments.is_empty() {
        return view! { <EmptyState art=Art::People title=none text=why/> }.into_any();
    }
    let mut above: Option<Department> = None;
    let rows = departments
        .iter()
        .cloned()
        .map(|department| {
            let before = above.replace(department.clone());
            let name = department.name.clone();
            let edited = department.clone();
            let trail = move || {
                let (moved, before, edited) = (department.clone(), before.clone(), edited.clone());
                let is_first = before.is_none();
                view! {
                    <IconButton
                        icon=lu::LuArrowUp
                        label=up
                        disabled=Signal::derive(move || is_first || act.is_busy())
                        on_click=move || {
                            if let Some(before) = before.clone() {
                                swap(act, list, before, moved.clone());
                            }
                        }
                    />
                    <IconButton
                        icon=lu::LuPencil
                        label=rename
                        on_click=move || editing.set(Some(Editing::Existing(edited.clone())))
                    />
                }
            };
            view! { <ListRow title=name icon=lu::LuBuilding2 trail=trail/> }
        })
        .collect_view();
    view! {
        <ActProblem error=Signal::derive(move || act.error())/>
        <List>{rows}</List>
    }
    .into_any()
}

/// Moves a department before the one above it: both take each other's place in the order.
fn swap(act: Act, list: Remote<Vec<Department>>, above: Department, moved: Department) {
    let path = format!("{PATH}/{}", moved.id);
    // Departments that were never ordered share a place; then the upper one steps down.
    let step = i64::from(above.position == moved.position);
    let input = DepartmentInput {
        name: moved.name.clone(),
        position: above.position,
    };
    act.send(
        "PATCH",
        path,
        Some(&input),
        Some(moved.revision),
        move |answer| {
            if answer.is_err() {
                list.reload();
                return;
            }
            let path = format!("{PATH}/{}", above.id);
            let position = moved.position + step;
            let input = DepartmentInput {
                name: above.name.clone(),
                position,
            };
            act.send(
                "PATCH",
                path,
                Some(&input),
                Some(above.revision),
                move |_| list.reload(),
            );
        },
    );
}

#[component]
fn EditDialog(list: Remote<Vec<Department>>, editing: RwSignal<Option<Editing>>) -> impl IntoView {
    let act = use_act();
    let toasts = use_toasts();
    let lang = use_lang();
    let name = RwSignal::new(String::new());
    Effect::new(move |_| {
        act.forget_error();
        name.set(match editing.get() {
            Some(Editing::Existing(department)) => department.name,
            _ => String::new(),
        });
    });
    let save = move || {
        let typed = name.get_untracked().trim().to_owned();
        let done = move |answer: Result<String, http::CallError>| {
            if answer.is_ok() {
                editing.set(None);
                list.reload();
                toasts.success(lang.get_untracked().pick("已保存", "Saved"));
            }
        };
        match editing.get_untracked() {
            Some(Editing::Existing(department)) => {
                let path = format!("{PATH}/{}", department.id);
                let input = DepartmentInput {
                    name: typed,
                    position: department.position,
                };
                act.send("PATCH", path, Some(&input), Some(department.revision), done);
            }
            Some(Editing::New) => {
                let last = list.get_untracked().unwrap_or_default();
                let position = last.iter().map(|d| d.position).max().unwrap_or(0) + 1;
                let input = DepartmentInput {
                    name: typed,
                    position,
                };
                act.send("POST", PATH.to_owned(), Some(&input), None, done);
            }
            None => {}
        }
    };
    let title = {
        let (new, rename) = (
            t("新增科室", "Add a department"),
            t("科室改名", "Rename the department"),
        );
        move || {
            if editing.get() == Some(Editing::New) {
                new()
            } else {
                rename()
            }
        }
    };
    let label = t("科室名称", "Name of the department");
    let save_label = t("保存", "Save");
    let footer = move || {
        view! {
            <Button
                kind=ButtonKind::Primary
                loading=act.busy()
                disabled=Signal::derive(move || name.read().trim().is_empty())
                on_click=save
            >
                {save_label}
            </Button>
        }
    };
    view! {
        <Dialog
            open=Signal::derive(move || editing.read().is_some())
            on_close=move || editing.set(None)
            title
            footer
        >
            <ActProblem error=Signal::derive(move || act.error()) fields=&["name"]/>
            <TextField
                name="name"
                label
                value=name
                on_input=move |text| name.set(text)
                error=act.field_error("name")
                max_length=40
                required=true
            />
        </Dialog>
    }
    .into_any()
}
