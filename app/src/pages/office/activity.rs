//! One activity as it happens: who signed up, who is there, how it was proven; editing it.

use std::sync::Arc;

use domain::{
    ActivityId, Lang,
    api::office::ActivityDetail,
    areas::{activities::ActivityState, attendances::ProofState},
};
use icondata_lu as lu;
use leptos::prelude::*;

use crate::{
    components::{
        Tone,
        button::{Button, ButtonKind, ButtonLink},
        copy_field::CopyField,
        dialog::Dialog,
        page_header::PageHeader,
        status::{Art, Badge, Banner, EmptyState},
        surface::{Card, Fact, Facts, Figure, Figures, Section},
        table::{Cells, Column, DataTable, Row},
        toast::use_toasts,
    },
    i18n::{t, tf, use_format, use_lang},
    office::{LoadProblem, Loading, Remote, Stale, use_act, use_remote},
    pages::office::activities::{
        PATH,
        bundle::BundleSection,
        form::{ActivityForm, Typed},
        guests::{GuestsSection, came},
        present::{Line, lines},
    },
    platform,
    routing::Page,
};

#[component]
pub fn OfficeActivityPage(id: ActivityId) -> impl IntoView {
    let lang = use_lang();
    let detail: Remote<ActivityDetail> = use_remote(move || Some(format!("{PATH}/{id}"))).every(4);
    let editing = RwSignal::new(false);
    let shown = Memo::new(move |_| detail.get().is_some());
    let names = t("名单导入", "Import names");
    let (edit, roster, sheet) = (
        t("编辑", "Edit"),
        t("签到表", "Roster sheet"),
        t("导出 Excel", "Excel"),
    );
    let xlsx = move || {
        format!(
            "{PATH}/{id}/roster.xlsx?lang={}",
            lang.get().pick("zh", "en")
        )
    };
    let title = move || {
        detail
            .get()
            .map_or_else(String::new, |detail| detail.activity.title.clone())
    };
    let body = move || {
        if shown.get() {
            view! { <Live id detail/> }.into_any()
        } else if let Some(error) = detail.error() {
            view! { <LoadProblem error on_retry=move || detail.reload()/> }.into_any()
        } else {
            view! { <Loading/> }.into_any()
        }
    };
    view! {
        <PageHeader title back=Page::OfficeActivities>
            <a class="button button-ghost button-small" href=xlsx download="">
                {sheet}
            </a>
            <ButtonLink to=Page::ImportRoster(id) icon=lu::LuUserPlus small=true>
                {names}
            </ButtonLink>
            <ButtonLink to=Page::Roster(id) icon=lu::LuPrinter small=true>
                {roster}
            </ButtonLink>
            <Button
                kind=ButtonKind::Primary
                icon=lu::LuPencil
                small=true
                disabled=Signal::derive(move || !shown.get())
                on_click=move || editing.set(true)
            >
                {edit}
            </Button>
        </PageHeader>
        <div class="page page-wide activity-page">
            <Stale
                error=Signal::derive(move || shown.get().then(|| detail.error()).flatten())
                on_retry=move || detail.reload()
            />
            {body}
        </div>
        <EditDialog id detail editing/>
    }
    .into_any()
}

