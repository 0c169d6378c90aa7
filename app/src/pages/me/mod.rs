//! My code, my hours, settings, this phone.

mod consent;
mod hours;
mod password;
mod phone;
mod settings;

use domain::{areas::attendances::Direction, proofs::CertificateSubject};
use leptos::prelude::*;
use sync::Account;

use crate::{
    areas::{attendances::rotating::RotatingCode, sessions::guard::with_account},
    components::{avatar::Avatar, page_header::PageHeader, surface::Card},
    device::Device,
    i18n::{t, use_format},
    layout::use_frame,
};

#[component]
pub fn MePage() -> impl IntoView {
    let body = with_account(|account| {
        view! {
            <Who account=account.clone()/>
            <MyCode account=account.clone()/>
            <hours::Hours me=account.person_id/>
            <consent::Consent/>
            <settings::Settings/>
            <phone::ThisPhone/>
        }
        .into_any()
    });
    view! {
        <PageHeader/>
        <div class="page page-narrow">{body}</div>
    }
    .into_any()
}

#[component]
fn Who(account: Account) -> impl IntoView {
    let device = Device::get();
    let f = use_format();
    let frame = use_frame();
    let (name, role, department) = (account.name, account.role, account.department_id);
    let about = move || {
        let (zh, en) = role.name();
        let role = f.lang().pick(zh, en).to_owned();
        match device.department_name(department) {
            Some(department) => format!("{department} · {role}"),
            None => role,
        }
    };
    let organization = move || {
        let viewer = frame.viewer.read();
        viewer.as_ref().map(|viewer| viewer.organization.clone())
    };
    view! {
        <div class="who">
            <Avatar name=name.clone()/>
            <div class="who-text">
                <p class="who-name">{name}</p>
                <p class="who-about">{about}</p>
                <p class="who-about">{organization}</p>
            </div>
        </div>
    }
    .into_any()
}

#[component]
fn MyCode(account: Account) -> impl IntoView {
    let person_id = account.person_id;
    let title = t("我的码", "My code");
    let note = t(
        "出示给组织者扫码签到。每 30 秒更新，没有信号也能用；截图无效。",
        "Show it to the organizer to check in. It changes every 30 seconds and works without a signal; a screenshot won't do.",
    );
    view! {
        <Card title>
            <div class="my-code">
                <RotatingCode
                    subject=CertificateSubject::Personal { person_id }
                    direction=Signal::stored(Direction::In)
                    label=title
                />
                <p class="quiet center">{note}</p>
            </div>
        </Card>
    }
    .into_any()
}
