//! Bringing a list of names to an activity: who is known, who is new, who can't be told; then sign-ups.

use domain::{
    ActivityId,
    api::roster::{
        RosterImport, RosterImported, RosterInput, RosterPreview, RosterRow, RosterState,
    },
    permission::{Ability, may},
};
use icondata_lu as lu;
use leptos::{prelude::*, task::spawn_local};

use crate::{
    components::{
        Tone,
        button::{Button, ButtonKind},
        choice::{CheckBox, Choice, Tabs},
        page_header::PageHeader,
        status::{Badge, Banner},
        surface::ActionBar,
        toast::use_toasts,
    },
    device::Device,
    http::{self, CallError},
    i18n::{Format, t, tf, use_format, use_lang},
    office::{ActProblem, TableSource},
    pages::office::{activities::PATH, roster_people::ChoosePeople},
    routing::{Page, use_go},
};

#[component]
pub fn ImportRosterPage(id: ActivityId) -> impl IntoView {
    let preview = RwSignal::new(None::<RosterPreview>);
    let intro = t(
        "可以用报名表、微信接龙整理出的 Excel，或直接粘贴一列姓名。有表头时认“姓名、手机、科室”，没有表头也能认。先看每一行是谁，再报名；已经报名的不会重复。",
        "Take the sign-up sheet as Excel, or paste a column of names. Headings such as name, mobile and department are read; without headings the cells are recognized. You first see who each row is; nobody is signed up twice.",
    );
    let placeholder = t("每行一人", "One person a line");
    let on_read = Callback::new(move |found: RosterPreview| preview.set(Some(found)));
    let path = format!("{PATH}/{id}/roster/preview");
    let lang = use_lang();
    let way = RwSignal::new("people".to_owned());
    let label = t("名单从哪里来", "Where the names come from");
    let ways = Signal::derive(move || {
        let lang = lang.get();
        vec![
            Choice::new("people", lang.pick("从名册选", "Choose members")),
            Choice::new("table", lang.pick("粘贴或表格", "Paste or a table")),
        ]
    });
    let body = move || {
        if way.get() == "people" {
            view! { <ChoosePeople id/> }.into_any()
        } else if let Some(found) = preview.get() {
            view! { <Preview id found preview/> }.into_any()
        } else {
            view! { <TableSource path=path.clone() intro placeholder on_read/> }.into_any()
        }
    };
    view! {
        <PageHeader back=Page::OfficeActivity(id)/>
        <div class="page page-wide">
            <Tabs label choices=ways value=way on_change=move |next| way.set(next)/>
            {body}
        </div>
    }
    .into_any()
}

