//! Uploading a form: what is wrong with the file, or what publishing it would change.

use domain::{
    Lang,
    api::forms::{FormCheck, FormDetail, FormErrors},
    forms::FormError,
};
use icondata_lu as lu;
use leptos::{prelude::*, task::spawn_local};

use super::{
    PATH,
    changes::{Changes, Clashes, summary},
    preview::Preview,
};
use crate::{
    components::{
        Tone,
        button::{Button, ButtonKind, ButtonLink},
        file_button::FileButton,
        page_header::PageHeader,
        status::Banner,
        surface::{Card, Fact, Facts, Section},
        toast::use_toasts,
    },
    http::{self, CallError},
    i18n::{t, tf, use_lang},
    office::ActProblem,
    platform::{
        files::{self, FileError},
        photos::PickedFile,
    },
    routing::{Page, use_replace},
};

/// Largest file, in bytes; the server says the same.
const LIMIT: usize = 2_000_000;

/// The picked file and what became of it.
#[derive(Clone, Copy)]
struct Upload {
    name: RwSignal<String>,
    bytes: StoredValue<Vec<u8>>,
    busy: RwSignal<bool>,
    unread: RwSignal<Option<FileError>>,
    error: RwSignal<Option<CallError>>,
    check: RwSignal<Option<FormCheck>>,
}

#[component]
pub fn UploadFormPage() -> impl IntoView {
    let upload = Upload {
        name: RwSignal::new(String::new()),
        bytes: StoredValue::new(Vec::new()),
        busy: RwSignal::new(false),
        unread: RwSignal::new(None),
        error: RwSignal::new(None),
        check: RwSignal::new(None),
    };
    let lang = use_lang();
    let intro = t(
        "选一个 Excel 工作簿（.xlsx，XLSForm 格式）或 .md 文件；题目或选项带图片（media::image）时，把工作簿和图片一起压缩成 .zip。先检查、预览和对比，确认后才发布。最省事的做法：在表单详情里下载现用版本，用 Excel 或 WPS 改好再传上来。",
        "Choose an Excel workbook (.xlsx in XLSForm’s layout) or an .md file; where questions or choices have pictures (media::image), a .zip with the workbook and its pictures. It is checked, previewed and compared first, and published when you say so. The easiest way: download the current version from the form’s page, change it in Excel and upload it here.",
    );
    let label = tf(
        move |lang| match (upload.busy.get(), upload.name.read().is_empty()) {
            (true, _) => lang.pick("正在检查…", "Checking…").to_owned(),
            (false, true) => lang.pick("选择文件", "Choose a file").to_owned(),
            (false, false) => lang.pick("换一个文件", "Choose another file").to_owned(),
        },
    );
    let too_large = t(
        "文件超过 2 MB，不像是表单",
        "Over 2 MB: this can’t be a form",
    );
    let unreadable = t(
        "读不出这个文件，请重新选择",
        "This file can’t be read. Please choose it again",
    );
    let problem = move || {
        upload.unread.get().map(|problem| {
            let title = match problem {
                FileError::TooLarge => too_large(),
                FileError::Unreadable => unreadable(),
            };
            view! { <Banner tone=Tone::Danger title/> }.into_any()
        })
    };
    let mistakes = Memo::new(move |_| {
        let errors: Option<FormErrors> = upload.error.get().and_then(|it| it.details());
        errors.map(|it| it.errors)
    });
    let other = Signal::derive(move || upload.error.get().filter(|_| mistakes.read().is_none()));
    view! {
        <PageHeader back=Page::OfficeForms/>
        <div class="page page-wide form-page">
            <p class="muted prose">{intro}</p>
            <div class="cluster">
                <FileButton
                    label
                    accept=".xlsx,.md,.zip,application/zip,text/markdown,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
                    busy=upload.busy
                    on_pick=move |file| look(upload, file)
                />
                <span class="muted">{move || upload.name.get()}</span>
            </div>
            {problem}
            <ActProblem error=other/>
            <div role="status">
                {move || mistakes.get().map(|errors| mistakes_view(lang.get(), errors))}
            </div>
            {move || upload.check.get().map(|check| view! { <Checked upload check/> }.into_any())}
        </div>
    }
    .into_any()
}

