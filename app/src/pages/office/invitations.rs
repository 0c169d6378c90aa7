//! Invitations: make one to hand out as link and QR code, see how often it was used, end it.

use std::sync::Arc;

use domain::{
    Lang, Timestamp,
    api::office::{Invitation, InvitationInput},
    areas::people::{Department, Role},
};
use icondata_lu as lu;
use leptos::prelude::*;

use crate::{
    components::{
        Tone,
        button::{Button, ButtonKind},
        choice::{DropDown, SelectOne},
        copy_field::CopyField,
        dialog::{ConfirmDialog, Dialog},
        field::Stepper,
        page_header::PageHeader,
        qr::QrImage,
        status::{Art, Badge, EmptyState},
        surface::{List, ListRow},
        toast::use_toasts,
    },
    http,
    i18n::{t, tf, use_format, use_lang},
    office::{ActProblem, LoadProblem, Loading, Remote, Stale, choices, use_act, use_remote},
    platform,
    routing::Page,
};

const PATH: &str = "/api/office/invitations";

#[component]
pub fn InvitationsPage() -> impl IntoView {
    let list: Remote<Vec<Invitation>> = use_remote(|| Some(PATH.to_owned()));
    let departments: Remote<Vec<Department>> =
        use_remote(|| Some("/api/office/departments".to_owned()));
    let making = RwSignal::new(false);
    let shown = RwSignal::new(None::<Invitation>);
    let ending = RwSignal::new(None::<Invitation>);
    let make = t("新建邀请", "New invitation");
    let body = move || match (list.get(), list.error()) {
        (Some(invitations), _) => view! { <Invitations invitations departments shown/> }.into_any(),
        (None, Some(error)) => {
            view! { <LoadProblem error on_retry=move || list.reload()/> }.into_any()
        }
        (None, None) => view! { <Loading/> }.into_any(),
    };
    view! {
        <PageHeader>
            <Button
                kind=ButtonKind::Primary
                icon=lu::LuPlus
                small=true
                on_click=move || making.set(true)
            >
                {make}
            </Button>
        </PageHeader>
        <div class="page">
            <Stale
                error=Signal::derive(move || list.get().and_then(|_| list.error()))
                on_retry=move || list.reload()
            />
            {body}
        </div>
        <NewDialog list departments making shown/>
        <CardDialog shown ending/>
        <EndDialog list ending/>
    }
    .into_any()
}

#[component]
fn Invitations(
    invitations: Arc<Vec<Invitation>>,
    departments: Remote<Vec<Department>>,
    shown: RwSignal<Option<Invitation>>,
) -> impl IntoView {
    let none = t("还没有邀请", "No invitations yet");
    let why = t(
        "新建一个邀请，把二维码发到群里或贴在门口，新人半分钟就能加入。",
        "Make one and share its QR code: a newcomer is in within half a minute.",
    );
    if invitations.is_empty() {
        return view! { <EmptyState art=Art::People title=none text=why/> }.into_any();
    }
    let rows = invitations
        .iter()
        .cloned()
        .map(|invitation| invitation_row(invitation, departments, shown))
        .collect_view();
    view! { <List>{rows}</List> }.into_any()
}

fn invitation_row(
    invitation: Invitation,
    departments: Remote<Vec<Department>>,
    shown: RwSignal<Option<Invitation>>,
) -> AnyView {
    let format = use_format();
    let lang = use_lang();
    let opened = invitation.clone();
    let role = invitation.role.name();
    let department = invitation.department_id;
    let title = move || {
        let role = lang.get().pick(role.0, role.1);
        match department {
            Some(_) => format!(
                "{role} · {}",
                choices::department_name(departments, department)
            ),
            None => role.to_owned(),
        }
    };
    let (uses, max, by) = (
        invitation.uses,
        invitation.max_uses,
        invitation.created_by_name.clone(),
    );
    let until = invitation.expires_at;
    let text = tf(move |lang| {
        let until = format.date(until);
        match lang {
            Lang::Zh => format!("已加入 {uses}/{max} 人 · 有效至 {until} · {by}"),
            Lang::En => format!("{uses} of {max} joined · until {until} · {by}"),
        }
    });
    let state = state_of(&invitation);
    let trail = move || {
        let (tone, (zh, en)) = state;
        view! { <Badge tone label=move || lang.get().pick(zh, en)/> }
    };
    view! {
        <ListRow
            title
            text
            icon=lu::LuTicket
            trail
            on_click=move || shown.set(Some(opened.clone()))
        />
    }
    .into_any()
}

fn state_of(invitation: &Invitation) -> (Tone, (&'static str, &'static str)) {
    let now = Timestamp(platform::now_ms());
    if invitation.ended {
        (Tone::Neutral, ("已停用", "Ended"))
    } else if invitation.expires_at < now {
        (Tone::Neutral, ("已过期", "Expired"))
    } else if invitation.uses >= invitation.max_uses {
        (Tone::Neutral, ("已用完", "Used up"))
    } else {
        (Tone::Success, ("可用", "Open"))
    }
}

