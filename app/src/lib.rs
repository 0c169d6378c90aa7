//! The interface: pages and components, rendered on the server for the public pages and on the
//! device for all the rest.
//!
//! Leaves out storage and transport (crate `sync`) and rules (crate `domain`).
//!
//! Where things are: [`routing`] names every page; [`pages`] has one file per page; what an area
//! shows in several pages is under `areas/`; [`components`] is the kit (start at its table);
//! [`device`] is the
//! handle on the device's store; [`layout`] the frame around a page; [`office`] what the office's pages share; [`shell`] is the
//! HTML document; [`i18n`] the two languages; [`platform`] the browser.

mod address;
mod app;
pub mod areas;
pub mod components;
pub mod device;
pub mod http;
pub mod i18n;
pub mod layout;
pub mod office;
pub mod pages;
pub mod platform;
pub mod preferences;
pub mod routing;
pub mod shell;

pub use app::App;
pub use pages::fetch_for_rendered_page;
