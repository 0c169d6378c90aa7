//! The dialog that adds or changes premises.

use domain::{
    api::premises::PremisesInput,
    areas::premises::{Premises, PremisesKind},
};
use leptos::prelude::*;

use super::{PATH, kinds};
use crate::{
    components::{
        button::{Button, ButtonKind},
        choice::{DropDown, Switch},
        dialog::Dialog,
        field::{TextArea, TextField, TextKind},
        toast::use_toasts,
    },
    http,
    i18n::{t, use_lang},
    office::{ActProblem, use_act},
};

/// What the dialog is about.
#[derive(Clone, PartialEq)]
pub(super) enum Editing {
    New,
    Existing(Premises),
}

/// The fields that show their own error.
const FIELDS: &[&str] = &[
    "name",
    "address",
    "phone",
    "credit_code",
    "official_no",
    "note",
];

#[component]
pub(super) fn EditDialog(
    editing: RwSignal<Option<Editing>>,
    #[prop(into)] on_saved: Callback<Premises>,
) -> impl IntoView {
    let act = use_act();
    let (toasts, lang) = (use_toasts(), use_lang());
    let [name, kind, address, phone, code, number, note] =
        [(); 7].map(|()| RwSignal::new(String::new()));
    let active = RwSignal::new(true);
    Effect::new(move |_| {
        act.forget_error();
        let known = match editing.get() {
            Some(Editing::Existing(premises)) => Some(premises),
            Some(Editing::New) => None,
            None => return,
        };
        active.set(known.as_ref().is_none_or(|known| known.active));
        kind.set(
            known
                .as_ref()
                .map(|known| known.kind.as_str().to_owned())
                .unwrap_or_default(),
        );
        let texts = known.map(|it| {
            [
                it.name,
                it.address,
                it.phone,
                it.credit_code,
                it.official_no,
                it.note,
            ]
        });
        let fields = [name, address, phone, code, number, note];
        for (field, text) in fields.into_iter().zip(texts.unwrap_or_default()) {
            field.set(text);
        }
    });
    let save = move || {
        let input = PremisesInput {
            name: name.get_untracked(),
            kind: PremisesKind::parse(&kind.get_untracked()).unwrap_or(PremisesKind::Other),
            address: address.get_untracked(),
            phone: phone.get_untracked(),
            credit_code: code.get_untracked(),
            official_no: number.get_untracked(),
            note: note.get_untracked(),
            active: active.get_untracked(),
        };
        let (method, path, seen) = match editing.get_untracked() {
            Some(Editing::Existing(known)) => {
                ("PUT", format!("{PATH}/{}", known.id), Some(known.revision))
            }
            _ => ("POST", PATH.to_owned(), None),
        };
        act.send(method, path, Some(&input), seen, move |answer| {
            if let Ok(saved) = answer.and_then(|body| http::read::<Premises>(&body)) {
                editing.set(None);
                toasts.success(lang.get_untracked().pick("已保存", "Saved"));
                on_saved.run(saved);
            }
        });
    };
    let title = move || match editing.get() {
        Some(Editing::Existing(_)) => lang.get().pick("修改单位", "Change premises"),
        _ => lang.get().pick("新增监管单位", "Add premises"),
    };
    let save_label = t("保存", "Save");
    let footer = move || {
        view! {
            <Button kind=ButtonKind::Primary loading=act.busy() on_click=save>{save_label}</Button>
        }
    };
    let (name_label, kind_label, address_label, phone_label) = (
        t("单位名称", "Name"),
        t("类别", "Kind"),
        t("地址", "Address"),
        t("联系电话", "Phone"),
    );
    let (code_label, number_label, note_label, active_label) = (
        t("统一社会信用代码", "Unified social credit code"),
        t("许可证或档案编号", "License or file number"),
        t("备注", "Note"),
        t("在用", "In use"),
    );
    let phone_hint = t(
        "个人信息：只给执法人员联系用，不会导出",
        "Personal: for staff to call, never exported",
    );
    let code_hint = t("18 位，可不填", "18 characters; may stay empty");
    let number_hint = t("只记编号，内容在省平台", "The number only");
    let active_hint = t(
        "停业或搬走时关掉：不再下发到手机的名录里，历史保留。",
        "Off when it closed or moved: no longer listed on phones; its history stays.",
    );
    let kinds = kinds(("其他", "Other"));
    view! {
        <Dialog
            open=Signal::derive(move || editing.read().is_some())
            on_close=move || editing.set(None)
            title
            footer
            wide=true
        >
            <ActProblem error=Signal::derive(move || act.error()) fields=FIELDS/>
            <div class="form">
                <TextField
                    name="name"
                    label=name_label
                    value=name
                    on_input=move |text| name.set(text)
                    error=act.field_error("name")
                    required=true
                    max_length=100
                />
                <div class="form-row">
                    <DropDown
                        name="premises-kind"
                        label=kind_label
                        choices=kinds
                        value=kind
                        on_change=move |value| kind.set(value)
                    />
                    <TextField
                        name="phone"
                        label=phone_label
                        kind=TextKind::Mobile
                        value=phone
                        on_input=move |text| phone.set(text)
                        hint=phone_hint
                        error=act.field_error("phone")
                    />
                </div>
                <TextField
                    name="address"
                    label=address_label
                    value=address
                    on_input=move |text| address.set(text)
                    error=act.field_error("address")
                    max_length=200
                />
                <div class="form-row">
                    <TextField
                        name="credit_code"
                        label=code_label
                        value=code
                        on_input=move |text| code.set(text)
                        hint=code_hint
                        error=act.field_error("credit_code")
                    />
                    <TextField
                        name="official_no"
                        label=number_label
                        value=number
                        on_input=move |text| number.set(text)
                        hint=number_hint
                        error=act.field_error("official_no")
                        max_length=60
                    />
                </div>
                <TextArea
                    name="note"
                    label=note_label
                    value=note
                    on_input=move |text| note.set(text)
                    error=act.field_error("note")
                    max_length=500
                />
                {move || {
                    matches!(*editing.read(), Some(Editing::Existing(_)))
                        .then(|| {
                            view! {
                                <Switch
                                    label=active_label
                                    hint=active_hint
                                    checked=active
                                    on_change=move |on| active.set(on)
                                />
                            }
                        })
                }}
            </div>
        </Dialog>
    }
    .into_any()
}
