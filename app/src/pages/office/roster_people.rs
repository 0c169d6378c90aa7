//! Signing members up for an activity out of the list of people: a department, a search, some or all.

use std::collections::BTreeSet;

use domain::{
    ActivityId, PersonId,
    api::{
        office::{ActivityDetail, Member},
        roster::{RosterImport, RosterImported},
    },
    areas::{people::Department, sign_ups::SignUpState},
    pinyin::Wanted,
};
use icondata_lu as lu;
use leptos::prelude::*;

use crate::{
    components::{
        button::{Button, ButtonKind},
        choice::CheckBox,
        status::{Art, EmptyState},
        surface::{ActionBar, Card},
        toast::use_toasts,
    },
    http,
    i18n::{t, tf, use_lang},
    office::{
        ActProblem, Filter, Filters, LoadProblem, Loading, Remote, choices, use_act, use_remote,
    },
    pages::office::activities::PATH,
    routing::{Page, use_go},
};

/// What the list shows of a member.
#[derive(Clone, PartialEq)]
struct Line {
    id: PersonId,
    name: String,
    department: String,
}

#[component]
pub(super) fn ChoosePeople(id: ActivityId) -> impl IntoView {
    let people = use_remote::<Vec<Member>>(|| Some("/api/office/people".to_owned()));
    let departments = use_remote::<Vec<Department>>(|| Some("/api/office/departments".to_owned()));
    let detail = use_remote::<ActivityDetail>(move || Some(format!("{PATH}/{id}")));
    let loaded = Memo::new(move |_| people.get().is_some() && detail.get().is_some());
    move || {
        if loaded.get() {
            return view! { <Choosing id people departments detail/> }.into_any();
        }
        match people.error().or_else(|| detail.error()) {
            Some(error) => {
                let again = move || {
                    people.reload();
                    detail.reload();
                };
                view! { <LoadProblem error on_retry=again/> }.into_any()
            }
            None => view! { <Loading/> }.into_any(),
        }
    }
}

#[component]
fn Choosing(
    id: ActivityId,
    people: Remote<Vec<Member>>,
    departments: Remote<Vec<Department>>,
    detail: Remote<ActivityDetail>,
) -> impl IntoView {
    let (act, toasts, go, lang) = (use_act(), use_toasts(), use_go(), use_lang());
    let chosen = RwSignal::new(BTreeSet::<PersonId>::new());
    let (search, department) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let shown = Memo::new(move |_| {
        let (wanted, department) = (Wanted::new(&search.read()), department.get());
        let coming = coming(detail);
        let people = people.get().unwrap_or_default();
        let fitting = people.iter().filter(|it| {
            let own = it
                .department_id
                .map(|id| id.to_string())
                .unwrap_or_default();
            it.active
                && !coming.contains(&it.id)
                && (department.is_empty() || own == department)
                && wanted.is_in(&it.name)
        });
        let lines = fitting.map(|it| Line {
            id: it.id,
            name: it.name.clone(),
            department: choices::department_name(departments, it.department_id),
        });
        lines.collect::<Vec<Line>>()
    });
    let open = Memo::new(move |_| {
        let lines = shown.read();
        lines.iter().map(|line| line.id).collect::<BTreeSet<_>>()
    });
    let all_chosen =
        Memo::new(move |_| !open.read().is_empty() && open.read().is_subset(&chosen.read()));
    let choose_all = move |on: bool| {
        chosen.update(|chosen| {
            for id in open.get_untracked() {
                if on {
                    chosen.insert(id);
                } else {
                    chosen.remove(&id);
                }
            }
        });
    };
    let send = move || {
        let body = RosterImport {
            people: chosen.get_untracked().into_iter().collect(),
            ..RosterImport::default()
        };
        let go = go.clone();
        let path = format!("{PATH}/{id}/roster/import");
        act.send("POST", path, Some(&body), None, move |answer| {
            let done = answer
                .ok()
                .and_then(|body| http::read::<RosterImported>(&body).ok());
            if let Some(done) = done {
                let count = done.signed_up;
                toasts.success(
                    lang.get_untracked()
                        .pick(format!("已报名 {count} 人"), format!("{count} signed up")),
                );
                go(Page::OfficeActivity(id));
            }
        });
    };
    let find = ("搜姓名、拼音或首字母", "Name, pinyin or first letters");
    let filters = vec![Filter::new(
        "department",
        ("科室", "Department"),
        department,
        choices::departments(departments, choices::ALL_DEPARTMENTS),
    )];
    let nobody = t("没有找到", "Nobody found");
    let already = move || {
        let count = coming(detail).len();
        (count > 0).then(|| {
            lang.get().pick(
                format!("已报名的 {count} 人不再列出"),
                format!("{count} signed up already and aren’t listed"),
            )
        })
    };
    let all = tf(move |lang| {
        let count = open.read().len();
        lang.pick(
            format!("全选这 {count} 人"),
            format!("All of these {count}"),
        )
    });
    let count = Memo::new(move |_| chosen.read().len());
    let import = tf(move |lang| {
        let count = count.get();
        lang.pick(format!("报名 {count} 人"), format!("Sign up {count}"))
    });
    let row = move |line: Line| {
        let id = line.id;
        view! {
            <CheckBox
                name=format!("person-{id}")
                checked=Signal::derive(move || chosen.read().contains(&id))
                on_change=move |on| {
                    chosen
                        .update(|chosen| {
                            if on {
                                chosen.insert(id);
                            } else {
                                chosen.remove(&id);
                            }
                        });
                }
            >
                <span class="row-text">
                    <span class="row-title">{line.name.clone()}</span>
                    <span class="row-note">{line.department.clone()}</span>
                </span>
            </CheckBox>
        }
    };
    view! {
        <div class="stack">
            <Filters search=(find, search) filters/>
            <p class="field-hint">{already}</p>
            <ActProblem error=Signal::derive(move || act.error())/>
            {move || {
                shown
                    .read()
                    .is_empty()
                    .then(|| view! { <EmptyState art=Art::Search title=nobody/> })
            }}
            <Card>
                {
                    let all = all.clone();
                    move || {
                        let all = all.clone();
                        (!open.read().is_empty())
                            .then(|| {
                                view! {
                                    <CheckBox
                                        name="everybody"
                                        checked=all_chosen
                                        on_change=choose_all
                                    >
                                        <strong>{all}</strong>
                                    </CheckBox>
                                }
                            })
                    }
                }
                <div class="check-columns">
                    <For each=move || shown.get() key=|line| line.id children=row/>
                </div>
            </Card>
        </div>
        <ActionBar>
            <Button
                kind=ButtonKind::Primary
                icon=lu::LuUserPlus
                loading=act.busy()
                disabled=Signal::derive(move || count.get() == 0)
                on_click=send
            >
                {import}
            </Button>
        </ActionBar>
    }
    .into_any()
}

/// Who is signed up already.
fn coming(detail: Remote<ActivityDetail>) -> BTreeSet<PersonId> {
    let detail = detail.get();
    let sign_ups = detail.iter().flat_map(|detail| detail.sign_ups.iter());
    let coming = sign_ups.filter(|it| it.state == SignUpState::Coming);
    coming.map(|it| it.person_id).collect()
}
