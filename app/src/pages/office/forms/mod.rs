//! The forms: which there are, one of them, and uploading a new version.

mod audience;
mod changes;
mod form;
mod list;
mod preview;
mod upload;
mod words;

pub use form::FormPage;
pub use list::FormsPage;
pub use upload::UploadFormPage;

const PATH: &str = "/api/office/forms";

/// Whether the viewer may publish, retire and offer forms.
fn may_manage() -> leptos::prelude::Signal<bool> {
    use domain::permission::{Ability, may};
    use leptos::prelude::*;
    let frame = crate::layout::use_frame();
    Signal::derive(move || {
        let viewer = frame.viewer.read();
        viewer
            .as_ref()
            .is_some_and(|it| may(it.role, Ability::ManageForms))
    })
}