#[component]
fn Live(id: ActivityId, detail: Remote<ActivityDetail>) -> impl IntoView {
    let format = use_format();
    let lang = use_lang();
    let people = Memo::new(move |_| read(detail, lines));
    let cancelled = t("活动已取消", "The activity is cancelled");
    let is_cancelled =
        Memo::new(move |_| read(detail, |d| d.activity.state == ActivityState::Cancelled));
    let count = move |which: fn(&Line) -> bool| {
        move || {
            people
                .read()
                .iter()
                .filter(|line| which(line))
                .count()
                .to_string()
        }
    };
    let doubts = Signal::derive(move || {
        let doubtful = |line: &Line| line.proof == ProofState::Doubtful;
        if people.read().iter().any(doubtful) {
            Tone::Warning
        } else {
            Tone::Neutral
        }
    });
    let (signed, there) = (t("已报名", "Signed up"), t("在场", "Here now"));
    let (left, doubtful) = (t("已离开", "Left"), t("待核实", "To look at"));
    let guests_label = t("来宾", "Guests");
    let guests = Memo::new(move |_| read(detail, came));
    let minutes = t("服务时长", "Service time");
    let total = move || format.duration(people.read().iter().map(|line| line.minutes).sum());
    let (time, place) = (t("时间", "Time"), t("地点", "Place"));
    let (organizer, kind) = (t("组织者", "Organizer"), t("类别", "Kind"));
    let (word, word_hint) = (
        t("口令", "Code word"),
        t(
            "现场口头告知没有相机的人",
            "Spoken at the gate, for phones without a camera",
        ),
    );
    let items = t("对应测评项", "Standard items");
    let details = t("说明", "Details");
    let public = t("公开页面链接", "Public page");
    let attendance = t("签到情况", "Attendance");
    let live = t("手机同步后自动更新", "Updates by itself as phones sync");
    view! {
        {move || {
            is_cancelled.get().then(|| view! { <Banner tone=Tone::Warning title=cancelled/> })
        }}
        <Figures>
            <Figure label=signed value=count(|line| line.signed_up)/>
            <Figure label=there value=count(Line::is_there) tone=Tone::Success/>
            <Figure label=left value=count(|line| line.left.is_some())/>
            {move || {
                let guests = guests.get();
                (guests > 0)
                    .then(|| view! { <Figure label=guests_label value=guests.to_string()/> })
            }}
            <Figure
                label=doubtful
                value=count(|line| line.proof == ProofState::Doubtful)
                tone=doubts
            />
            <Figure label=minutes value=total/>
        </Figures>
        <div class="activity-columns">
            <Section title=attendance>
                <p class="field-hint">{live}</p>
                <Attendance people/>
                <GuestsSection detail/>
            </Section>
            <div>
                <Card title=word>
                    <p class="code-word">{move || read(detail, |d| spaced(&d.code_word))}</p>
                    <p class="field-hint">{word_hint}</p>
                </Card>
                <Card>
                    <Facts>
                        <Fact label=time>
                            {move || read(detail, |d| format.span(d.activity.starts_at, d.activity.ends_at))}
                        </Fact>
                        <Fact label=place>{move || read(detail, |d| d.activity.place.clone())}</Fact>
                        <Fact label=organizer>{move || read(detail, |d| d.organizer_name.clone())}</Fact>
                        <Fact label=kind>
                            {move || {
                                let (zh, en) = read(detail, |d| d.activity.kind.name());
                                lang.get().pick(zh, en)
                            }}
                        </Fact>
                        <Fact label=items>
                            {move || {
                                let items = read(detail, |d| d.activity.items.join("  "));
                                if items.is_empty() { "–".to_owned() } else { items }
                            }}
                        </Fact>
                        {move || {
                            let text = read(detail, |d| d.activity.details.clone());
                            (!text.is_empty()).then(|| view! { <Fact label=details>{text}</Fact> })
                        }}
                    </Facts>
                </Card>
                {move || {
                    read(detail, |d| d.activity.public)
                        .then(|| {
                            let path = Page::PublicActivity(id).path();
                            let url = format!("{}{path}", platform::origin());
                            view! { <CopyField label=public text=url/> }
                        })
                }}
            </div>
        </div>
        <BundleSection id/>
    }
    .into_any()
}

#[component]
fn Attendance(people: Memo<Vec<Line>>) -> impl IntoView {
    let format = use_format();
    let lang = use_lang();
    let rows = Signal::derive(move || {
        let lines = people.read();
        let version = |line: &Line| {
            let at = |at: Option<domain::Timestamp>| at.map_or(0, |at| at.0);
            at(line.arrived) ^ (at(line.left) << 1) ^ line.flags.len() as i64
        };
        lines
            .iter()
            .map(|line| Row::new(line.person_id, version(line)))
            .collect::<Vec<_>>()
    });
    let (verified, vouched) = (t("已核验", "Verified"), t("现场登记", "Ticked on site"));
    let (doubtful, expected) = (t("待核实", "To look at"), t("未到", "Not yet here"));
    let cells: Cells = Arc::new(move |id: &str| {
        let Some(line) = people
            .get_untracked()
            .into_iter()
            .find(|line| line.person_id.to_string() == id)
        else {
            return Vec::new();
        };
        let time = move |at: Option<domain::Timestamp>| {
            at.map_or_else(|| "–".to_owned(), |at| format.time(at))
        };
        let (arrived, left, minutes) = (line.arrived, line.left, line.minutes);
        let badge = if arrived.is_none() && left.is_none() {
            view! { <Badge tone=Tone::Neutral label=expected icon=lu::LuClock/> }.into_any()
        } else {
            match line.proof {
                ProofState::Doubtful => {
                    view! { <Badge tone=Tone::Warning label=doubtful icon=lu::LuTriangleAlert/> }
                        .into_any()
                }
                ProofState::Vouched => {
                    view! { <Badge tone=Tone::Info label=vouched icon=lu::LuUserCheck/> }.into_any()
                }
                ProofState::Verified | ProofState::Pending => {
                    view! { <Badge tone=Tone::Success label=verified icon=lu::LuCircleCheck/> }
                        .into_any()
                }
            }
        };
        let flags = line.flags.clone();
        let why = move || {
            let lang = lang.get();
            let words: Vec<&str> = flags
                .iter()
                .map(|flag| lang.pick(flag.name().0, flag.name().1))
                .collect();
            words.join(lang.pick("；", "; "))
        };
        let method = {
            let line = line.clone();
            move || line.method_words(lang.get())
        };
        vec![
            view! {
                <span class="activity-cell">
                    <strong>{line.name.clone()}</strong>
                    <span class="row-note">{line.department.clone()}</span>
                </span>
            }
            .into_any(),
            view! { <span class="numbers">{move || time(arrived)}</span> }.into_any(),
            view! { <span class="numbers">{move || time(left)}</span> }.into_any(),
            view! {
                <span class="numbers">
                    {move || if minutes > 0 { format.duration(minutes) } else { "–".to_owned() }}
                </span>
            }
            .into_any(),
            view! { {method} }.into_any(),
            view! {
                <span class="activity-cell">
                    {badge} <span class="row-note">{why}</span>
                </span>
            }
            .into_any(),
        ]
    });
    let columns = vec![
        Column::new("name", t("姓名", "Name")),
        Column::new("arrived", t("签到", "In")).numeric(),
        Column::new("left", t("签退", "Out")).numeric(),
        Column::new("minutes", t("时长", "Time")).numeric(),
        Column::new("method", t("方式", "How")).minor(),
        Column::new("proof", t("核验", "Proof")),
    ];
    let table = StoredValue::new((columns, cells));
    let caption = t("签到情况", "Attendance");
    let nobody = t("还没有人报名或签到", "Nobody has signed up or arrived yet");
    let is_empty = Memo::new(move |_| people.read().is_empty());
    move || {
        if is_empty.get() {
            return view! { <EmptyState art=Art::People title=nobody/> }.into_any();
        }
        let (columns, cells) = table.get_value();
        view! { <DataTable caption columns rows cells/> }.into_any()
    }
}

