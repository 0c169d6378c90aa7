//! What is on this phone, sent and unsent, without one word of jargon.
//!
//! Leaves out how sending works (crate `sync`).

mod carried;
mod head;
mod items;
mod problems;
mod sent;
mod unsent;
mod words;

use leptos::prelude::*;

use crate::{
    areas::sessions::guard::with_account, components::page_header::PageHeader, device::Device,
    i18n::use_format, routing::Page,
};

#[component]
pub fn OutboxPage() -> impl IntoView {
    let device = Device::get();
    let f = use_format();
    let body = with_account(move |_| {
        view! {
            <head::Head/>
            {move || problems::problems(device, f)}
            {move || unsent::unsent(device, f)}
            {move || carried::carried(device, f)}
            <sent::SentList/>
        }
        .into_any()
    });
    view! {
        <PageHeader back=Page::Home/>
        <div class="page page-narrow">{body}</div>
    }
    .into_any()
}
