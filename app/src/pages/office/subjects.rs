//! Choosing what shows that something was done, and showing what was chosen.

use chrono::NaiveDate;
use domain::{
    ActivityId, SubmissionId,
    api::tasks::SubjectLine,
    areas::evidence::{Subject, SubjectArea},
};
use icondata_core::Icon as IconData;
use icondata_lu as lu;
use leptos::prelude::*;

use crate::{
    components::{field::SearchField, icon::Icon},
    i18n::{t, use_format},
    office::{LoadProblem, Loading, Remote, use_remote},
    routing::{Go, Page},
};

/// Records, activities and files from a span of days, of which some are chosen.
#[component]
pub(super) fn SubjectPicker(
    #[prop(into)] span: Signal<Option<(NaiveDate, NaiveDate)>>,
    chosen: RwSignal<Vec<Subject>>,
) -> impl IntoView {
    let wanted = RwSignal::new(String::new());
    let found: Remote<Vec<SubjectLine>> = use_remote(move || {
        let (from, until) = span.get()?;
        let q = crate::address::escape(&wanted.read());
        Some(format!(
            "/api/office/subjects?from={from}&until={until}&q={q}"
        ))
    });
    let search = t("搜索标题、填报人", "Search titles and people");
    let none = t(
        "这段时间没有找到可以选的记录、活动或文件",
        "There are no records, activities or files of these days",
    );
    let body = move || match (found.get(), found.error()) {
        (Some(lines), _) if lines.is_empty() => view! { <p class="muted">{none}</p> }.into_any(),
        (Some(lines), _) => {
            let lines: Vec<AnyView> = lines.iter().map(|line| option(line, chosen)).collect();
            view! { <ul class="subject-list">{lines}</ul> }.into_any()
        }
        (None, Some(error)) => {
            view! { <LoadProblem error on_retry=move || found.reload()/> }.into_any()
        }
        (None, None) => view! { <Loading rows=3/> }.into_any(),
    };
    view! {
        <div class="subject-picker">
            <SearchField label=search value=wanted on_input=move |text| wanted.set(text)/>
            {body}
        </div>
    }
    .into_any()
}

fn option(line: &SubjectLine, chosen: RwSignal<Vec<Subject>>) -> AnyView {
    let f = use_format();
    let subject = line.subject;
    let (title, by, at) = (line.title.clone(), line.by_name.clone(), line.at);
    let about = move || {
        let at = at.map(|at| f.date(at)).unwrap_or_default();
        format!("{at} {by}")
    };
    let toggle = move |_| {
        chosen.update(|chosen| match chosen.iter().position(|it| *it == subject) {
            Some(at) => drop(chosen.remove(at)),
            None => chosen.push(subject),
        });
    };
    view! {
        <li>
            <label class="subject-option">
                <input
                    type="checkbox"
                    prop:checked=move || chosen.read().contains(&subject)
                    on:change=toggle
                />
                <Icon icon=icon_of(subject.area)/>
                <span class="grow">{title}</span>
                <span class="muted small">{about}</span>
            </label>
        </li>
    }
    .into_any()
}

fn icon_of(area: SubjectArea) -> IconData {
    match area {
        SubjectArea::Submissions => lu::LuNotebookPen,
        SubjectArea::Attachments => lu::LuImage,
        SubjectArea::Files => lu::LuFileText,
        SubjectArea::Activities => lu::LuCalendarDays,
    }
}

/// What was chosen, each with its photos and the way to it.
pub(super) fn shown(lines: &[SubjectLine]) -> AnyView {
    let lines: Vec<AnyView> = lines.iter().map(line).collect();
    view! { <ul class="subject-list">{lines}</ul> }.into_any()
}

fn line(line: &SubjectLine) -> AnyView {
    let f = use_format();
    let (at, by) = (line.at, line.by_name.clone());
    let about = move || {
        let at = at.map(|at| f.date(at)).unwrap_or_default();
        format!("{at} {by}")
    };
    let photos: Vec<AnyView> = line
        .photos
        .iter()
        .map(|name| {
            view! { <img src=format!("/api/blobs/{name}") alt="" loading="lazy"/> }.into_any()
        })
        .collect();
    let title = line.title.clone();
    let to = match line.subject.area {
        SubjectArea::Submissions => Some(Page::ReviewRecord(SubmissionId(line.subject.id))),
        SubjectArea::Activities => Some(Page::OfficeActivity(ActivityId(line.subject.id))),
        _ => None,
    };
    let name = match to {
        Some(to) => view! { <Go to=to>{title}</Go> }.into_any(),
        None => title.into_any(),
    };
    view! {
        <li class="subject-line">
            <span class="cluster">
                <Icon icon=icon_of(line.subject.area)/>
                <span>{name}</span>
                <span class="muted small">{about}</span>
            </span>
            {(!photos.is_empty()).then(|| view! { <span class="subject-photos">{photos}</span> })}
        </li>
    }
    .into_any()
}