#[component]
fn EditDialog(
    id: ActivityId,
    detail: Remote<ActivityDetail>,
    editing: RwSignal<bool>,
) -> impl IntoView {
    let act = use_act();
    let typed = Typed::new();
    let toasts = use_toasts();
    let lang = use_lang();
    // The revision that was seen when the dialog opened: polling must not make a stale edit fresh.
    let seen = RwSignal::new(0);
    Effect::new(move |_| {
        if editing.get()
            && let Some(detail) = detail.get_untracked()
        {
            act.forget_error();
            typed.fill(&detail.activity);
            seen.set(detail.activity.revision);
        }
    });
    let save = move || {
        let Some(input) = typed.input() else {
            return;
        };
        let path = format!("{PATH}/{id}");
        act.send(
            "PUT",
            path,
            Some(&input),
            Some(seen.get_untracked()),
            move |answer| match answer {
                Ok(_) => {
                    editing.set(false);
                    detail.reload();
                    toasts.success(lang.get_untracked().pick("已保存", "Saved"));
                }
                Err(_) => detail.reload(),
            },
        );
    };
    let (title, save_label) = (t("编辑活动", "Edit the activity"), t("保存", "Save"));
    let toggle = tf(move |lang: Lang| {
        if typed.cancelled.get() {
            lang.pick("恢复活动", "Bring it back").to_owned()
        } else {
            lang.pick("取消活动", "Cancel the activity").to_owned()
        }
    });
    let note = t(
        "保存后，手机上会显示“已取消”，报名和签到记录都保留。",
        "Once saved, phones show it as cancelled; sign-ups and attendance stay.",
    );
    let footer = move || {
        let toggle = toggle.clone();
        view! {
            <Button
                kind=ButtonKind::Ghost
                on_click=move || typed.cancelled.update(|cancelled| *cancelled = !*cancelled)
            >
                {toggle}
            </Button>
            <Button kind=ButtonKind::Primary loading=act.busy() on_click=save>
                {save_label}
            </Button>
        }
    };
    view! {
        <Dialog open=editing on_close=move || editing.set(false) title wide=true footer>
            {move || {
                typed.cancelled.get().then(|| view! { <Banner tone=Tone::Warning title=note/> })
            }}
            <ActivityForm typed act/>
        </Dialog>
    }
    .into_any()
}

/// A part of what was last heard.
fn read<R: Default>(detail: Remote<ActivityDetail>, part: impl Fn(&ActivityDetail) -> R) -> R {
    detail.get().map(|detail| part(&detail)).unwrap_or_default()
}

/// Six digits in two groups, so that they can be read aloud.
fn spaced(digits: &str) -> String {
    match digits.split_at_checked(3) {
        Some((first, rest)) => format!("{first} {rest}"),
        None => digits.to_owned(),
    }
}
