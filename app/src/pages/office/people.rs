//! People: who is in, in which role and department; changing that; a one-time log-in link.

use std::sync::Arc;

use domain::{
    DepartmentId,
    api::office::{Member, MemberInput, OneTimeLink},
    areas::people::{Department, Role},
};
use icondata_core::Icon as IconData;
use icondata_lu as lu;
use leptos::prelude::*;

use crate::{
    components::{
        Tone,
        avatar::Avatar,
        button::{Button, ButtonKind, ButtonLink},
        choice::{DropDown, SelectOne, Switch},
        copy_field::CopyField,
        dialog::Dialog,
        field::TextField,
        page_header::PageHeader,
        qr::QrImage,
        status::{Art, Badge, EmptyState},
        table::{Cells, Column, DataTable, Row},
        toast::use_toasts,
    },
    http,
    i18n::{t, tf, use_format, use_lang},
    layout::use_frame,
    office::{
        ActProblem, Filter, Filters, LoadProblem, Loading, Remote, Stale, TakeTable, choices,
        use_act, use_remote,
    },
    platform,
    platform::lowercase,
    routing::Page,
};

const PATH: &str = "/api/office/people";

#[component]
pub fn PeoplePage() -> impl IntoView {
    let people: Remote<Vec<Member>> = use_remote(|| Some(PATH.to_owned()));
    let departments: Remote<Vec<Department>> =
        use_remote(|| Some("/api/office/departments".to_owned()));
    let opened = RwSignal::new(None::<Member>);
    let invite = t("邀请加入", "Invite");
    let shown = Memo::new(move |_| people.get().is_some());
    let body = move || {
        if shown.get() {
            view! { <Directory people departments opened/> }.into_any()
        } else if let Some(error) = people.error() {
            view! { <LoadProblem error on_retry=move || people.reload()/> }.into_any()
        } else {
            view! { <Loading/> }.into_any()
        }
    };
    view! {
        <PageHeader>
            <TakeTable name="people"/>
            <ButtonLink
                to=Page::Invitations
                kind=ButtonKind::Primary
                icon=lu::LuUserPlus
                small=true
            >
                {invite}
            </ButtonLink>
        </PageHeader>
        <div class="page page-wide">
            <Stale
                error=Signal::derive(move || shown.get().then(|| people.error()).flatten())
                on_retry=move || people.reload()
            />
            {body}
        </div>
        <MemberDialog people departments opened/>
    }
    .into_any()
}

