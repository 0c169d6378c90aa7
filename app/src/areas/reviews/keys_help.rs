//! The dialog that names the keys.

use leptos::prelude::*;

use crate::{
    components::{button::KeyHint, dialog::Dialog},
    i18n::{t, use_lang},
};

const KEYS: [(&[&str], (&str, &str)); 8] = [
    (&["J", "↓"], ("下一条", "Next record")),
    (&["K", "↑"], ("上一条", "Previous record")),
    (&["Enter"], ("打开整页", "Open its page")),
    (&["A"], ("通过", "Approve")),
    (&["R"], ("退回", "Return")),
    (&["U"], ("回到列表", "Back to the list")),
    (&["/"], ("筛选", "Filter")),
    (&["?"], ("显示快捷键", "Show the keys")),
];

#[component]
pub fn KeysHelp(open: RwSignal<bool>) -> impl IntoView {
    let lang = use_lang();
    let title = t("快捷键", "Keyboard");
    let rows = move || {
        KEYS.iter()
            .map(|(keys, (zh, en))| {
                let keys = keys
                    .iter()
                    .map(|key| view! { <KeyHint key=*key/> })
                    .collect_view();
                view! {
                    <div class="keys-row">
                        <dt>{keys}</dt>
                        <dd>{lang.get().pick(*zh, *en)}</dd>
                    </div>
                }
            })
            .collect_view()
    };
    view! {
        <Dialog open on_close=move |()| open.set(false) title>
            <dl class="keys">{rows}</dl>
        </Dialog>
    }
    .into_any()
}
