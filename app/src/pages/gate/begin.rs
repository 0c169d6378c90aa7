//! Making the phone a kiosk: the number that ends it, and what it asks people for.

use domain::{ActivityId, areas::attendances::Direction};
use icondata_lu as lu;
use leptos::prelude::*;

use crate::{
    areas::attendances::kiosk::{DIGITS, Kiosk, use_kiosk},
    components::{
        button::{Button, ButtonKind},
        choice::Switch,
        dialog::Dialog,
        field::{TextField, TextKind},
    },
    device::Device,
    i18n::{t, tf},
};

/// Beginning it, on the organizer's side.
#[component]
pub(super) fn BeginKiosk(
    activity: ActivityId,
    direction: RwSignal<Direction>,
    until: domain::Timestamp,
) -> impl IntoView {
    let (mode, device) = (use_kiosk(), Device::get());
    let asking = RwSignal::new(false);
    let number = RwSignal::new(String::new());
    let (signature, unit) = (RwSignal::new(false), RwSignal::new(false));
    let unit_switch = t("请来宾写明来自哪里", "Ask guests where they come from");
    let (label, title, field, switch) = (
        t(
            "自助签到（给没带手机的人）",
            "Kiosk, for people without a phone",
        ),
        t("把这台手机变成自助签到台", "Make this phone a kiosk"),
        t("设一个退出用的数字", "A number that ends it"),
        t("请每个人手写签名", "Ask for a signature"),
    );
    let explain = t(
        "打开后，这台手机只显示签到画面：来的人输入姓名、确认，下一位接着来。要退出须输入下面的数字。",
        "The phone then shows nothing but the check-in: people type their name and confirm, one after the other. Only the number below leads out.",
    );
    let hint = tf(move |lang| {
        lang.pick(
            format!("至少 {DIGITS} 位，不要用现场念的口令"),
            format!("{DIGITS} digits at least; not the code word that is spoken at the gate"),
        )
    });
    let begin_label = t("开始", "Begin");
    let is_short = Signal::derive(move || number.read().trim().chars().count() < DIGITS);
    let begin = move || {
        let direction = direction.get_untracked();
        let number = number.get_untracked();
        // Begun long after the end (people came late, or the time was wrong), it lasts all the same.
        let now = device.now_untracked();
        let kiosk = Kiosk::new(
            activity,
            direction,
            signature.get_untracked(),
            unit.get_untracked(),
            &number,
            until.max(now.plus_minutes(120)),
        );
        mode.begin(kiosk);
    };
    let footer = move || {
        view! {
            <Button kind=ButtonKind::Primary disabled=is_short on_click=begin>{begin_label}</Button>
        }
    };
    view! {
        <Button kind=ButtonKind::Secondary icon=lu::LuTablet wide=true on_click=move || asking.set(true)>
            {label}
        </Button>
        <Dialog open=asking on_close=move || asking.set(false) title footer>
            <div class="form">
                <p class="muted">{explain}</p>
                <TextField
                    name="kiosk-lock"
                    label=field
                    kind=TextKind::Code
                    hint=hint.clone()
                    value=number
                    on_input=move |text| number.set(text)
                />
                <div class="list">
                    <Switch
                        label=switch
                        checked=signature
                        on_change=move |on| signature.set(on)
                    />
                    <Switch label=unit_switch checked=unit on_change=move |on| unit.set(on)/>
                </div>
            </div>
        </Dialog>
    }
    .into_any()
}
