//! All versions: the one in use, drafts, earlier ones.

use domain::api::standards::{StandardLine, StandardState};
use icondata_lu as lu;
use leptos::prelude::*;

use super::{PATH, may_manage, state_words};
use crate::{
    components::{
        button::{ButtonKind, ButtonLink},
        page_header::PageHeader,
        status::{Badge, EmptyState},
        surface::{List, ListRow},
    },
    i18n::{Format, t, use_format},
    office::{LoadProblem, Loading, Remote, Stale, use_remote},
    routing::Page,
};

#[component]
pub fn StandardsPage() -> impl IntoView {
    let f = use_format();
    let lines: Remote<Vec<StandardLine>> = use_remote(|| Some(PATH.to_owned()));
    let manages = may_manage();
    let import = t("导入测评标准", "Import a standard");
    let none = t("还没有测评标准", "No standard yet");
    let none_text = t(
        "用市里下发的 Excel 表导入，先核对再发布。",
        "Import the table that your city sent; you check it before it is published.",
    );
    let body = move || match (lines.get(), lines.error()) {
        (Some(all), _) if all.is_empty() => {
            view! { <EmptyState title=none text=none_text/> }.into_any()
        }
        (Some(all), _) => {
            let rows: Vec<AnyView> = all.iter().map(|it| row(f, it)).collect();
            view! { <List>{rows}</List> }.into_any()
        }
        (None, Some(error)) => {
            view! { <LoadProblem error on_retry=move || lines.reload()/> }.into_any()
        }
        (None, None) => view! { <Loading/> }.into_any(),
    };
    view! {
        <PageHeader back=Page::Standard>
            {move || {
                manages
                    .get()
                    .then(|| {
                        view! {
                            <ButtonLink
                                to=Page::StandardImport
                                kind=ButtonKind::Primary
                                icon=lu::LuFileUp
                                small=true
                            >
                                {import}
                            </ButtonLink>
                        }
                            .into_any()
                    })
            }}
        </PageHeader>
        <div class="page page-wide">
            <Stale
                error=Signal::derive(move || lines.get().and_then(|_| lines.error()))
                on_retry=move || lines.reload()
            />
            {body}
        </div>
    }
    .into_any()
}

fn row(f: Format, line: &StandardLine) -> AnyView {
    let (tone, zh, en) = state_words(line.state);
    let label = t(zh, en);
    let about = line.clone();
    let text = move || {
        let lang = f.lang();
        if let Some(at) = about.published_at {
            let at = f.day_time(at);
            lang.pick(format!("{at}发布"), format!("Published {at}"))
        } else {
            let at = f.day_time(about.created_at);
            lang.pick(format!("{at}导入"), format!("Made {at}"))
        }
    };
    let trail = move || view! { <Badge tone=tone label=label/> };
    let to = match line.state {
        StandardState::Current => Page::Standard,
        _ => Page::StandardVersion(line.id),
    };
    let title = line.title.clone();
    view! { <ListRow title text icon=lu::LuScrollText trail to=to/> }.into_any()
}
