//! All components in all states, for whoever designs; no menu leads here.

mod inputs;
mod media;

use domain::{Lang, areas::people::Role};
use icondata_lu as lu;
use leptos::prelude::*;

use crate::{
    components::{
        Tone,
        avatar::Avatar,
        button::{ActionTile, Button, ButtonKind, IconButton, KeyHint},
        choice::{Choice, Segmented, Tabs},
        dialog::{ConfirmDialog, Dialog},
        page_header::PageHeader,
        status::{Art, Badge, Banner, EmptyState, ErrorState, ProgressBar, Skeleton},
        surface::{
            Card, Fact, Facts, Figure, Figures, List, ListRow, Section, Timeline, TimelineItem,
        },
        sync_status::{SyncState, SyncStatus},
        system_notices::InstallHint,
        table::{Column, DataTable, Row, Sort},
        toast::use_toasts,
    },
    i18n::{t, tf, use_format, use_lang},
    layout::{Viewer, use_frame},
    pages::kit::{inputs::Inputs, media::Media},
    preferences::{TextSize, Theme, use_preferences},
    routing::Page,
};

#[component]
pub fn KitPage() -> impl IntoView {
    let subtitle = t("设计评审用", "For design review");
    let more = t("更多", "More");
    let frame = use_frame();
    view! {
        <PageHeader subtitle>
            <IconButton
                icon=lu::LuEllipsis
                label=more
                on_click=move || {
                    frame
                        .viewer
                        .set(
                            Some(Viewer {
                                name: "林晓燕".to_owned(),
                                organization: "海曙区卫生健康行政执法队".to_owned(),
                                role: Role::Administrator,
                            }),
                        );
                    frame.to_review.set(12);
                    frame.returned.set(2);
                }
            />
        </PageHeader>
        <div class="page">
            <Settings/>
            <States/>
            <Lists/>
            <Buttons/>
            <Inputs/>
            <Media/>
            <Emptiness/>
        </div>
    }
    .into_any()
}

#[component]
fn Settings() -> impl IntoView {
    let preferences = use_preferences();
    let lang = use_lang();
    let languages =
        Signal::derive(|| vec![Choice::new("zh", "中文"), Choice::new("en", "English")]);
    let themes = Signal::derive(move || {
        let name = |theme: Theme| lang.get().pick(theme.name().0, theme.name().1);
        Theme::ALL
            .into_iter()
            .map(|theme| Choice::new(theme.as_str(), name(theme)))
            .collect()
    });
    let sizes = Signal::derive(move || {
        let name = |size: TextSize| lang.get().pick(size.name().0, size.name().1);
        TextSize::ALL
            .into_iter()
            .map(|size| Choice::new(size.as_str(), name(size)))
            .collect()
    });
    view! {
        <Section title=t("显示", "Display")>
            <Segmented
                name="kit-lang"
                label=t("语言", "Language")
                choices=languages
                value=Signal::derive(move || lang.get().pick("zh", "en").to_owned())
                on_change=move |value: String| {
                    preferences.choose_lang(if value == "zh" { Lang::Zh } else { Lang::En });
                }
            />
            <Segmented
                name="kit-theme"
                label=t("主题", "Theme")
                choices=themes
                value=Signal::derive(move || preferences.theme.get().as_str().to_owned())
                on_change=move |value: String| {
                    if let Some(theme) = Theme::ALL.into_iter().find(|t| t.as_str() == value) {
                        preferences.theme.set(theme);
                    }
                }
            />
            <Segmented
                name="kit-text"
                label=t("字号", "Text size")
                choices=sizes
                value=Signal::derive(move || preferences.text.get().as_str().to_owned())
                on_change=move |value: String| {
                    if let Some(size) = TextSize::ALL.into_iter().find(|s| s.as_str() == value) {
                        preferences.text.set(size);
                    }
                }
            />
        </Section>
    }
    .into_any()
}

