//! This phone: where unsent work is, how safe the storage is, installing, exporting, logging out.

use domain::rescue::FILE_BYTES;
use icondata_lu as lu;
use leptos::{prelude::*, task::spawn_local};
use sync::{RescueError, Status};

use crate::{
    areas::rescue::ENDING,
    components::{
        Tone,
        button::{Button, ButtonKind},
        dialog::ConfirmDialog,
        file_button::FileButton,
        icon::Icon,
        surface::{List, ListRow, Section},
        system_notices::InstallHint,
        toast::use_toasts,
    },
    device::Device,
    i18n::{iso_date, t, tf, use_format, use_lang},
    platform::{
        device as hardware, document,
        files::{self, FileError},
        photos::PickedFile,
        share, space,
    },
    routing::Page,
};

/// How much the server doesn't have yet.
fn unsent(device: Device) -> usize {
    match device.status() {
        None | Some(Status::AllSent { .. }) => 0,
        Some(Status::Sending { done, total }) => total.saturating_sub(done),
        Some(
            Status::SavedOnPhone { unsent }
            | Status::Offline { unsent }
            | Status::NeedsLogin { unsent }
            | Status::Attention { unsent, .. },
        ) => unsent,
    }
}

#[component]
pub fn ThisPhone() -> impl IntoView {
    let device = Device::get();
    let title = t("这台手机", "This phone");
    let sync_title = t("同步情况", "Sync status");
    let sync_text = tf(move |lang| {
        let (unsent, drafts) = held(device);
        match (unsent, drafts) {
            (0, 0) => lang
                .pick("没有待发送的内容", "Nothing waits to be sent")
                .to_owned(),
            (0, drafts) => lang.pick(
                format!("{drafts} 份草稿还没提交"),
                format!("Drafts not submitted: {drafts}"),
            ),
            (unsent, 0) => lang.pick(
                format!("{unsent} 条待发送"),
                format!("Waiting to be sent: {unsent}"),
            ),
            (unsent, drafts) => lang.pick(
                format!("{unsent} 条待发送，{drafts} 份草稿"),
                format!("Waiting to be sent: {unsent}; drafts: {drafts}"),
            ),
        }
    });
    view! {
        <Section title>
            <InstallHint/>
            <List>
                <ListRow title=sync_title text=sync_text icon=lu::LuRefreshCw to=Page::Outbox/>
                <Storage/>
                <Installed/>
                <Export/>
                <Carry/>
            </List>
        </Section>
        <LogOut/>
        <Version/>
    }
    .into_any()
}

/// Unsent things and drafts.
fn held(device: Device) -> (usize, usize) {
    let drafts = device.drafts().map_or(0, |drafts| drafts.len());
    (unsent(device), drafts)
}

#[component]
fn Storage() -> impl IntoView {
    let f = use_format();
    let lang = use_lang();
    let toasts = use_toasts();
    let state = RwSignal::new(None::<space::Space>);
    let look = move || {
        spawn_local(async move {
            let found = space::look().await;
            let _ = state.try_set(Some(found));
        });
    };
    Effect::new(move |_| look());
    let protected = move || state.get().and_then(|state| state.persisted);
    let title = t("本机存储", "Storage on this phone");
    let text = tf(move |lang| {
        let Some(state) = state.get() else {
            return String::new();
        };
        let safety = match state.persisted {
            Some(true) => Some(lang.pick("受保护，浏览器不会自动清理", "Protected from clearing")),
            Some(false) => Some(lang.pick(
                "未受保护，手机空间紧张时浏览器可能清理",
                "Not protected: the browser may clear it when space runs low",
            )),
            None => None,
        };
        let used = state.used.map(|used| {
            lang.pick(
                format!("已用 {}", f.bytes(used)),
                format!("{} used", f.bytes(used)),
            )
        });
        let free = state.free.map(|free| {
            lang.pick(
                format!("可用 {}", f.bytes(free)),
                format!("{} free", f.bytes(free)),
            )
        });
        let parts: Vec<String> = safety
            .map(str::to_owned)
            .into_iter()
            .chain(used)
            .chain(free)
            .collect();
        if parts.is_empty() {
            return lang
                .pick("浏览器没有提供信息", "The browser doesn't say")
                .to_owned();
        }
        parts.join(lang.pick(" · ", " · "))
    });
    let protect_label = t("申请保护", "Protect");
    let protect = move || {
        spawn_local(async move {
            let agreed = space::protect().await;
            let lang = lang.get_untracked();
            if agreed {
                toasts.success(lang.pick("浏览器答应不自动清理", "The browser agreed"));
            } else {
                toasts.info(lang.pick(
                    "浏览器没有答应。把明录放到桌面后再试，通常就可以了。",
                    "The browser didn't agree. It usually does once Minglu is on the home screen.",
                ));
            }
            look();
        });
    };
    let trail = move || {
        let show = move || {
            (protected() == Some(false)).then(|| {
                view! { <Button small=true on_click=protect>{protect_label}</Button> }
            })
        };
        view! { {show} }.into_any()
    };
    view! { <ListRow title text icon=lu::LuHardDrive tone=Tone::Neutral trail/> }.into_any()
}

/// Whether it opens from the home screen; how, where the browser has no question of its own.
#[component]
fn Installed() -> impl IntoView {
    // Known only on the device, hence in an effect.
    let installed = RwSignal::new(None::<bool>);
    Effect::new(move |_| installed.set(Some(hardware::is_standalone())));
    let title = t("放到桌面", "On the home screen");
    let text = tf(move |lang| match installed.get() {
        Some(true) => lang
            .pick(
                "已从桌面打开，没有信号也能用",
                "Opened from the home screen; works without a signal",
            )
            .to_owned(),
        _ => lang
            .pick(
                "在浏览器菜单里选“添加到主屏幕”或“安装应用”",
                "Choose “Add to Home Screen” or “Install” in the browser's menu",
            )
            .to_owned(),
    });
    view! { <ListRow title text icon=lu::LuSmartphone tone=Tone::Neutral/> }.into_any()
}

