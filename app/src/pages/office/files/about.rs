//! What a document is: title, kind, date, number, department, activity; and which item it proves.

use domain::{
    EvidenceKind,
    api::{
        evidence::{Ledger, NewEvidence},
        files::FileInput,
        office::ActivityLine,
    },
    areas::{
        evidence::{File, Subject, SubjectArea},
        people::Department,
    },
};
use leptos::prelude::*;

use super::PATH;
use crate::{
    areas::evidence::words,
    components::{
        button::{Button, ButtonKind},
        choice::{Choice, DropDown},
        dialog::Dialog,
        field::{TextField, TextKind},
        toast::use_toasts,
    },
    i18n::{t, use_lang},
    office::{ActProblem, Remote, choices, use_act, use_remote},
    platform,
};

/// What is typed, as text.
#[derive(Clone, Copy)]
struct Typed {
    title: RwSignal<String>,
    kind: RwSignal<String>,
    dated_on: RwSignal<String>,
    document_no: RwSignal<String>,
    department: RwSignal<String>,
    activity: RwSignal<String>,
    item: RwSignal<String>,
}

impl Typed {
    fn input(self) -> FileInput {
        let day = self.dated_on.get_untracked();
        FileInput {
            title: self.title.get_untracked(),
            kind: EvidenceKind::parse(&self.kind.get_untracked()),
            dated_on: (!day.trim().is_empty()).then_some(day),
            document_no: self.document_no.get_untracked(),
            department_id: self.department.get_untracked().parse().ok(),
            activity_id: self.activity.get_untracked().parse().ok(),
        }
    }
}

