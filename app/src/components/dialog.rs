//! Dialogs: a window on the desktop, a sheet from the lower edge on the phone. Native `<dialog>`:
//! focus stays inside, Escape closes.

use icondata_lu as lu;
use leptos::{html, prelude::*};

use crate::{
    components::{
        button::{Button, ButtonKind},
        icon::Icon,
    },
    i18n::t,
};

/// A dialog. The owner keeps `open` and answers `on_close` by setting it to false. `footer` holds
/// the buttons, the main one last.
#[component]
pub fn Dialog(
    #[prop(into)] open: Signal<bool>,
    #[prop(into)] on_close: Callback<()>,
    #[prop(into)] title: TextProp,
    #[prop(optional, into)] footer: Option<ViewFn>,
    /// For forms with two columns.
    #[prop(optional)]
    wide: bool,
    children: ChildrenFn,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    let close = t("关闭", "Close");
    Effect::new(move |_| show(node, open.get()));
    let spoken = title.clone();
    view! {
        <dialog
            node_ref=node
            class="dialog"
            class:dialog-wide=wide
            aria-label=move || spoken.get()
            on:cancel=move |ev: leptos::ev::Event| {
                ev.prevent_default();
                on_close.run(());
            }
            on:click=move |ev| {
                if is_backdrop(&ev) {
                    on_close.run(());
                }
            }
        >
            {move || {
                open.get()
                    .then(|| {
                        let title = title.clone();
                        view! {
                            <div class="dialog-box">
                                <header class="dialog-head">
                                    <h2 class="dialog-title">{move || title.get()}</h2>
                                    <button
                                        type="button"
                                        class="icon-button"
                                        aria-label=close
                                        on:click=move |_| on_close.run(())
                                    >
                                        <Icon icon=lu::LuX/>
                                    </button>
                                </header>
                                <div class="dialog-body">{children()}</div>
                                {footer
                                    .as_ref()
                                    .map(|footer| {
                                        view! { <footer class="dialog-foot">{footer.run()}</footer> }
                                    })}
                            </div>
                        }
                            .into_any()
                    })
            }}
        </dialog>
    }
    .into_any()
}

/// A question with two answers.
#[component]
pub fn ConfirmDialog(
    #[prop(into)] open: Signal<bool>,
    #[prop(into)] title: TextProp,
    #[prop(into)] text: TextProp,
    #[prop(into)] confirm: TextProp,
    /// What is confirmed can't be undone.
    #[prop(optional)]
    danger: bool,
    #[prop(optional, into)] loading: Signal<bool>,
    #[prop(into)] on_confirm: Callback<()>,
    #[prop(into)] on_close: Callback<()>,
) -> impl IntoView {
    let cancel = t("取消", "Cancel");
    let kind = if danger {
        ButtonKind::Danger
    } else {
        ButtonKind::Primary
    };
    let footer = move || {
        let confirm = confirm.clone();
        view! {
            <Button on_click=on_close>{cancel}</Button>
            <Button kind loading on_click=on_confirm>{move || confirm.get()}</Button>
        }
    };
    view! {
        <Dialog open on_close title footer>
            <p>{ let text = text.clone(); move || text.get() }</p>
        </Dialog>
    }
    .into_any()
}

/// Opens or closes a dialog that the page draws itself.
pub fn show(node: NodeRef<html::Dialog>, open: bool) {
    #[cfg(target_arch = "wasm32")]
    if let Some(dialog) = node.get() {
        if open && !dialog.open() {
            let _ = dialog.show_modal();
        } else if !open && dialog.open() {
            dialog.close();
        }
    }
    #[cfg(not(target_arch = "wasm32"))]
    let _ = (node, open);
}

/// A tap beside the box lands on the `<dialog>` itself.
fn is_backdrop(event: &leptos::ev::MouseEvent) -> bool {
    event.target().is_some() && event.target() == event.current_target()
}
