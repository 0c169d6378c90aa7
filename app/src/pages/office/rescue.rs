//! Importing the file of a phone that can't reach the server.

use domain::api::sync::RescueReport;
use leptos::{prelude::*, task::spawn_local};

use crate::{
    areas::rescue::{ENDING, remarks, summary},
    components::{
        Tone,
        file_button::FileButton,
        page_header::PageHeader,
        status::Banner,
        surface::{Card, Fact, Facts},
    },
    http::{self, CallError},
    i18n::{Format, t, tf, use_format},
    office::ActProblem,
    platform::photos::PickedFile,
    routing::Page,
};

#[component]
pub fn RescuePage() -> impl IntoView {
    let f = use_format();
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None::<CallError>);
    let done = RwSignal::new(Vec::<RescueReport>::new());
    let import = move |file: PickedFile| {
        busy.set(true);
        error.set(None);
        spawn_local(async move {
            let answer = http::send_file("/api/rescue", file).await;
            let answer = answer.and_then(|body| http::read::<RescueReport>(&body));
            let _ = busy.try_set(false);
            match answer {
                Ok(report) => {
                    let _ = done.try_update(|done| done.insert(0, report));
                }
                Err(problem) => {
                    let _ = error.try_set(Some(problem));
                }
            }
        });
    };
    let intro = t(
        "有的手机长期连不上网，或者要修、要换。请本人在那台手机上打开“我的 → 这台手机 → 导出未发送的内容”，把得到的文件交给办公室，在这里导入。文件是加密的，只有本单位所在的服务器能打开；同一个文件导入几次也不会重复。",
        "For a phone that stays offline, or is to be repaired or replaced. Its owner opens Me → This phone → Export what isn’t sent and gives the file to the office, who imports it here. It is encrypted, and only this server opens it. Importing a file twice does no harm.",
    );
    let label = tf(move |lang| {
        if busy.get() {
            lang.pick("正在导入…", "Importing…").to_owned()
        } else {
            lang.pick("选择文件导入", "Choose a file").to_owned()
        }
    });
    view! {
        <PageHeader back=Page::Devices/>
        <div class="page page-narrow">
            <p class="muted prose">{intro}</p>
            <div class="cluster">
                <FileButton label accept=ENDING busy on_pick=import/>
            </div>
            <ActProblem error=Signal::derive(move || error.get())/>
            <div role="status" class="stack">
                {move || done.get().iter().map(|report| result(f, report)).collect::<Vec<_>>()}
            </div>
        </div>
    }
    .into_any()
}

fn result(f: Format, report: &RescueReport) -> AnyView {
    let lang = f.lang();
    let remarks = remarks(lang, report);
    let tone = if remarks.is_empty() {
        Tone::Success
    } else {
        Tone::Warning
    };
    let name = report.name.clone();
    let title = lang.pick(
        format!("{name}的手机：{}", summary(lang, report)),
        format!("{name}’s phone. {}", summary(lang, report)),
    );
    let saved = f.day_time(report.saved_at);
    let exported = t("导出时间", "Exported");
    let list = (!remarks.is_empty()).then(|| {
        let items: Vec<AnyView> = remarks
            .into_iter()
            .map(|remark| view! { <li>{remark}</li> }.into_any())
            .collect();
        view! { <ul class="prose">{items}</ul> }
    });
    view! {
        <Card>
            <Banner tone title>
                {list}
            </Banner>
            <Facts>
                <Fact label=exported>{saved}</Fact>
            </Facts>
        </Card>
    }
    .into_any()
}
