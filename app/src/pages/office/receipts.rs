//! A receipt that somebody shows: whether it is genuine, and what became of what it is about.

use domain::{
    Receipt,
    api::office::{KeptOperation, ReceiptCheck},
};
use leptos::prelude::*;

use crate::{
    areas::quarantine::subject,
    components::{
        Tone,
        button::{Button, ButtonKind},
        field::TextArea,
        page_header::PageHeader,
        status::Banner,
        surface::{Card, Fact, Facts},
    },
    http,
    i18n::{Format, t, use_format, use_lang},
    office::{ActProblem, use_act},
    routing::Page,
};

#[component]
pub fn ReceiptsPage() -> impl IntoView {
    let lang = use_lang();
    let act = use_act();
    let text = RwSignal::new(String::new());
    let unreadable = RwSignal::new(false);
    let found = RwSignal::new(None::<(Receipt, ReceiptCheck)>);
    let check = move || {
        found.set(None);
        let typed = text.get_untracked();
        let receipt = serde_json::from_str::<Receipt>(typed.trim()).ok();
        unreadable.set(receipt.is_none());
        let Some(receipt) = receipt else {
            return;
        };
        let path = "/api/office/receipts/check".to_owned();
        act.send("POST", path, Some(&receipt.clone()), None, move |answer| {
            if let Ok(check) = answer.and_then(|body| http::read::<ReceiptCheck>(&body)) {
                found.set(Some((receipt, check)));
            }
        });
    };
    let intro = t(
        "手机“同步情况”里的每一条已送达内容都有服务器签名的回执。把对方复制来的回执粘贴在这里核对。",
        "Each sent item under Sync status on a phone has a receipt that the server signed. Paste one here to check it.",
    );
    let label = t("回执", "Receipt");
    let button = t("核对", "Check");
    let error = Signal::derive(move || {
        unreadable.get().then(|| {
            lang.get()
                .pick(
                    "这不是一份完整的回执，请在手机上用“复制”按钮重新复制",
                    "This is no whole receipt. Please copy it again with the button on the phone",
                )
                .to_owned()
        })
    });
    let f = use_format();
    view! {
        <PageHeader back=Page::Quarantine/>
        <div class="page page-narrow">
            <p class="muted">{intro}</p>
            <div class="form">
                <TextArea
                    name="receipt"
                    label
                    value=text
                    on_input=move |value| text.set(value)
                    error
                    required=true
                />
                <Button kind=ButtonKind::Primary loading=act.busy() on_click=check>
                    {button}
                </Button>
            </div>
            <ActProblem error=Signal::derive(move || act.error())/>
            <div role="status" class="stack">
                {move || found.get().map(|(receipt, check)| result(f, &receipt, check))}
            </div>
        </div>
    }
    .into_any()
}

fn result(f: Format, receipt: &Receipt, check: ReceiptCheck) -> AnyView {
    let lang = f.lang();
    let (tone, title) = match (&check.kept, check.genuine) {
        (_, false) => (
            Tone::Danger,
            lang.pick(
                "不是本服务器签发的，或者内容被改过",
                "Not signed by this server, or changed since",
            ),
        ),
        (None, true) => (
            Tone::Warning,
            lang.pick(
                "回执是真的，但本单位没有这一条：可能属于其他单位，或数据库由较早的备份恢复",
                "It is genuine, but nothing of this organization has its number: it may be another one’s, or the database was restored from an earlier backup",
            ),
        ),
        (Some(kept), true) if !kept.same_content => (
            Tone::Danger,
            lang.pick(
                "回执是真的，但保存的内容不是它所指的内容",
                "It is genuine, but what is kept isn’t what it is about",
            ),
        ),
        (Some(_), true) => (
            Tone::Success,
            lang.pick(
                "真实有效：服务器当时收到了这一条，内容完整保留",
                "Genuine: the server received this, and it is kept whole",
            ),
        ),
    };
    let facts = check
        .kept
        .filter(|_| check.genuine)
        .map(|kept| facts(f, receipt, &kept));
    view! {
        <Banner tone title/>
        {facts}
    }
    .into_any()
}

fn facts(f: Format, receipt: &Receipt, kept: &KeptOperation) -> AnyView {
    let line = &kept.line;
    let closed = line.decided.as_ref().and_then(|it| it.closed.clone());
    let lang = f.lang();
    let state = match (closed, kept.outcome.name()) {
        (Some(reason), _) => lang.pick(
            format!("未采纳：{reason}"),
            format!("Not taken in: {reason}"),
        ),
        (None, "held") => lang.pick("等前一条", "Waits for another item").to_owned(),
        (None, "quarantined") => lang.pick("待办公室处理", "With the office").to_owned(),
        (None, "conflict") => lang
            .pick(
                "已收下；与另一份修改不同，选了哪份见该记录",
                "Taken in; it differs from another change, and the record shows which one stands",
            )
            .to_owned(),
        (None, _) => lang.pick("已入账", "Taken in").to_owned(),
    };
    let what = subject(lang, line);
    let who = format!("{} · {}", line.person_name, line.device_name);
    let received = f.day_time(receipt.received_at);
    view! {
        <Card>
            <Facts>
                <Fact label=lang.pick("内容", "What")>{what}</Fact>
                <Fact label=lang.pick("谁", "Who")>{who}</Fact>
                <Fact label=lang.pick("送达时间", "Received")>{received}</Fact>
                <Fact label=lang.pick("现在", "By now")>{state}</Fact>
            </Facts>
        </Card>
    }
    .into_any()
}
