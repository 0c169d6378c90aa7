//! Devices: which phone still holds how much, since when, and shutting one out.

use std::sync::Arc;

use domain::{Lang, Timestamp, api::office::DeviceLine};
use icondata_lu as lu;
use leptos::prelude::*;

use crate::{
    areas::devices::{Standing, has_little_space, sort, standing, summary},
    components::{
        Tone,
        avatar::Avatar,
        button::{Button, ButtonKind, ButtonLink, IconButton},
        dialog::Dialog,
        icon::Icon,
        page_header::PageHeader,
        status::{Art, Badge, Banner, EmptyState},
        surface::{Figure, Figures},
        toast::use_toasts,
    },
    i18n::{counted, t, tf, tp, use_format, use_lang},
    office::{ActProblem, LoadProblem, Loading, Remote, Stale, use_act, use_remote},
    platform,
    routing::Page,
};

#[component]
pub fn DevicesPage() -> impl IntoView {
    let lines: Remote<Vec<DeviceLine>> =
        use_remote(|| Some("/api/office/devices".to_owned())).every(20);
    let revoking = RwSignal::new(None::<DeviceLine>);
    let refresh = t("刷新", "Refresh");
    let (import_zh, import_en) = Page::Rescue.title();
    let import = t(import_zh, import_en);
    let fresh = t("每 20 秒自动更新", "Updates every 20 s");
    let empty_title = t("还没有设备", "No devices yet");
    let empty_text = t(
        "有人登录后，他的手机会出现在这里。",
        "A phone appears here once somebody logs in on it.",
    );
    let body = move || match (lines.get(), lines.error()) {
        (Some(all), _) if all.is_empty() => {
            view! { <EmptyState art=Art::People title=empty_title text=empty_text/> }.into_any()
        }
        (Some(all), _) => view! { <Overview all revoking/> }.into_any(),
        (None, Some(error)) => {
            view! { <LoadProblem error on_retry=move |()| lines.reload()/> }.into_any()
        }
        (None, None) => view! { <Loading/> }.into_any(),
    };
    let stale = Signal::derive(move || lines.error().filter(|_| lines.get().is_some()));
    view! {
        <PageHeader subtitle=fresh>
            <ButtonLink to=Page::Rescue icon=lu::LuFileLock small=true>
                {import}
            </ButtonLink>
            <IconButton icon=lu::LuRefreshCw label=refresh on_click=move |()| lines.reload()/>
        </PageHeader>
        <div class="page page-wide devices-page">
            <Stale error=stale on_retry=move |()| lines.reload()/>
            {body}
        </div>
        <RevokeDialog revoking lines/>
    }
    .into_any()
}

#[component]
fn Overview(all: Arc<Vec<DeviceLine>>, revoking: RwSignal<Option<DeviceLine>>) -> impl IntoView {
    let f = use_format();
    let now = Timestamp(platform::now_ms());
    let sum = summary(&all);
    let mut sorted = all.to_vec();
    sort(&mut sorted, now);
    let (revoked, active): (Vec<DeviceLine>, Vec<DeviceLine>) = sorted
        .into_iter()
        .partition(|line| line.revoked_at.is_some());
    let (waiting, done): (Vec<DeviceLine>, Vec<DeviceLine>) = active
        .into_iter()
        .partition(|line| standing(line, now) < Standing::AllSent);
    let devices = t("台设备有未送达内容", "devices hold unsent work");
    let records = t("条记录未送达", "records not yet here");
    let blobs = t("张照片未送达", "photos not yet here");
    let oldest = t("最早的一条", "the oldest");
    let tone = |some: bool| if some { Tone::Warning } else { Tone::Success };
    let oldest_text = move || {
        sum.oldest
            .map_or_else(|| "–".to_owned(), |at| f.relative_day(at))
    };
    let emptied = (sum.emptied > 0).then(|| {
        let n = sum.emptied;
        let title = tf(move |lang| match lang {
            Lang::Zh => format!("{n} 台手机的本地存储可能被系统清空"),
            Lang::En if n == 1 => "The browser may have emptied one phone’s store".to_owned(),
            Lang::En => format!("The browsers may have emptied {n} phones’ stores"),
        });
        let text = t(
            "它上次报告还有未送达的内容，再次出现时却是空的。请尽快联系本人核对，需要时补记。",
            "It last reported unsent work and came back empty. Please call the person soon and, if needed, have the records written down again.",
        );
        view! {
            <Banner tone=Tone::Danger title>
                <p>{text}</p>
            </Banner>
        }
    });
    let waiting_title = t("还有未送达内容", "Holding unsent work");
    let done_title = t("全部已送达", "All sent");
    let revoked_title = t("已停用", "Revoked");
    let all_done = t("没有手机留着未送达的内容", "No phone holds unsent work");
    let none_waits = waiting.is_empty();
    view! {
        {emptied}
        <Figures>
            <Figure label=devices value=f.number(sum.devices as i64) tone=tone(sum.devices > 0)/>
            <Figure label=records value=f.number(sum.records) tone=tone(sum.records > 0)/>
            <Figure label=blobs value=f.number(sum.blobs) tone=tone(sum.blobs > 0)/>
            <Figure label=oldest value=oldest_text/>
        </Figures>
        <section class="section" aria-label=waiting_title>
            <h2 class="section-title">{waiting_title}</h2>
            {if none_waits {
                view! { <EmptyState art=Art::Done title=all_done/> }.into_any()
            } else {
                view! { <DeviceList lines=waiting now revoking/> }.into_any()
            }}
        </section>
        {(!done.is_empty())
            .then(|| {
                view! {
                    <section class="section" aria-label=done_title>
                        <h2 class="section-title">{done_title}</h2>
                        <DeviceList lines=done now revoking/>
                    </section>
                }
            })}
        {(!revoked.is_empty())
            .then(|| {
                view! {
                    <section class="section" aria-label=revoked_title>
                        <h2 class="section-title">{revoked_title}</h2>
                        <DeviceList lines=revoked now revoking/>
                    </section>
                }
            })}
    }
    .into_any()
}