#[component]
fn Preview(
    id: ActivityId,
    found: RosterPreview,
    preview: RwSignal<Option<RosterPreview>>,
) -> impl IntoView {
    let f = use_format();
    let device = Device::get();
    let (toasts, go, lang) = (use_toasts(), use_go(), use_lang());
    let (busy, error) = (RwSignal::new(false), RwSignal::new(None::<CallError>));
    let create = RwSignal::new(false);
    let count = |state: RosterState| found.rows.iter().filter(|row| row.state == state).count();
    let (known, already, new) = (
        count(RosterState::Known),
        count(RosterState::SignedUp),
        count(RosterState::New),
    );
    let all = found.rows.len();
    let open = all - known - already - new;
    let may_create = move || {
        new > 0
            && device
                .account()
                .is_some_and(|account| may(account.role, Ability::ManagePeople))
    };
    let taken = found
        .rows
        .iter()
        .filter(|row| matches!(row.state, RosterState::Known | RosterState::New))
        .map(|row| (row.state, row.input.clone()))
        .collect::<Vec<_>>();
    let taken = StoredValue::new(taken);
    let people = Memo::new(move |_| if create.get() { known + new } else { known });
    let send = move || {
        let create = create.get_untracked();
        let rows: Vec<RosterInput> = taken.with_value(|taken| {
            let wanted = taken
                .iter()
                .filter(|(state, _)| create || *state == RosterState::Known);
            wanted.map(|(_, input)| input.clone()).collect()
        });
        busy.set(true);
        error.set(None);
        let go = go.clone();
        spawn_local(async move {
            let body = http::write(&RosterImport {
                rows,
                create,
                ..RosterImport::default()
            });
            let answer =
                http::call("POST", &format!("{PATH}/{id}/roster/import"), body, None).await;
            if busy.try_set(false).is_some() {
                return;
            }
            match answer.and_then(|body| http::read::<RosterImported>(&body)) {
                Ok(done) => {
                    let (signed, made) = (done.signed_up, done.created);
                    toasts.success(lang.get_untracked().pick(
                        format!("已报名 {signed} 人，其中新建 {made} 人"),
                        format!("{signed} signed up, {made} of them new people"),
                    ));
                    go(Page::OfficeActivity(id));
                }
                Err(problem) => drop(error.try_set(Some(problem))),
            }
        });
    };
    let title = tf(move |lang| {
        lang.pick(
            format!("读到 {all} 行：{known} 人可报名，{already} 人已报名，{new} 人不在名册，{open} 行要先核对"),
            format!("{all} rows: {known} to sign up, {already} signed up already, {new} not members, {open} to check first"),
        )
    });
    let tone = if open > 0 {
        Tone::Warning
    } else {
        Tone::Success
    };
    let label = tf(move |lang| {
        lang.pick(
            format!("把不在名册的 {new} 人新建为志愿者"),
            format!("Make volunteers of the {new} who aren’t members"),
        )
    });
    let hint = t(
        "不在名册的人要由管理员新建，或先用邀请链接加入。",
        "An administrator makes new people, or they join by an invitation first.",
    );
    let new_people = move || {
        if may_create() {
            let label = label.clone();
            view! {
                <CheckBox name="create" checked=create on_change=move |on| create.set(on)>
                    {label}
                </CheckBox>
            }
            .into_any()
        } else if new > 0 {
            view! { <p class="muted small">{hint}</p> }.into_any()
        } else {
            ().into_any()
        }
    };
    let rows: Vec<AnyView> = found.rows.into_iter().map(|row| line(f, row)).collect();
    let (number, state, name, mobile, department) = (
        t("行", "Row"),
        t("结果", "Result"),
        t("姓名", "Name"),
        t("手机", "Mobile"),
        t("科室", "Department"),
    );
    let import = tf(move |lang| {
        let people = people.get();
        lang.pick(format!("报名 {people} 人"), format!("Sign up {people}"))
    });
    let again = t("换一份名单", "Another list");
    view! {
        <div class="stack">
            <Banner tone title>{new_people}</Banner>
            <ActProblem error=Signal::derive(move || error.get())/>
            <div class="table-box">
                <table class="table import-table">
                    <thead>
                        <tr>
                            <th scope="col" class="is-numeric">{number}</th>
                            <th scope="col">{state}</th>
                            <th scope="col">{name}</th>
                            <th scope="col">{mobile}</th>
                            <th scope="col">{department}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </div>
        <ActionBar>
            <Button kind=ButtonKind::Ghost on_click=move || preview.set(None)>{again}</Button>
            <Button
                kind=ButtonKind::Primary
                icon=lu::LuUserPlus
                loading=busy
                disabled=Signal::derive(move || people.get() == 0)
                on_click=send
            >
                {import}
            </Button>
        </ActionBar>
    }
    .into_any()
}

fn line(f: Format, row: RosterRow) -> AnyView {
    let (tone, zh, en) = match row.state {
        RosterState::Known => (Tone::Success, "可报名", "To sign up"),
        RosterState::SignedUp => (Tone::Neutral, "已报名", "Signed up"),
        RosterState::New => (Tone::Info, "不在名册", "Not a member"),
        RosterState::Ambiguous => (Tone::Warning, "有同名", "Several"),
        RosterState::Wrong => (Tone::Danger, "先核对", "Check it"),
    };
    let label = t(zh, en);
    let remarks = row.remarks;
    let remarks = move || {
        let lang = f.lang();
        remarks
            .iter()
            .map(|text| view! { <p class="import-remark">{text.get(lang).to_owned()}</p> })
            .collect::<Vec<_>>()
    };
    let input = row.input;
    view! {
        <tr>
            <td class="is-numeric">{row.number}</td>
            <td>
                <Badge tone=tone label/>
                {remarks}
            </td>
            <td>{input.name}</td>
            <td class="numbers">{input.mobile}</td>
            <td>{input.department}</td>
        </tr>
    }
    .into_any()
}
