//! The standard: the one in use, its versions, importing a city's own.

mod edit;
mod import;
mod list;
mod lists;
mod publish;
mod reading;
mod rows;
mod version;

pub use import::ImportStandardPage;
pub use list::StandardsPage;
pub use version::StandardPage;

const PATH: &str = "/api/office/standards";

/// Whether the viewer may import, change and publish standards.
fn may_manage() -> leptos::prelude::Signal<bool> {
    use domain::permission::{Ability, may};
    use leptos::prelude::*;
    let frame = crate::layout::use_frame();
    Signal::derive(move || {
        let viewer = frame.viewer.read();
        viewer
            .as_ref()
            .is_some_and(|it| may(it.role, Ability::ManageStandards))
    })
}

/// The state of a version in words, with its tone.
fn state_words(
    state: domain::api::standards::StandardState,
) -> (crate::components::Tone, &'static str, &'static str) {
    use domain::api::standards::StandardState;

    use crate::components::Tone;
    match state {
        StandardState::Current => (Tone::Success, "使用中", "In use"),
        StandardState::Draft => (Tone::Info, "草稿", "Draft"),
        StandardState::Retired => (Tone::Neutral, "已停用", "Retired"),
    }
}
