//! One version of a form: how it looks, the other versions, who fills it in, what was written.

use std::sync::Arc;

use domain::{
    api::forms::{FormDetail, FormLine, VersionLine},
    areas::people::Department,
    forms::Frequency,
    permission::{Ability, may},
};
use icondata_lu as lu;
use leptos::prelude::*;
use uuid::Uuid;

use super::{
    PATH,
    audience::AudienceDialog,
    changes::{Changes, summary},
    may_manage,
    preview::Preview,
    words,
};
use crate::{
    components::{
        Tone,
        button::{Button, ButtonKind},
        dialog::ConfirmDialog,
        icon::Icon,
        page_header::PageHeader,
        status::{Badge, Banner},
        surface::{Card, Fact, Facts, List, ListRow, Section},
        toast::use_toasts,
    },
    http::CallError,
    i18n::{t, tf, tx, use_format, use_lang},
    layout::use_frame,
    office::{Act, ActProblem, LoadProblem, Loading, Remote, Stale, use_act, use_remote},
    routing::Page,
};

#[component]
pub fn FormPage(id: Uuid) -> impl IntoView {
    let detail: Remote<FormDetail> = use_remote(move || Some(format!("{PATH}/{id}")));
    let departments: Remote<Vec<Department>> =
        use_remote(|| Some("/api/office/departments".to_owned()));
    move || match (detail.get(), detail.error()) {
        (Some(known), _) => view! { <Known known detail departments/> }.into_any(),
        (None, error) => {
            let body = match error {
                Some(error) => {
                    view! { <LoadProblem error on_retry=move || detail.reload()/> }.into_any()
                }
                None => view! { <Loading/> }.into_any(),
            };
            view! {
                <PageHeader back=Page::OfficeForms/>
                <div class="page page-wide">{body}</div>
            }
            .into_any()
        }
    }
}

#[component]
fn Known(
    known: Arc<FormDetail>,
    detail: Remote<FormDetail>,
    departments: Remote<Vec<Department>>,
) -> impl IntoView {
    let lang = use_lang();
    let act = use_act();
    let manages = may_manage();
    let id = known.version.id;
    let title = tx(known.form.title.clone());
    let asking = RwSignal::new(false);
    let choosing = RwSignal::new(false);
    let line = known.line.clone();
    let download = t("下载 .xlsx", "Download .xlsx");
    let href = move || {
        let lang = lang.get().pick("zh", "en");
        format!("{PATH}/{id}/form.xlsx?lang={lang}")
    };
    let not_current = (!known.version.current)
        .then(|| view! { <NotCurrent known=known.clone() act detail/> }.into_any());
    let retire = t("停用", "Retire");
    let may_retire = known.version.current;
    let shown_line = Signal::derive({
        let line = line.clone();
        move || Some(line.clone())
    });
    view! {
        <PageHeader title back=Page::OfficeForms>
            <a class="button button-secondary button-small" href=href download="">
                <Icon icon=lu::LuDownload/>
                <span class="button-label">{download}</span>
            </a>
            {move || {
                (may_retire && manages.get())
                    .then(|| {
                        view! {
                            <Button
                                small=true
                                icon=lu::LuArchive
                                loading=act.busy()
                                on_click=move || asking.set(true)
                            >
                                {retire}
                            </Button>
                        }
                            .into_any()
                    })
            }}
        </PageHeader>
        <div class="page page-wide form-page">
            <Stale
                error=Signal::derive(move || detail.error())
                on_retry=move || detail.reload()
            />
            <ActProblem error=Signal::derive(move || act.error())/>
            <div class="form-columns">
                <div class="stack">
                    {not_current}
                    <About known=known.clone() departments choosing/>
                    <Records known=known.clone()/>
                    <Versions line=line.clone() shown=id/>
                </div>
                <Preview form=known.form.clone()/>
            </div>
        </div>
        <RetireDialog line=line.clone() id act asking detail/>
        <AudienceDialog
            line=shown_line
            departments
            open=choosing
            on_done=move || detail.reload()
        />
    }
    .into_any()
}

/// Sends an act without a body and reads the form anew.
fn send(
    act: Act,
    id: Uuid,
    what: &str,
    revision: i64,
    detail: Remote<FormDetail>,
    done: impl Fn() + 'static,
) {
    let path = format!("{PATH}/{id}/{what}");
    let after = move |answer: Result<String, CallError>| {
        detail.reload();
        if answer.is_ok() {
            done();
        }
    };
    act.send("POST", path, None::<&()>, Some(revision), after);
}