#[component]
fn States() -> impl IntoView {
    let f = use_format();
    let now = domain::Timestamp(crate::platform::now_ms());
    let states = [
        SyncState::SavedOnPhone { n: 3 },
        SyncState::Sending { done: 3, total: 7 },
        SyncState::AllSent { at: now },
        SyncState::Offline { unsent: 2 },
        SyncState::NeedsLogin { unsent: 2 },
        SyncState::Attention { n: 1 },
    ];
    let lines = states
        .into_iter()
        .map(|state| view! { <SyncStatus state/> })
        .collect_view();
    view! {
        <InstallHint/>
        <Section title=t("状态", "States")>
            <div class="stack-tight">{lines}</div>
            <div class="cluster">
                <Badge tone=Tone::Info icon=lu::LuSmartphone label=t("已存手机", "On this phone")/>
                <Badge tone=Tone::Primary icon=lu::LuCloudUpload label=t("发送中", "Sending")/>
                <Badge tone=Tone::Neutral icon=lu::LuClock label=t("待审核", "Waiting")/>
                <Badge tone=Tone::Success label=t("已通过", "Approved")/>
                <Badge tone=Tone::Warning icon=lu::LuUndo2 label=t("已退回", "Returned")/>
                <Badge tone=Tone::Danger label=t("未能处理", "Held")/>
            </div>
            <Banner tone=Tone::Warning title=t("办公室退回了一条记录", "The office returned a record")>
                <p>{t("照片看不清单位名称，请补一张。", "The unit’s name can’t be read: add a photo.")}</p>
                <Button small=true>{t("去修改", "Correct it")}</Button>
            </Banner>
            <Banner tone=Tone::Info title=t("手机里还有 3 条没有发送", "3 records are still on this phone")/>
            <Banner
                tone=Tone::Danger
                title=t("手机空间不足，照片没有保存", "The phone is full: the photo was not kept")
                on_close=|| {}
            />
            <ProgressBar label=t("发送进度", "Sending") value=Signal::derive(|| 3) max=Signal::derive(|| 7)/>
            <Figures>
                <Figure label=t("本月服务", "This month") value=tf(move |_| f.duration(150)) tone=Tone::Primary/>
                <Figure label=t("待审核", "Waiting") value="12"/>
                <Figure label=t("已退回", "Returned") value="2" tone=Tone::Warning/>
            </Figures>
        </Section>
    }
    .into_any()
}

#[component]
fn Lists() -> impl IntoView {
    let f = use_format();
    let now = domain::Timestamp(crate::platform::now_ms());
    let tab = RwSignal::new("open".to_owned());
    let lang = use_lang();
    let tabs = Signal::derive(move || {
        let zh = lang.get() == Lang::Zh;
        vec![
            Choice::new("open", if zh { "待审核" } else { "Waiting" }).hint("12"),
            Choice::new("returned", if zh { "已退回" } else { "Returned" }).hint("2"),
            Choice::new("approved", if zh { "已通过" } else { "Approved" }),
        ]
    });
    let sort = RwSignal::new(Some(Sort {
        key: "time",
        descending: true,
    }));
    let toasts = use_toasts();
    let waiting = t("待审核", "Waiting");
    let columns = vec![
        Column::new("what", t("内容", "What")).sortable(),
        Column::new("who", t("填报人", "By")),
        Column::new("photos", t("照片", "Photos")).numeric().minor(),
        Column::new("time", t("发生时间", "Happened")).sortable(),
        Column::new("state", t("状态", "State")),
    ];
    let cells = std::sync::Arc::new(move |id: &str| {
        let title = format!("普法宣传 · 月湖社区 {id}");
        vec![
            view! { <span class="strong">{title}</span> }.into_any(),
            view! { "林晓燕" }.into_any(),
            view! { "3" }.into_any(),
            view! { {move || f.day_time(now)} }.into_any(),
            view! { <Badge tone=Tone::Neutral icon=lu::LuClock label=waiting/> }.into_any(),
        ]
    });
    view! {
        <Section
            title=t("今天的活动", "Today’s activities")
            action=move || view! { <a href=Page::Activities.path()>{t("全部", "All")}</a> }
        >
            <List>
                <ListRow
                    icon=lu::LuHeartHandshake
                    tone=Tone::Primary
                    title=t("月湖社区健康义诊", "Free clinic, Yuehu community")
                    text=tf(move |_| f.span(now, now.plus_minutes(120)))
                    trail=move || view! { <Badge tone=Tone::Success label=t("已报名", "Signed up")/> }
                    to=Signal::derive(|| Page::Home)
                />
                <ListRow
                    icon=lu::LuDroplet
                    tone=Tone::Danger
                    title=t("无偿献血", "Blood drive")
                    text=tf(move |_| f.milliliters(12_400))
                    on_click=|| {}
                />
                <ListRow
                    lead=|| view! { <Avatar name="欧阳明月"/> }
                    title="欧阳明月"
                    text=t("综合监督科 · 记录员", "Supervision · Recorder")
                    trail=move || view! { <span>{move || f.ago(now.plus_minutes(-5))}</span> }
                />
            </List>
        </Section>
        <Section title=t("审核", "Review")>
            <Tabs
                label=t("状态", "State")
                choices=tabs
                value=tab
                on_change=move |value| tab.set(value)
            />
            <DataTable
                caption=t("记录", "Records")
                columns
                rows=Signal::derive(|| (1..=4).map(|n| Row::new(n, 1)).collect::<Vec<_>>())
                cells
                sort=sort
                on_sort=move |by| sort.set(Some(by))
                on_open=move |id: String| toasts.info(id)
            />
            <p class="cluster muted small">
                <KeyHint key="J"/> <KeyHint key="K"/> {t("上下移动", "move")} <KeyHint key="A"/>
                {t("通过", "approve")} <KeyHint key="R"/> {t("退回", "return")}
            </p>
        </Section>
        <Card title=t("活动信息", "Facts")>
            <Facts>
                <Fact label=t("时间", "Time")>{move || f.span(now, now.plus_minutes(90))}</Fact>
                <Fact label=t("地点", "Place")>{t("月湖社区服务中心", "Yuehu community center")}</Fact>
                <Fact label=t("组织", "Organizer")>"林晓燕"</Fact>
            </Facts>
        </Card>
        <Card title=t("经过", "History")>
            <Timeline>
                <TimelineItem
                    title=t("填报", "Submitted")
                    at=tf(move |_| f.day_time(now.plus_minutes(-300)))
                    icon=lu::LuSend
                />
                <TimelineItem
                    title=t("退回：照片看不清", "Returned: the photo is blurred")
                    at=tf(move |_| f.day_time(now.plus_minutes(-200)))
                    tone=Tone::Warning
                    icon=lu::LuUndo2
                />
                <TimelineItem
                    title=t("通过", "Approved")
                    at=tf(move |_| f.day_time(now))
                    tone=Tone::Success
                    icon=lu::LuCheck
                />
            </Timeline>
        </Card>
    }
    .into_any()
}