#[component]
pub(super) fn AboutDialog(
    editing: RwSignal<Option<File>>,
    departments: Remote<Vec<Department>>,
    #[prop(into)] on_saved: Callback<()>,
) -> impl IntoView {
    let lang = use_lang();
    let toasts = use_toasts();
    let act = use_act();
    let text = || RwSignal::new(String::new());
    let typed = Typed {
        title: text(),
        kind: text(),
        dated_on: text(),
        document_no: text(),
        department: text(),
        activity: text(),
        item: text(),
    };
    Effect::new(move |_| {
        let Some(file) = editing.get() else {
            return;
        };
        typed.title.set(file.title);
        typed.kind.set(file.kind.as_str().to_owned());
        typed.dated_on.set(file.dated_on.unwrap_or_default());
        typed.document_no.set(file.document_no);
        let id = |id: Option<String>| id.unwrap_or_default();
        typed
            .department
            .set(id(file.department_id.map(|it| it.to_string())));
        typed
            .activity
            .set(id(file.activity_id.map(|it| it.to_string())));
        typed.item.set(String::new());
        act.forget_error();
    });
    let is_open = Signal::derive(move || editing.read().is_some());
    let ledger: Remote<Ledger> =
        use_remote(move || is_open.get().then(|| "/api/office/evidence".to_owned()));
    // Two years back: what a document is about is seldom older.
    let activities: Remote<Vec<ActivityLine>> = use_remote(move || {
        let now = crate::platform::now_ms();
        let (from, until) = (now - 730 * 86_400_000, now + 90 * 86_400_000);
        is_open
            .get()
            .then(|| format!("/api/office/activities?from={from}&until={until}"))
    });
    let items = Signal::derive(move || {
        let mut choices = vec![Choice::new(
            "",
            lang.get().pick("暂不归档", "Not filed now"),
        )];
        if let Some(ledger) = ledger.get() {
            for item in ledger.projects.iter().flat_map(|project| &project.items) {
                choices.push(Choice::new(
                    item.code.clone(),
                    format!("{} {}", item.code, item.title),
                ));
            }
        }
        choices
    });
    let activity_choices = Signal::derive(move || {
        let mut choices = vec![Choice::new("", lang.get().pick("不属于活动", "None"))];
        if let Some(lines) = activities.get() {
            for line in lines.iter().rev() {
                choices.push(Choice::new(
                    line.activity.id.to_string(),
                    line.activity.title.clone(),
                ));
            }
        }
        choices
    });
    let saved = t("已保存", "Saved");
    let save = move |()| {
        let Some(file) = editing.get_untracked() else {
            return;
        };
        let input = typed.input();
        let item = typed.item.get_untracked();
        let evidence = (!item.is_empty()).then(|| NewEvidence {
            item,
            kind: input.kind.unwrap_or(file.kind),
            subject: Subject {
                area: SubjectArea::Files,
                id: file.id.0,
            },
            year: year_of(input.dated_on.as_deref()),
            passage: String::new(),
        });
        let done = move |said: String| {
            toasts.success(said);
            editing.set(None);
            on_saved.run(());
        };
        act.send(
            "PUT",
            format!("{PATH}/{}", file.id),
            Some(&input),
            Some(file.revision),
            move |answer| {
                let Ok(body) = answer else {
                    return;
                };
                // A second try starts from what was saved.
                if let Ok(file) = crate::http::read::<File>(&body) {
                    let item = typed.item.get_untracked();
                    editing.set(Some(file));
                    typed.item.set(item);
                }
                match &evidence {
                    None => done(saved().to_owned()),
                    Some(evidence) => act.send(
                        "POST",
                        "/api/office/evidence".to_owned(),
                        Some(evidence),
                        None,
                        move |answer| {
                            if answer.is_ok() {
                                done(saved().to_owned());
                            }
                        },
                    ),
                }
            },
        );
    };
    let title = t("文件说明与归档", "About the file");
    let (cancel, save_label) = (t("取消", "Cancel"), t("保存", "Save"));
    let footer = move || {
        view! {
            <Button on_click=move |()| editing.set(None)>{cancel}</Button>
            <Button kind=ButtonKind::Primary loading=act.busy() on_click=save>
                {save_label}
            </Button>
        }
    };
    let labels = (
        t("标题", "Title"),
        t("类型", "Kind"),
        t("文件上的日期", "Date on it"),
        t("文号", "Document number"),
        t("科室", "Department"),
        t("活动", "Activity"),
    );
    let (item_label, item_hint) = (
        t("归到测评项", "File it for an item"),
        t(
            "归入文件日期所在的年份；以后还可以再归到别的项。",
            "For the year of its date; it can be filed for other items later.",
        ),
    );
    view! {
        <Dialog
            open=is_open
            on_close=move |()| editing.set(None)
            title
            footer
            wide=true
        >
            <form
                class="form"
                on:submit=move |ev| {
                    ev.prevent_default();
                    save(());
                }
            >
                <TextField
                    name="title"
                    label=labels.0
                    value=typed.title
                    on_input=move |text| typed.title.set(text)
                    error=act.field_error("title")
                    required=true
                />
                <div class="form-row">
                    <DropDown
                        name="file-kind"
                        label=labels.1
                        choices=words::kinds()
                        value=typed.kind
                        on_change=move |value| typed.kind.set(value)
                    />
                    <TextField
                        name="dated_on"
                        label=labels.2
                        kind=TextKind::Date
                        value=typed.dated_on
                        on_input=move |text| typed.dated_on.set(text)
                        error=act.field_error("dated_on")
                    />
                </div>
                <div class="form-row">
                    <TextField
                        name="document_no"
                        label=labels.3
                        value=typed.document_no
                        on_input=move |text| typed.document_no.set(text)
                        error=act.field_error("document_no")
                    />
                    <DropDown
                        name="file-department"
                        label=labels.4
                        choices=choices::departments(departments, ("不属于科室", "None"))
                        value=typed.department
                        on_change=move |value| typed.department.set(value)
                    />
                </div>
                <DropDown
                    name="file-activity"
                    label=labels.5
                    choices=activity_choices
                    value=typed.activity
                    on_change=move |value| typed.activity.set(value)
                />
                <DropDown
                    name="file-item"
                    label=item_label
                    hint=item_hint
                    choices=items
                    value=typed.item
                    on_change=move |value| typed.item.set(value)
                />
                <ActProblem
                    error=Signal::derive(move || act.error())
                    fields=&["title", "dated_on", "document_no"]
                />
            </form>
        </Dialog>
    }
    .into_any()
}

/// The year of a date as it is typed, or this year.
fn year_of(day: Option<&str>) -> i32 {
    day.and_then(|day| day.get(..4)?.parse().ok())
        .unwrap_or_else(|| {
            use chrono::Datelike as _;
            platform::today().year()
        })
}