#[component]
fn RetireDialog(
    line: FormLine,
    id: Uuid,
    act: Act,
    asking: RwSignal<bool>,
    detail: Remote<FormDetail>,
) -> impl IntoView {
    let (toasts, lang) = (use_toasts(), use_lang());
    let revision = line.revision;
    let title = t("停用这张表单？", "Retire this form?");
    let text = t(
        "手机下次同步后不再用它新建记录。已有记录照常查看、审核和导出，已经开始填的草稿仍可提交；随时可以重新启用。",
        "From their next sync on, phones don’t offer it for new records. Records stay as they are, drafts that were begun can be sent, and it can be offered again at any time.",
    );
    let confirm = t("停用", "Retire");
    let retire = move || {
        asking.set(false);
        send(act, id, "retire", revision, detail, move || {
            toasts.success(lang.get_untracked().pick("已停用", "Retired"));
        });
    };
    view! {
        <ConfirmDialog
            open=asking
            title
            text
            confirm
            on_confirm=retire
            on_close=move || asking.set(false)
        />
    }
    .into_any()
}

/// An older version, or a form that is retired: what is different, and offering it again.
#[component]
fn NotCurrent(known: Arc<FormDetail>, act: Act, detail: Remote<FormDetail>) -> impl IntoView {
    let (toasts, lang) = (use_toasts(), use_lang());
    let manages = may_manage();
    let current = known.line.current().map(|it| it.version.clone());
    let is_retired = current.is_none();
    let (id, revision) = (known.version.id, known.line.revision);
    let title = tf(move |lang| match &current {
        Some(current) => lang.pick(
            format!("这个版本没有在用，现用版本是 {current}"),
            format!("This version isn’t in use; the current one is {current}"),
        ),
        None => lang
            .pick("这张表单已停用", "This form is retired")
            .to_owned(),
    });
    let label = if is_retired {
        t("重新启用", "Offer it again")
    } else {
        t("改用这个版本", "Use this version")
    };
    let offer = move || {
        send(act, id, "offer", revision, detail, move || {
            toasts.success(lang.get_untracked().pick("已启用", "Offered"));
        });
    };
    let compared = (!is_retired).then(|| {
        let heading = t("与现用版本相比", "Compared with the current version");
        let changes = known.changes.clone();
        let counts = move || summary(lang.get(), &changes);
        view! {
            <Section title=heading>
                <p class="muted">{counts}</p>
                <Changes changes=known.changes.clone()/>
            </Section>
        }
        .into_any()
    });
    view! {
        <Banner tone=Tone::Warning title>
            {move || {
                manages
                    .get()
                    .then(|| {
                        view! {
                            <Button small=true loading=act.busy() on_click=offer>{label}</Button>
                        }
                            .into_any()
                    })
            }}
        </Banner>
        {compared}
    }
    .into_any()
}

#[component]
fn About(
    known: Arc<FormDetail>,
    departments: Remote<Vec<Department>>,
    choosing: RwSignal<bool>,
) -> impl IntoView {
    let (f, lang) = (use_format(), use_lang());
    let manages = may_manage();
    let questions = known
        .form
        .questions()
        .filter(|it| !it.kind.is_hidden())
        .count();
    let items = known.form.settings.items.join("、");
    let frequency = known.form.settings.frequency.map(Frequency::describe);
    let offer = known.line.offer.clone();
    let version = known.version.clone();
    let audience = move || {
        let departments = departments.get().unwrap_or_default();
        words::audience(lang.get(), &offer, &departments)
    };
    let change = t("更改", "Change");
    let in_use = t("使用中", "In use");
    let is_current = known.version.current;
    let (version_name, form_id) = (known.version.version.clone(), known.form.id.clone());
    view! {
        <Card>
            <Facts>
                <Fact label=t("版本", "Version")>
                    <span class="cluster">
                        {version_name}
                        {is_current
                            .then(|| view! { <Badge tone=Tone::Success label=in_use/> })}
                    </span>
                </Fact>
                <Fact label=t("代号", "Code")>
                    <code>{form_id}</code>
                </Fact>
                <Fact label=t("来源", "Source")>{move || words::origin(f, &version)}</Fact>
                <Fact label=t("由谁填写", "Who fills it in")>
                    <span class="cluster">
                        <span>{audience}</span>
                        {move || {
                            manages
                                .get()
                                .then(|| {
                                    view! {
                                        <Button
                                            kind=ButtonKind::Ghost
                                            small=true
                                            on_click=move || choosing.set(true)
                                        >
                                            {change}
                                        </Button>
                                    }
                                        .into_any()
                                })
                        }}
                    </span>
                </Fact>
                <Fact label=t("题目", "Questions")>{questions}</Fact>
                {(!items.is_empty())
                    .then(|| view! { <Fact label=t("对应条目", "Standard items")>{items}</Fact> })}
                {frequency
                    .map(|it| {
                        view! {
                            <Fact label=t("填写频次", "How often")>
                                {move || it.get(lang.get()).to_owned()}
                            </Fact>
                        }
                    })}
            </Facts>
        </Card>
    }
    .into_any()
}

