//! The kit's fields and choices.

use domain::Lang;
use leptos::prelude::*;

use crate::{
    components::{
        choice::{CheckBox, Choice, ChoiceLook, DropDown, SelectMany, SelectOne, Switch},
        field::{PasswordField, SearchField, Stepper, TextArea, TextField, TextKind},
        surface::{Card, List, Section},
    },
    i18n::{t, use_lang},
};

#[component]
pub fn Inputs() -> impl IntoView {
    let lang = use_lang();
    let text = RwSignal::new(String::new());
    let mobile = RwSignal::new("1380013".to_owned());
    let count = RwSignal::new("12".to_owned());
    let one = RwSignal::new("a".to_owned());
    let many = RwSignal::new(vec!["b".to_owned()]);
    let on = RwSignal::new(true);
    let error = Signal::derive(move || {
        Some(
            lang.get()
                .pick("手机号应为 11 位", "A mobile number has 11 digits")
                .to_owned(),
        )
    });
    let choices = Signal::derive(move || {
        let zh = lang.get() == Lang::Zh;
        vec![
            Choice::new("a", if zh { "餐饮单位" } else { "Restaurant" }).hint(if zh {
                "饭店、食堂"
            } else {
                "Also canteens"
            }),
            Choice::new("b", if zh { "美容美发" } else { "Hairdresser" }),
            Choice::new("c", if zh { "医疗机构" } else { "Clinic" }),
        ]
    });
    view! {
        <Section title=t("输入", "Inputs")>
            <SearchField label=t("搜索记录", "Search records") value=text on_input=move |v| text.set(v)/>
            <Card>
                <div class="form">
                    <TextField
                        name="kit-place"
                        label=t("地点", "Place")
                        value=text
                        on_input=move |v| text.set(v)
                        hint=t("写到门牌号", "With the house number")
                        placeholder=t("例如：月湖社区服务中心", "Such as: Yuehu community center")
                        required=true
                    />
                    <TextField
                        name="kit-mobile"
                        label=t("手机号", "Mobile number")
                        kind=TextKind::Mobile
                        value=mobile
                        on_input=move |v| mobile.set(v)
                        error
                    />
                    <PasswordField
                        name="kit-password"
                        label=t("密码", "Password")
                        value=text
                        on_input=move |v| text.set(v)
                        new=true
                    />
                    <div class="form-row">
                        <TextField
                            name="kit-date"
                            label=t("日期", "Date")
                            kind=TextKind::Date
                            value=Signal::derive(|| "2026-11-23".to_owned())
                            on_input=|_| {}
                        />
                        <TextField
                            name="kit-time"
                            label=t("时间", "Time")
                            kind=TextKind::Time
                            value=Signal::derive(|| "19:05".to_owned())
                            on_input=|_| {}
                        />
                    </div>
                    <Stepper
                        name="kit-count"
                        label=t("献血人数", "Donors")
                        value=count
                        on_input=move |v| count.set(v)
                        unit=t("人", "people")
                    />
                    <TextField
                        name="kit-volume"
                        label=t("献血量", "Volume")
                        kind=TextKind::Integer
                        value=count
                        on_input=move |v| count.set(v)
                        unit=t("毫升", "mL")
                    />
                    <TextArea
                        name="kit-note"
                        label=t("情况说明", "What happened")
                        value=text
                        on_input=move |v| text.set(v)
                        max_length=500
                    />
                    <TextField
                        name="kit-code"
                        label=t("签到口令", "Code word")
                        kind=TextKind::Code
                        value=Signal::derive(|| "482 913".to_owned())
                        on_input=|_| {}
                    />
                    <SelectOne
                        name="kit-chips"
                        label=t("对象", "Whom")
                        choices
                        value=one
                        on_change=move |v| one.set(v)
                        required=true
                    />
                    <SelectMany
                        name="kit-list"
                        label=t("发现的问题", "Findings")
                        choices
                        look=ChoiceLook::List
                        value=many
                        on_change=move |v| many.set(v)
                    />
                    <DropDown
                        name="kit-drop"
                        label=t("科室", "Department")
                        choices
                        value=one
                        on_change=move |v| one.set(v)
                    />
                    <CheckBox name="kit-agree" checked=on on_change=move |v| on.set(v)>
                        {t("我已阅读并同意", "I have read and agree to the ")}
                        <a href="/kit">{t("隐私说明", "privacy notice")}</a>
                    </CheckBox>
                </div>
            </Card>
            <List>
                <Switch
                    label=t("记录定位", "Record the place")
                    hint=t("只在点按时取一次", "Once, when you tap")
                    checked=on
                    on_change=move |v| on.set(v)
                />
            </List>
        </Section>
    }
    .into_any()
}