#[component]
fn DeviceList(
    lines: Vec<DeviceLine>,
    now: Timestamp,
    revoking: RwSignal<Option<DeviceLine>>,
) -> impl IntoView {
    let items = lines
        .into_iter()
        .map(|line| device(line, now, revoking))
        .collect_view();
    view! { <ul class="devices">{items}</ul> }.into_any()
}

fn standing_look(standing: Standing) -> ((&'static str, &'static str), Tone) {
    match standing {
        Standing::Emptied => (("可能被清空", "Maybe emptied"), Tone::Danger),
        Standing::Stale => (("请联系本人", "Call the person"), Tone::Warning),
        Standing::Pending => (("待送达", "Pending"), Tone::Info),
        Standing::AllSent => (("已送达", "All sent"), Tone::Success),
        Standing::Revoked => (("已停用", "Revoked"), Tone::Neutral),
    }
}

fn device(line: DeviceLine, now: Timestamp, revoking: RwSignal<Option<DeviceLine>>) -> AnyView {
    let f = use_format();
    let lang = use_lang();
    let standing = standing(&line, now);
    let (name, tone) = standing_look(standing);
    let (outbox, blobs, oldest) = (line.outbox, line.blobs, line.oldest);
    let seen = line.last_seen_at;
    let holds = tf(move |lang| match (lang, outbox, blobs) {
        (Lang::Zh, 0, 0) => "没有未送达".to_owned(),
        (Lang::En, 0, 0) => "Nothing unsent".to_owned(),
        (Lang::Zh, n, 0) => format!("{n} 条记录"),
        (Lang::En, n, 0) => counted(n, "record", "records"),
        (Lang::Zh, 0, b) => format!("{b} 张照片"),
        (Lang::En, 0, b) => counted(b, "photo", "photos"),
        (Lang::Zh, n, b) => format!("{n} 条记录，{b} 张照片"),
        (Lang::En, n, b) => format!(
            "{}, {}",
            counted(n, "record", "records"),
            counted(b, "photo", "photos")
        ),
    });
    let since = oldest.filter(|_| outbox > 0).map(|at| {
        move || match f.lang() {
            Lang::Zh => format!("最早 {}", f.ago(at)),
            Lang::En => format!("oldest {}", f.ago(at)),
        }
    });
    let seen_text = move || match f.lang() {
        Lang::Zh => format!("最近联系 {}", f.ago(seen)),
        Lang::En => format!("Seen {}", f.ago(seen)),
    };
    let little = has_little_space(&line);
    let free = line.free_bytes;
    let space = move || {
        free.map(|free| match lang.get() {
            Lang::Zh => format!("剩余空间 {}", f.bytes(free)),
            Lang::En => format!("{} free", f.bytes(free)),
        })
    };
    let kept = match line.persisted {
        Some(true) => None,
        Some(false) => Some(t(
            "浏览器没有承诺长期保存",
            "The browser doesn’t promise to keep the store",
        )),
        None => Some(t("存储承诺未知", "Unknown whether the store is kept")),
    };
    let revoke = t("停用设备", "Revoke device");
    let may_revoke = line.revoked_at.is_none();
    let person = line.person_name.clone();
    let build = line.app_build.clone();
    let device_name = line.name.clone();
    view! {
        <li class="device" class:is-urgent=standing <= Standing::Stale>
            <div class="device-who">
                <Avatar name=person.clone()/>
                <span class="device-names">
                    <span class="strong">{person}</span>
                    <span class="muted small">
                        {device_name} {(!build.is_empty()).then(|| format!(" · {build}"))}
                    </span>
                </span>
            </div>
            <div class="device-state">
                <Badge tone label=tp(name)/>
            </div>
            <div class="device-holds">
                <span class:strong={outbox > 0 || blobs > 0}>{holds}</span>
                {since.map(|text| view! { <span class="muted small">{text}</span> })}
            </div>
            <div class="device-seen small">
                <span class="muted">{seen_text}</span>
                <span class:muted=!little class:side-mark=little>{space}</span>
                {kept
                    .map(|text| {
                        view! {
                            <span class="muted device-kept">
                                <Icon icon=lu::LuTriangleAlert/>
                                {text}
                            </span>
                        }
                    })}
            </div>
            <div class="device-act">
                {may_revoke
                    .then(|| {
                        view! {
                            <IconButton
                                icon=lu::LuPowerOff
                                label=revoke
                                on_click=move |()| revoking.set(Some(line.clone()))
                            />
                        }
                    })}
            </div>
        </li>
    }
    .into_any()
}

