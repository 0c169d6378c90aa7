//! What an activity's own papers prove, and the dialog that files them for an item.

use domain::{
    ActivityId,
    api::{
        bundles::{Bundle, ProveActivity},
        evidence::Ledger,
    },
};
use icondata_lu as lu;
use leptos::prelude::*;

use crate::{
    components::{
        button::{Button, ButtonKind},
        choice::{Choice, DropDown},
        dialog::Dialog,
        field::TextArea,
        toast::use_toasts,
    },
    http,
    i18n::{t, use_lang},
    office::{ActProblem, Remote, use_act, use_remote},
    routing::{Go, Page},
};

/// The items that it proves already, and the way to one more.
#[component]
pub(super) fn Proves(id: ActivityId, bundle: Remote<Bundle>) -> impl IntoView {
    let is_open = RwSignal::new(false);
    let label = t("归到测评项", "File for an item");
    let filed = t("签到表已归到：", "The list of those who came is filed for:");
    let items = move || {
        let items = bundle.get()?.proves.clone();
        if items.is_empty() {
            return None;
        }
        let links = items
            .into_iter()
            .map(|code| {
                let to = Page::EvidenceItem(code.clone());
                view! { <Go to class="item-code">{code}</Go> }
            })
            .collect_view();
        Some(view! { <span class="cluster small"><span class="muted">{filed}</span>{links}</span> })
    };
    view! {
        <div class="cluster">
            <Button small=true icon=lu::LuBookCheck on_click=move |()| is_open.set(true)>
                {label}
            </Button>
            {items}
        </div>
        <ProveDialog id bundle is_open/>
    }
    .into_any()
}

#[component]
fn ProveDialog(id: ActivityId, bundle: Remote<Bundle>, is_open: RwSignal<bool>) -> impl IntoView {
    let lang = use_lang();
    let toasts = use_toasts();
    let act = use_act();
    let (item, passage) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    Effect::new(move |_| {
        if is_open.get() {
            item.set(String::new());
            passage.set(String::new());
            act.forget_error();
        }
    });
    let ledger: Remote<Ledger> =
        use_remote(move || is_open.get().then(|| "/api/office/evidence".to_owned()));
    let items = Signal::derive(move || {
        let first = Choice::new("", lang.get().pick("请选择测评项", "Please choose"));
        let ledger = ledger.get();
        let items = ledger
            .iter()
            .flat_map(|it| &it.projects)
            .flat_map(|it| &it.items);
        let items =
            items.map(|it| Choice::new(it.code.clone(), format!("{} {}", it.code, it.title)));
        [first].into_iter().chain(items).collect::<Vec<_>>()
    });
    let said = t("已归档", "Filed");
    let save = move |()| {
        let input = ProveActivity {
            item: item.get_untracked(),
            passage: passage.get_untracked(),
        };
        let lang = lang.get_untracked().pick("zh", "en");
        let path = format!("/api/office/activities/{id}/evidence?lang={lang}");
        act.send("POST", path, Some(&input), None, move |answer| {
            if let Ok(found) = answer.and_then(|body| http::read::<Bundle>(&body)) {
                bundle.set(found);
                is_open.set(false);
                toasts.success(said());
            }
        });
    };
    let title = t("活动材料归到测评项", "File the activity’s papers");
    let (cancel, save_label) = (t("取消", "Cancel"), t("归档", "File"));
    let (item_label, passage_label) = (
        t("测评项", "Item"),
        t("佐证说明（选填）", "How it proves the item (optional)"),
    );
    let hint = t(
        "签到表和本活动的文件一起归档；记录和照片在审核时归档，不用重复。",
        "The list of those who came and the activity’s documents are filed together. Records and photos are filed at their review.",
    );
    let footer = move || {
        view! {
            <Button on_click=move |()| is_open.set(false)>{cancel}</Button>
            <Button
                kind=ButtonKind::Primary
                loading=act.busy()
                disabled=Signal::derive(move || item.read().is_empty())
                on_click=save
            >
                {save_label}
            </Button>
        }
    };
    view! {
        <Dialog open=is_open on_close=move |()| is_open.set(false) title footer wide=true>
            <div class="form">
                <p class="field-hint">{hint}</p>
                <DropDown
                    name="prove-item"
                    label=item_label
                    choices=items
                    value=item
                    on_change=move |value| item.set(value)
                />
                <TextArea
                    name="prove-passage"
                    label=passage_label
                    value=passage
                    on_input=move |value| passage.set(value)
                    error=act.field_error("passage")
                />
                <ActProblem error=Signal::derive(move || act.error()) fields=&["passage"]/>
            </div>
        </Dialog>
    }
    .into_any()
}