#[component]
fn Buttons() -> impl IntoView {
    let toasts = use_toasts();
    let dialog = RwSignal::new(false);
    let confirm = RwSignal::new(false);
    let saved = t("已存在这台手机上", "Saved on this phone");
    let failed = t("没能保存，请再试一次", "Couldn’t save: try again");
    let reason = t("退回原因会显示给填报人。", "The author reads the reason.");
    let done = t("退回", "Return it");
    view! {
        <Section title=t("按钮", "Buttons")>
            <div class="tiles">
                <ActionTile
                    to=Signal::derive(|| Page::CheckIn)
                    icon=lu::LuScanLine
                    title=t("扫码签到", "Scan to check in")
                    text=t("离线也能用", "Works offline")
                    primary=true
                />
                <ActionTile
                    to=Signal::derive(|| Page::NewRecord(None))
                    icon=lu::LuNotebookPen
                    title=t("新建记录", "New record")
                    text=t("宣传、献血、随手记", "Outreach, blood drive, note")
                />
            </div>
            <div class="cluster">
                <Button kind=ButtonKind::Primary on_click=move || toasts.success(saved())>
                    {t("保存", "Save")}
                </Button>
                <Button on_click=move || dialog.set(true)>{t("打开窗口", "Open a dialog")}</Button>
                <Button kind=ButtonKind::Ghost on_click=move || toasts.error(failed())>
                    {t("取消", "Cancel")}
                </Button>
                <Button kind=ButtonKind::Danger icon=lu::LuTrash2 on_click=move || confirm.set(true)>
                    {t("删除", "Delete")}
                </Button>
                <Button kind=ButtonKind::Primary loading=Signal::derive(|| true)>
                    {t("正在保存", "Saving")}
                </Button>
                <Button disabled=Signal::derive(|| true)>{t("不可用", "Disabled")}</Button>
                <Button small=true icon=lu::LuDownload>{t("导出", "Export")}</Button>
            </div>
            <Dialog
                open=dialog
                on_close=move || dialog.set(false)
                title=t("退回记录", "Return the record")
                footer=move || {
                    view! {
                        <Button on_click=move || dialog.set(false)>{t("取消", "Cancel")}</Button>
                        <Button kind=ButtonKind::Primary on_click=move || dialog.set(false)>
                            {done}
                        </Button>
                    }
                }
            >
                <p>{reason}</p>
            </Dialog>
            <ConfirmDialog
                open=confirm
                title=t("删除这份草稿？", "Delete this draft?")
                text=t("照片也会一起删除，不能恢复。", "Its photos go too. This can’t be undone.")
                confirm=t("删除", "Delete")
                danger=true
                on_confirm=move || confirm.set(false)
                on_close=move || confirm.set(false)
            />
        </Section>
    }
    .into_any()
}

#[component]
fn Emptiness() -> impl IntoView {
    let all = [
        Art::Calendar,
        Art::Done,
        Art::Search,
        Art::Offline,
        Art::People,
    ];
    let arts = all
        .into_iter()
        .map(|art| view! { <EmptyState art title=format!("{art:?}")/> })
        .collect_view();
    view! {
        <Section title=t("空与错", "Nothing, and trouble")>
            <Skeleton rows=2/>
            <EmptyState
                title=t("还没有记录", "No records yet")
                text=t("拍照、写一句话，有没有信号都行。", "A photo and a sentence, with or without a signal.")
            >
                <Button kind=ButtonKind::Primary icon=lu::LuPlus>{t("新建记录", "New record")}</Button>
            </EmptyState>
            <div class="tiles">{arts}</div>
            <ErrorState
                title=t("没能载入", "Couldn’t load")
                text=t("请检查网络。", "Check the network.")
                on_retry=|| {}
            />
        </Section>
    }
    .into_any()
}