#[component]
fn RevokeDialog(
    revoking: RwSignal<Option<DeviceLine>>,
    lines: Remote<Vec<DeviceLine>>,
) -> impl IntoView {
    let toasts = use_toasts();
    let act = use_act();
    let title = t("停用这台设备？", "Revoke this device?");
    let confirm = t("停用", "Revoke");
    let cancel = t("取消", "Cancel");
    let done = t(
        "已停用，该设备需要重新登录",
        "Revoked; the device has to log in again",
    );
    let lang = use_lang();
    let whose = move || {
        revoking.with(|line| {
            line.as_ref()
                .map(|line| format!("{} · {}", line.person_name, line.name))
        })
    };
    let after = t(
        "它会立刻退出登录，不能再读取或上传。手机上没送达的内容不会被删除，重新登录后可以继续上传。",
        "It is logged out at once and can’t read or send. What it holds unsent isn’t deleted: it can be sent after logging in again.",
    );
    let holds = move || {
        revoking.with(|line| {
            line.as_ref()
                .filter(|line| line.outbox > 0 || line.blobs > 0)
                .map(|line| match lang.get() {
                    Lang::Zh => format!(
                        "注意：这台设备还有 {} 条记录、{} 张照片没有送达。",
                        line.outbox, line.blobs
                    ),
                    Lang::En => format!(
                        "Mind: it still holds {} records and {} photos.",
                        line.outbox, line.blobs
                    ),
                })
        })
    };
    let close = move |()| {
        act.forget_error();
        revoking.set(None);
    };
    let send = move |()| {
        let Some(line) = revoking.get_untracked() else {
            return;
        };
        let path = format!("/api/office/devices/{}/revoke", line.id);
        act.send("POST", path, None::<&()>, None, move |answer| {
            if answer.is_ok() {
                revoking.set(None);
                toasts.success(done());
                lines.reload();
            }
        });
    };
    let footer = move || {
        view! {
            <Button on_click=close>{cancel}</Button>
            <Button
                kind=ButtonKind::Danger
                icon=lu::LuPowerOff
                loading=act.busy()
                on_click=send
            >
                {confirm}
            </Button>
        }
    };
    view! {
        <Dialog
            open=Signal::derive(move || revoking.with(Option::is_some))
            on_close=close
            title
            footer
        >
            <p class="strong">{whose}</p>
            {move || {
                holds()
                    .map(|text| view! { <Banner tone=Tone::Warning title=text/> })
            }}
            <p>{after}</p>
            <ActProblem error=Signal::derive(move || act.error())/>
        </Dialog>
    }
    .into_any()
}