/// Reads the file once, so that what is published is what was looked at.
fn look(upload: Upload, file: PickedFile) {
    upload.busy.set(true);
    upload.name.set(file.name());
    upload.unread.set(None);
    upload.error.set(None);
    upload.check.set(None);
    spawn_local(async move {
        let bytes = match files::read(&file, LIMIT).await {
            Ok(bytes) => bytes,
            Err(problem) => {
                let _ = upload.busy.try_set(false);
                let _ = upload.unread.try_set(Some(problem));
                return;
            }
        };
        let path = format!("{PATH}/check");
        let answer = http::send_bytes(&path, &bytes, None).await;
        let answer = answer.and_then(|body| http::read::<FormCheck>(&body));
        let _ = upload.busy.try_set(false);
        match answer {
            Ok(check) => {
                let _ = upload.bytes.try_update_value(|kept| *kept = bytes);
                let _ = upload.check.try_set(Some(check));
            }
            Err(error) => {
                let _ = upload.error.try_set(Some(error));
            }
        }
    });
}

/// Everything that is wrong with the file, with its place.
fn mistakes_view(lang: Lang, errors: Vec<FormError>) -> AnyView {
    let title = lang.pick(
        format!("有 {} 处要改，改好后重新选择文件", errors.len()),
        format!("{} to correct; then choose the file again", errors.len()),
    );
    let heads = [
        lang.pick("工作表", "Sheet"),
        lang.pick("行", "Row"),
        lang.pick("列", "Column"),
        lang.pick("要怎么改", "What to do"),
    ];
    let head = heads
        .into_iter()
        .map(|head| view! { <th scope="col">{head}</th> })
        .collect_view();
    let rows = errors.into_iter().map(|error| {
        let row = if error.row == 0 {
            String::new()
        } else {
            error.row.to_string()
        };
        view! {
            <tr>
                <td class="nowrap">{error.sheet}</td>
                <td class="cell-numeric">{row}</td>
                <td><code>{error.column}</code></td>
                <td>{error.message.get(lang).to_owned()}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    let (caption, spoken) = (title.clone(), title.clone());
    view! {
        <div class="stack">
            <Banner tone=Tone::Danger title/>
            <div class="table-box" tabindex="0" role="region" aria-label=spoken>
                <table class="table form-errors">
                    <caption class="sr-only">{caption}</caption>
                    <thead><tr>{head}</tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </div>
    }
    .into_any()
}

#[component]
fn Checked(upload: Upload, check: FormCheck) -> impl IntoView {
    let lang = use_lang();
    let publishing = RwSignal::new(false);
    let error = RwSignal::new(None::<CallError>);
    let (toasts, replace) = (use_toasts(), use_replace());
    let revision = check.revision();
    let publish = move || {
        if publishing.get_untracked() {
            return;
        }
        publishing.set(true);
        error.set(None);
        let bytes = upload.bytes.get_value();
        let replace = replace.clone();
        spawn_local(async move {
            let answer = http::send_bytes(PATH, &bytes, Some(revision)).await;
            let answer = answer.and_then(|body| http::read::<FormDetail>(&body));
            let _ = publishing.try_set(false);
            match answer {
                Ok(detail) => {
                    let words = (
                        "已发布，手机下次同步时更新",
                        "Published. Phones get it when they next sync",
                    );
                    toasts.success(lang.get_untracked().pick(words.0, words.1));
                    replace(Page::OfficeForm(detail.version.id));
                }
                Err(problem) => {
                    let _ = error.try_set(Some(problem));
                }
            }
        });
    };
    let publishable = check.can_be_published();
    let label = t("发布这个版本", "Publish this version");
    let questions = check.form.questions().filter(|it| !it.kind.is_hidden());
    let facts = head(&check, questions.count());
    let (verdict, comparison) = (verdict(&check), comparison(&check));
    view! {
        <div class="form-columns">
            <div class="stack">
                {verdict}
                <Clashes clashes=check.clashes/>
                <Card>
                    {facts}
                    {publishable
                        .then(|| {
                            view! {
                                <div class="cluster">
                                    <Button
                                        kind=ButtonKind::Primary
                                        icon=lu::LuSend
                                        loading=publishing
                                        on_click=publish
                                    >
                                        {label}
                                    </Button>
                                </div>
                            }
                        })}
                    <ActProblem error=error/>
                </Card>
                {comparison}
            </div>
            <Preview form=check.form/>
        </div>
    }
    .into_any()
}

/// In one sentence: a new form, a new version, or nothing new.
fn verdict(check: &FormCheck) -> AnyView {
    if let Some(same) = &check.same_as {
        let title = if same.current {
            t(
                "和现用版本完全一样，不用发布",
                "This is exactly the current version: nothing to publish",
            )
        } else {
            t(
                "和一个停用的版本完全一样，可以到那里重新启用",
                "This is exactly a version that isn’t in use; it can be offered again",
            )
        };
        let (open, to) = (
            t("打开这个版本", "Open that version"),
            Page::OfficeForm(same.id),
        );
        return view! {
            <Banner tone=Tone::Info title>
                <ButtonLink to small=true>{open}</ButtonLink>
            </Banner>
        }
        .into_any();
    }
    let taken = check.version_taken.clone().map(|taken| {
        let version = check.form.version.clone();
        let title = tf(move |lang| {
            lang.pick(
                format!("版本号 {taken} 已经用过，将以 {version} 发布"),
                format!("Version {taken} exists; this will be published as {version}"),
            )
        });
        view! { <Banner tone=Tone::Info title/> }.into_any()
    });
    let new = check.line.is_none().then(|| {
        let title = t(
            "这是一张新表单，发布后会出现在手机的表单列表最后",
            "This is a new form; phones will list it last",
        );
        view! { <Banner tone=Tone::Success title/> }.into_any()
    });
    view! { {new} {taken} }.into_any()
}

fn head(check: &FormCheck, questions: usize) -> AnyView {
    let lang = use_lang();
    let title = check.form.title.clone();
    let current = check.compared_with.clone().filter(|_| check.line.is_some());
    let (id, new) = (check.form.id.clone(), check.form.version.clone());
    let (name, version, now, count) = (
        t("表单", "Form"),
        t("新版本", "New version"),
        t("现用版本", "Current version"),
        t("题目", "Questions"),
    );
    view! {
        <Facts>
            <Fact label=name>
                {move || title.get(lang.get()).to_owned()} " "
                <code class="muted small">{id}</code>
            </Fact>
            <Fact label=version>{new}</Fact>
            {current.map(|current| view! { <Fact label=now>{current}</Fact> })}
            <Fact label=count>{questions}</Fact>
        </Facts>
    }
    .into_any()
}

fn comparison(check: &FormCheck) -> AnyView {
    let lang = use_lang();
    if check.line.is_none() || check.same_as.is_some() {
        return ().into_any();
    }
    let title = t("与现用版本的差别", "Differences from the current version");
    let drafts = t(
        "已经开始填的草稿仍按原来的版本填完并提交，已提交的记录也按原来的版本打开。",
        "Drafts that were begun stay with their version and can be sent; records open with the version that they were written with.",
    );
    let changes = check.changes.clone();
    let listed = changes.clone();
    let counts = move || summary(lang.get(), &changes);
    view! {
        <Section title>
            <p class="muted">{counts}</p>
            <Changes changes=listed/>
            <p class="muted small">{drafts}</p>
        </Section>
    }
    .into_any()
}