/// Taking away what was written.
#[component]
fn Records(known: Arc<FormDetail>) -> impl IntoView {
    let lang = use_lang();
    let frame = use_frame();
    let id = known.version.id;
    let (own, all) = (known.records, known.line.records);
    let counts = tf(move |lang| {
        lang.pick(
            format!("本版本 {own} 条，全部版本 {all} 条"),
            format!("{own} with this version, {all} with all versions"),
        )
    });
    let may_take_all = Signal::derive(move || {
        let viewer = frame.viewer.read();
        viewer
            .as_ref()
            .is_some_and(|it| may(it.role, Ability::ExportPersonal))
    });
    let personal = RwSignal::new(false);
    let href = move |ending: &'static str| {
        move || {
            let lang = lang.get().pick("zh", "en");
            let personal = i32::from(personal.get());
            format!("{PATH}/{id}/records.{ending}?lang={lang}&personal={personal}")
        }
    };
    let table = t("导出表格 .csv", "Table .csv");
    let archive = t(
        "导出全部 .zip（含重复组、ODK XML）",
        "Everything .zip (repeats, ODK XML)",
    );
    let with_personal = t(
        "包含个人信息和敏感信息",
        "With personal and sensitive answers",
    );
    let note = t(
        "默认不带个人信息。每次导出都会记入审计。",
        "Personal answers stay out unless asked for. Each export is noted in the audit.",
    );
    view! {
        <Section title=t("记录", "Records")>
            <p>{counts}</p>
            {move || {
                may_take_all
                    .get()
                    .then(|| {
                        view! {
                            <label class="form-check">
                                <input
                                    type="checkbox"
                                    name="personal"
                                    prop:checked=personal
                                    on:change=move |ev| personal.set(event_target_checked(&ev))
                                />
                                <span>{with_personal}</span>
                            </label>
                        }
                            .into_any()
                    })
            }}
            <div class="cluster">
                <a class="button button-secondary button-small" href=href("csv") download="">
                    <Icon icon=lu::LuTable/>
                    <span class="button-label">{table}</span>
                </a>
                <a class="button button-secondary button-small" href=href("zip") download="">
                    <Icon icon=lu::LuFileArchive/>
                    <span class="button-label">{archive}</span>
                </a>
            </div>
            <p class="muted small">{note}</p>
        </Section>
    }
    .into_any()
}

#[component]
fn Versions(line: FormLine, shown: Uuid) -> impl IntoView {
    let f = use_format();
    let (in_use, here) = (t("使用中", "In use"), t("正在查看", "Shown here"));
    let rows = line.versions.into_iter().map(|version: VersionLine| {
        let (current, is_shown, id) = (version.current, version.id == shown, version.id);
        let title = version.version.clone();
        let text = move || words::origin(f, &version);
        let trail = move || {
            view! {
                {current.then(|| view! { <Badge tone=Tone::Success label=in_use/> })}
                {is_shown.then(|| view! { <span>{here}</span> })}
            }
        };
        let to = Signal::stored(Page::OfficeForm(id));
        view! { <ListRow title text icon=lu::LuFileText trail to/> }
    });
    let rows = rows.collect_view();
    view! {
        <Section title=t("所有版本", "All versions")>
            <List>{rows}</List>
        </Section>
    }
    .into_any()
}
