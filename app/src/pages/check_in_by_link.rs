//! A check-in code that the phone's own camera opened: `/c#code`. Does what a scan in the app does;
//! somebody who isn't logged in here logs in or joins first, and goes on.

use domain::proofs::read_code;
use leptos::{prelude::*, task::spawn_local};

use crate::{
    areas::{
        attendances::taking::{Taken, TakenView, take_code},
        sessions::next,
    },
    components::{
        page_header::PageHeader,
        status::{ErrorState, Skeleton},
    },
    device::{Device, Phase},
    i18n::{t, use_lang},
    platform::document,
    routing::{Page, use_replace},
};

#[component]
pub fn CheckInByLinkPage() -> impl IntoView {
    let device = Device::get();
    let lang = use_lang();
    let replace = use_replace();
    let taken = RwSignal::new(None::<Taken>);
    let started = StoredValue::new(false);
    let to_login = replace.clone();
    Effect::new(move |_| {
        let phase = device.phase();
        let code = document::fragment();
        match phase {
            Phase::Ready(_) if !started.get_value() => {
                started.set_value(true);
                spawn_local(async move {
                    taken.set(Some(take_code(device, code, lang.get_untracked()).await));
                });
            }
            Phase::SignedOut => {
                if read_code(&code).is_some() {
                    next::remember(format!("/c#{code}"));
                }
                to_login(Page::Login);
            }
            _ => {}
        }
    });
    let broken = t("本机不能保存数据", "This device can't keep data");
    let again = move |()| replace(Page::CheckIn);
    let again = Callback::new(move |()| again(()));
    view! {
        <PageHeader/>
        <div class="page page-narrow">
            {move || match (taken.get(), device.phase()) {
                (Some(outcome), _) => view! { <TakenView taken=outcome on_again=again/> }.into_any(),
                (None, Phase::Broken(why)) => {
                    let text = why.get(lang.get()).to_owned();
                    view! { <ErrorState title=broken text=text/> }.into_any()
                }
                _ => view! { <Skeleton rows=2/> }.into_any(),
            }}
        </div>
    }
    .into_any()
}