#[component]
fn NewDialog(
    list: Remote<Vec<Invitation>>,
    departments: Remote<Vec<Department>>,
    making: RwSignal<bool>,
    shown: RwSignal<Option<Invitation>>,
) -> impl IntoView {
    let act = use_act();
    let role = RwSignal::new(Role::Volunteer.as_str().to_owned());
    let department = RwSignal::new(String::new());
    let (days, uses) = (
        RwSignal::new("7".to_owned()),
        RwSignal::new("30".to_owned()),
    );
    let make = move || {
        let input = InvitationInput {
            role: Role::parse(&role.get_untracked()).unwrap_or(Role::Volunteer),
            department_id: department.get_untracked().parse().ok(),
            days: days.get_untracked().parse().unwrap_or(0),
            max_uses: uses.get_untracked().parse().unwrap_or(0),
        };
        act.send("POST", PATH.to_owned(), Some(&input), None, move |answer| {
            if let Ok(invitation) = answer.and_then(|body| http::read::<Invitation>(&body)) {
                making.set(false);
                shown.set(Some(invitation));
                list.reload();
            }
        });
    };
    let title = t("新建邀请", "New invitation");
    let make_label = t("生成邀请", "Make the invitation");
    let role_label = t("加入后的角色", "Role after joining");
    let department_label = t("科室", "Department");
    let days_label = t("有效天数", "Days valid");
    let days_unit = t("天", "days");
    let uses_label = t("最多可加入", "At most");
    let uses_unit = t("人", "people");
    let footer = move || {
        view! {
            <Button kind=ButtonKind::Primary loading=act.busy() on_click=make>
                {make_label}
            </Button>
        }
    };
    view! {
        <Dialog open=making on_close=move || making.set(false) title footer>
            <ActProblem error=Signal::derive(move || act.error()) fields=&["days", "max_uses"]/>
            <div class="form">
                <SelectOne
                    name="role"
                    label=role_label
                    choices=choices::roles()
                    value=role
                    on_change=move |value| role.set(value)
                />
                <DropDown
                    name="department"
                    label=department_label
                    choices=choices::departments(departments, ("不指定", "None"))
                    value=department
                    on_change=move |value| department.set(value)
                />
                <div class="form-row">
                    <Stepper
                        name="days"
                        label=days_label
                        unit=days_unit
                        value=days
                        on_input=move |value| days.set(value)
                        error=act.field_error("days")
                        min=1
                        max=90
                    />
                    <Stepper
                        name="max-uses"
                        label=uses_label
                        unit=uses_unit
                        value=uses
                        on_input=move |value| uses.set(value)
                        error=act.field_error("max_uses")
                        min=1
                        max=1000
                    />
                </div>
            </div>
        </Dialog>
    }
    .into_any()
}

/// The card to show, print or send.
#[component]
fn CardDialog(
    shown: RwSignal<Option<Invitation>>,
    ending: RwSignal<Option<Invitation>>,
) -> impl IntoView {
    let format = use_format();
    let url = Signal::derive(move || {
        shown.get().map_or_else(String::new, |invitation| {
            format!(
                "{}{}",
                platform::origin(),
                Page::Join(invitation.code).path()
            )
        })
    });
    let title = t("邀请加入", "Invitation");
    let label = t("邀请链接", "Link");
    let print = t("打印", "Print");
    let end = t("停用", "End it");
    let how = t(
        "用手机相机扫一扫，填姓名、手机号和密码即可加入。",
        "Scan with the phone’s camera; name, mobile number and a password are all it takes.",
    );
    let until = tf(move |lang| {
        shown.get().map_or_else(String::new, |invitation| {
            let until = format.date(invitation.expires_at);
            let left = (invitation.max_uses - invitation.uses).max(0);
            match lang {
                Lang::Zh => format!("有效至 {until}，还可加入 {left} 人"),
                Lang::En => format!("Until {until}, {left} places left"),
            }
        })
    });
    let footer = move || {
        view! {
            <Button
                kind=ButtonKind::Ghost
                on_click=move || {
                    ending.set(shown.get_untracked());
                    shown.set(None);
                }
            >
                {end}
            </Button>
            <Button icon=lu::LuPrinter on_click=platform::document::print>
                {print}
            </Button>
        }
    };
    view! {
        <Dialog
            open=Signal::derive(move || shown.read().is_some())
            on_close=move || shown.set(None)
            title
            footer
        >
            <div class="invitation-card">
                <QrImage text=url label/>
                <p>{how}</p>
                <p class="field-hint">{until.clone()}</p>
            </div>
            <CopyField label text=url/>
        </Dialog>
    }
    .into_any()
}

#[component]
fn EndDialog(list: Remote<Vec<Invitation>>, ending: RwSignal<Option<Invitation>>) -> impl IntoView {
    let act = use_act();
    let toasts = use_toasts();
    let lang = use_lang();
    let end = move || {
        if let Some(invitation) = ending.get_untracked() {
            let path = format!("{PATH}/{}", invitation.id);
            act.send("DELETE", path, None::<&()>, None, move |answer| {
                let lang = lang.get_untracked();
                match answer {
                    Ok(_) => toasts.success(lang.pick("邀请已停用", "The invitation is ended")),
                    Err(error) => toasts.error(error.message(lang)),
                }
                ending.set(None);
                list.reload();
            });
        }
    };
    let title = t("停用这个邀请？", "End this invitation?");
    let text = t(
        "链接和二维码立即失效，已经加入的人不受影响。",
        "Its link and QR code stop working at once. Whoever has joined stays in.",
    );
    let confirm = t("停用", "End it");
    view! {
        <ConfirmDialog
            open=Signal::derive(move || ending.read().is_some())
            title
            text
            confirm
            danger=true
            loading=act.busy()
            on_confirm=end
            on_close=move || ending.set(None)
        />
    }
    .into_any()
}