/// Everything unsent as one file.
#[component]
fn Export() -> impl IntoView {
    let device = Device::get();
    let lang = use_lang();
    let toasts = use_toasts();
    let busy = RwSignal::new(false);
    let title = t("导出未发送的内容", "Export what isn't sent");
    let text = t(
        "长期连不上网或要换手机时，存成加密文件，交给办公室导入，或请能上网的同事带走。只有服务器能打开。",
        "For when this phone stays offline or is replaced: the office imports the file, or a colleague carries it. Only the server opens it.",
    );
    let label = t("导出", "Export");
    let export = move || {
        let Some(replica) = device.replica() else {
            return;
        };
        busy.set(true);
        spawn_local(async move {
            let words = lang.get_untracked();
            match replica.rescue().await {
                Ok(bytes) => {
                    let day = iso_date(device.now_untracked(), device.utc_offset_minutes());
                    let name = format!("minglu-{}-{day}{ENDING}", replica.account().name);
                    if share::save_file(&name, "application/octet-stream", &bytes) {
                        toasts.success(words.pick("已存到下载文件夹", "Saved to your downloads"));
                    } else {
                        toasts.error(words.pick(
                            "没能存成文件，请换用系统浏览器再试",
                            "The file couldn't be saved. Try the system's browser",
                        ));
                    }
                }
                Err(error) => toasts.error(error.message(words)),
            }
            let _ = busy.try_set(false);
        });
    };
    let trail = move || {
        view! { <Button small=true loading=busy on_click=export>{label}</Button> }.into_any()
    };
    view! { <ListRow title text icon=lu::LuFileDown tone=Tone::Neutral trail/> }.into_any()
}

/// A colleague's file, to be handed in when there is a network.
#[component]
fn Carry() -> impl IntoView {
    let device = Device::get();
    let lang = use_lang();
    let toasts = use_toasts();
    let busy = RwSignal::new(false);
    let title = t("替同事带文件", "Carry a colleague's file");
    let text = t(
        "同事的手机连不上网时，可以把他导出的文件交给这台手机，联网后自动送达。您看不到其中的内容。",
        "When a colleague's phone can't go online, this phone hands in the file exported there. You can't see what is in it.",
    );
    let label = t("选择文件", "Choose");
    let carry = move |file: PickedFile| {
        let Some(replica) = device.replica() else {
            return;
        };
        busy.set(true);
        spawn_local(async move {
            let words = lang.get_untracked();
            let carried = match files::read(&file, FILE_BYTES).await {
                Ok(bytes) => replica.carry(&bytes).await,
                Err(FileError::TooLarge) => Err(RescueError::TooLarge),
                Err(FileError::Unreadable) => Err(RescueError::NotOne),
            };
            match carried {
                Ok(()) => toasts.success(words.pick(
                    "已存在这台手机上，联网后自动送达",
                    "Saved on this phone; it is handed in when there is a network",
                )),
                Err(error) => toasts.error(error.message(words)),
            }
            let _ = busy.try_set(false);
        });
    };
    let trail = move || {
        view! { <FileButton small=true label accept=ENDING busy on_pick=carry/> }.into_any()
    };
    view! { <ListRow title text icon=lu::LuFileLock tone=Tone::Neutral trail/> }.into_any()
}

#[component]
fn LogOut() -> impl IntoView {
    let device = Device::get();
    let (asking, busy) = (RwSignal::new(false), RwSignal::new(false));
    let label = t("退出登录", "Log out");
    let title = tf(move |lang| match held(device) {
        (0, 0) => lang.pick("退出登录？", "Log out?").to_owned(),
        _ => lang
            .pick("还有内容没有送达，仍要退出？", "Log out with unsent work?")
            .to_owned(),
    });
    let text = tf(move |lang| {
        match held(device) {
        (0, 0) => lang
            .pick(
                "内容都已送达。本机的副本会删除，再次登录时重新下载。",
                "Everything was sent. The copies on this phone are deleted and come back when you log in again.",
            )
            .to_owned(),
        (unsent, drafts) => lang.pick(
            format!("{unsent} 条待发送、{drafts} 份草稿只在这台手机上。退出后会留在这里，用同一账号在这台手机上登录才能继续发送；清除浏览器数据会丢失。"),
            format!("Waiting to be sent: {unsent}; drafts: {drafts}. They exist only on this phone and stay here: log in again on this phone with the same account to send them. Clearing the browser's data loses them."),
        ),
    }
    });
    let log_out = move || {
        busy.set(true);
        spawn_local(async move {
            device.log_out().await;
            let _ = busy.try_set(false);
        });
    };
    view! {
        <Button kind=ButtonKind::Secondary icon=lu::LuLogOut wide=true on_click=move || asking.set(true)>
            {label}
        </Button>
        <ConfirmDialog
            open=asking
            title
            text
            confirm=label
            danger=true
            loading=busy
            on_confirm=log_out
            on_close=move || asking.set(false)
        />
    }
    .into_any()
}

#[component]
fn Version() -> impl IntoView {
    let build = RwSignal::new(String::new());
    Effect::new(move |_| build.set(document::build()));
    let text = tf(move |lang| {
        let (version, build) = (env!("CARGO_PKG_VERSION"), build.get());
        lang.pick(
            format!("明录 {version} · 版本号 {build}"),
            format!("Minglu {version} · build {build}"),
        )
    });
    view! {
        <p class="version"><Icon icon=lu::LuInfo/>{text}</p>
    }
    .into_any()
}