#[component]
fn Directory(
    people: Remote<Vec<Member>>,
    departments: Remote<Vec<Department>>,
    opened: RwSignal<Option<Member>>,
) -> impl IntoView {
    let format = use_format();
    let lang = use_lang();
    let wanted = RwSignal::new(String::new());
    let department = RwSignal::new(String::new());
    let found = Memo::new(move |_| {
        let wanted = lowercase(wanted.read().trim());
        let department = department.get();
        let all = people.get().unwrap_or_default();
        all.iter()
            .filter(|member| {
                department.is_empty()
                    || member
                        .department_id
                        .is_some_and(|id| id.to_string() == department)
            })
            .filter(|member| {
                lowercase(&member.name).contains(&wanted)
                    || member
                        .user_name
                        .as_ref()
                        .is_some_and(|name| name.contains(&wanted))
                    || member.mobile.contains(&wanted)
            })
            .cloned()
            .collect::<Vec<Member>>()
    });
    let rows = Signal::derive(move || {
        let rows = found.get();
        rows.iter()
            .map(|member| Row::new(member.id, member.revision))
            .collect::<Vec<_>>()
    });
    let find = move |id: &str| {
        found
            .get_untracked()
            .into_iter()
            .find(|member| member.id.to_string() == id)
    };
    let left = t("已停用", "Inactive");
    let never = t("还没登录", "Never");
    let cells: Cells = Arc::new(move |id: &str| {
        let Some(member) = find(id) else {
            return Vec::new();
        };
        let (zh, en) = member.role.name();
        let tone = if member.role >= Role::Reviewer {
            Tone::Primary
        } else {
            Tone::Neutral
        };
        let name = member.name.clone();
        let inactive =
            (!member.active).then(|| view! { <Badge tone=Tone::Warning label=left/> }.into_any());
        let seen = move || {
            member
                .last_seen_at
                .map_or_else(|| never().to_owned(), |at| format.ago(at))
        };
        vec![
            view! {
                <span class="person-cell">
                    <Avatar name=name.clone()/>
                    <span>{name.clone()}</span>
                    {inactive}
                </span>
            }
            .into_any(),
            view! { <Badge tone icon=role_icon(member.role) label=move || lang.get().pick(zh, en)/> }.into_any(),
            view! { {move || choices::department_name(departments, member.department_id)} }
                .into_any(),
            view! { <span class="numbers">{member.mobile.clone()}</span> }.into_any(),
            view! { {seen} }.into_any(),
        ]
    });
    let columns = vec![
        Column::new("name", t("姓名", "Name")),
        Column::new("role", t("角色", "Role")),
        Column::new("department", t("科室", "Department")),
        Column::new("mobile", t("手机号", "Mobile")).minor(),
        Column::new("seen", t("最近使用", "Last seen")).minor(),
    ];
    let search = ("搜索姓名、用户名、手机号", "Search names and numbers");
    let filters = vec![Filter::new(
        "department",
        ("科室", "Department"),
        department,
        choices::departments(departments, choices::ALL_DEPARTMENTS),
    )];
    let caption = t("人员", "People");
    let nobody = t("没有符合的人", "Nobody matches");
    let total = tf(move |lang| {
        let count = found.read().len();
        lang.pick(format!("共 {count} 人"), format!("{count} people"))
    });
    let table = StoredValue::new((columns, cells));
    let is_empty = Memo::new(move |_| found.read().is_empty());
    let body = move || {
        if is_empty.get() {
            return view! { <EmptyState art=Art::Search title=nobody/> }.into_any();
        }
        let (columns, cells) = table.get_value();
        view! {
            <DataTable
                caption
                columns
                rows
                cells
                on_open=move |id: String| opened.set(find(&id))
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

#[component]
fn MemberDialog(
    people: Remote<Vec<Member>>,
    departments: Remote<Vec<Department>>,
    opened: RwSignal<Option<Member>>,
) -> impl IntoView {
    let act = use_act();
    let link = RwSignal::new(None::<OneTimeLink>);
    let (name, role) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (department, active) = (RwSignal::new(String::new()), RwSignal::new(true));
    let toasts = use_toasts();
    let lang = use_lang();
    let frame = use_frame();
    let administrates = move || {
        frame
            .viewer
            .get()
            .is_some_and(|viewer| viewer.role == Role::Administrator)
    };
    Effect::new(move |_| {
        if let Some(member) = opened.get() {
            act.forget_error();
            link.set(None);
            name.set(member.name);
            role.set(member.role.as_str().to_owned());
            let id = member.department_id.map(|id| id.to_string());
            department.set(id.unwrap_or_default());
            active.set(member.active);
        }
    });
    let save = move || {
        let (Some(member), Some(role)) =
            (opened.get_untracked(), Role::parse(&role.get_untracked()))
        else {
            return;
        };
        let input = MemberInput {
            name: name.get_untracked().trim().to_owned(),
            role,
            department_id: department.get_untracked().parse::<DepartmentId>().ok(),
            active: active.get_untracked(),
        };
        let path = format!("{PATH}/{}", member.id);
        act.send(
            "PATCH",
            path,
            Some(&input),
            Some(member.revision),
            move |answer| match answer {
                Ok(_) => {
                    opened.set(None);
                    people.reload();
                    toasts.success(lang.get_untracked().pick("已保存", "Saved"));
                }
                Err(error) if error.status() == 412 => people.reload(),
                Err(_) => {}
            },
        );
    };
    let make_link = move || {
        if let Some(member) = opened.get_untracked() {
            let path = format!("{PATH}/{}/one-time-link", member.id);
            act.send("POST", path, None::<&()>, None, move |answer| {
                if let Ok(made) = answer.and_then(|body| http::read::<OneTimeLink>(&body)) {
                    link.set(Some(made));
                }
            });
        }
    };
    let title = move || opened.get().map(|member| member.name).unwrap_or_default();
    let save_label = t("保存", "Save");
    let read_only = t("只有管理员可以修改", "Only administrators can change this");
    let footer = move || {
        if !administrates() {
            return view! { <p class="field-hint">{read_only}</p> }.into_any();
        }
        view! {
            <Button kind=ButtonKind::Primary loading=act.busy() on_click=save>
                {save_label}
            </Button>
        }
        .into_any()
    };
    let name_label = t("姓名", "Name");
    let role_label = t("角色", "Role");
    let department_label = t("科室", "Department");
    let active_label = t("在用", "Active");
    let active_hint = t(
        "停用后不能再登录；已经记下的内容仍会收下。",
        "Without it there is no log-in; what was recorded before is still received.",
    );
    let link_label = t("生成一次性登录链接", "Make a one-time log-in link");
    let link_text = t("一次性登录链接", "One-time log-in link");
    let link_hint = t(
        "当面交给本人，打开一次后失效。",
        "Hand it over in person; it works once.",
    );
    let none = ("不属于科室", "No department");
    view! {
        <Dialog
            open=Signal::derive(move || opened.read().is_some())
            on_close=move || opened.set(None)
            title
            footer
        >
            <ActProblem error=Signal::derive(move || act.error()) fields=&["name"]/>
            <div class="form">
                <TextField
                    name="name"
                    label=name_label
                    value=name
                    on_input=move |text| name.set(text)
                    error=act.field_error("name")
                    disabled=Signal::derive(move || !administrates())
                    max_length=40
                    required=true
                />
                <SelectOne
                    name="role"
                    label=role_label
                    choices=choices::roles()
                    value=role
                    on_change=move |value| role.set(value)
                    disabled=Signal::derive(move || !administrates())
                />
                <DropDown
                    name="department"
                    label=department_label
                    choices=choices::departments(departments, none)
                    value=department
                    on_change=move |value| department.set(value)
                    disabled=Signal::derive(move || !administrates())
                />
                <Switch
                    label=active_label
                    hint=active_hint
                    checked=active
                    on_change=move |on| active.set(on)
                    disabled=Signal::derive(move || !administrates())
                />
                {move || {
                    administrates()
                        .then(|| match link.get() {
                            Some(made) => {
                                let url = format!("{}{}", platform::origin(), made.path);
                                view! {
                                    <p class="field-hint">{link_hint}</p>
                                    <CopyField label=link_text text=url.clone()/>
                                    <div class="qr-small">
                                        <QrImage text=url label=link_text/>
                                    </div>
                                }
                                    .into_any()
                            }
                            None => {
                                view! {
                                    <Button icon=lu::LuLink loading=act.busy() on_click=make_link>
                                        {link_label}
                                    </Button>
                                }
                                    .into_any()
                            }
                        })
                }}
            </div>
        </Dialog>
    }
    .into_any()
}

fn role_icon(role: Role) -> IconData {
    match role {
        Role::Volunteer => lu::LuHandHeart,
        Role::Recorder => lu::LuNotebookPen,
        Role::Reviewer => lu::LuClipboardCheck,
        Role::Administrator => lu::LuShieldCheck,
    }
}
