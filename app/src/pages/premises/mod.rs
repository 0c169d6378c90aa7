//! The places to inspect, on the phone: found by name, address or number, what presses first.

mod begin;
pub mod one;

use domain::{areas::people::Role, areas::premises::half_width};
use icondata_lu as lu;
use leptos::prelude::*;

use crate::{
    areas::{
        premises::{
            known::{self, Known},
            words,
        },
        sessions::guard::require_account,
    },
    components::{
        Tone,
        button::LoadMore,
        choice::{Choice, Segmented},
        field::SearchField,
        icon::Icon,
        page_header::PageHeader,
        status::{Art, Badge, EmptyState, Skeleton},
        surface::List,
    },
    device::Device,
    i18n::{Format, t, tf, use_format, use_lang},
    routing::Page,
};

/// How many are drawn at first, and how many more each time.
const PAGE: usize = 60;

#[component]
pub fn AllPremisesPage() -> impl IntoView {
    require_account();
    let device = Device::get();
    let (f, lang) = (use_format(), use_lang());
    let all = Memo::new(move |_| known::all(device));
    let wanted = RwSignal::new(String::new());
    let show = RwSignal::new("all".to_owned());
    let shown = RwSignal::new(PAGE);
    let found = Memo::new(move |_| {
        let words = half_width(&wanted.read()).to_lowercase();
        let words: Vec<&str> = words.split_whitespace().collect();
        let today = device.today();
        let show = show.get();
        all.with(|all| {
            let all = all.as_ref()?;
            let fits = |known: &&Known| {
                let history = &known.history;
                let asked = match show.as_str() {
                    "open" => history.open().next().is_some(),
                    "overdue" => history.is_overdue(today),
                    "unvisited" => history.visits.is_empty(),
                    _ => true,
                };
                asked && words.iter().all(|word| has(known, word))
            };
            Some(all.iter().filter(fits).cloned().collect::<Vec<Known>>())
        })
    });
    let choices = Signal::derive(move || {
        let lang = lang.get();
        [
            ("all", "全部", "All"),
            ("open", "待整改", "Open"),
            ("overdue", "逾期", "Late"),
            ("unvisited", "未查", "New"),
        ]
        .map(|(value, zh, en)| Choice::new(value, lang.pick(zh, en)))
        .to_vec()
    });
    let more = Signal::derive(move || {
        let count = found.with(|found| found.as_ref().map_or(0, Vec::len));
        count > shown.get()
    });
    let (search, filter) = (
        t("搜索名称、地址、证号", "Search name, address, number"),
        t("筛选", "Filter"),
    );
    let (none, why) = (
        t("本机还没有监管单位", "No premises on this phone"),
        t(
            "办公室录入或导入名录后，联网一次就会下载到本机，之后离线也能查。",
            "When the office has made its list, it comes with the next connection and then works offline.",
        ),
    );
    let only_staff = t(
        "监管单位名录只下发给执法人员的手机。",
        "The list of premises is on staff's phones only.",
    );
    let nothing = t("没有符合的单位", "Nothing matches");
    let is_staff = move || {
        let account = device.account();
        account.is_none_or(|account| account.role >= Role::Recorder)
    };
    let list = move || {
        let Some(found) = found.get() else {
            return view! { <Skeleton rows=6/> }.into_any();
        };
        if found.is_empty() {
            let is_empty = all.with(|all| all.as_ref().is_some_and(Vec::is_empty));
            return if !is_empty {
                view! { <EmptyState art=Art::Search title=nothing/> }.into_any()
            } else if is_staff() {
                view! { <EmptyState title=none text=why/> }.into_any()
            } else {
                view! { <EmptyState title=none text=only_staff/> }.into_any()
            };
        }
        let rows: Vec<AnyView> = found
            .iter()
            .take(shown.get())
            .map(|known| row(device, f, known))
            .collect();
        view! { <List>{rows}</List> }.into_any()
    };
    let total = tf(move |lang| {
        let count = found.with(|found| found.as_ref().map_or(0, Vec::len));
        lang.pick(format!("共 {count} 家"), format!("{count} in all"))
    });
    view! {
        <PageHeader back=Page::Home/>
        <div class="page page-narrow">
            <div class="premises-search">
                <SearchField
                    label=search
                    value=wanted
                    on_input=move |text| {
                        shown.set(PAGE);
                        wanted.set(text);
                    }
                />
                <Segmented
                    name="show"
                    label=filter
                    choices
                    value=show
                    on_change=move |value| {
                        shown.set(PAGE);
                        show.set(value);
                    }
                />
            </div>
            <p class="muted small" role="status">{total}</p>
            {list}
            <LoadMore more on_more=move || shown.update(|shown| *shown += PAGE)/>
        </div>
    }
    .into_any()
}

fn has(known: &Known, word: &str) -> bool {
    let premises = &known.premises;
    let (zh, en) = premises.kind.name();
    [
        premises.name.as_str(),
        premises.address.as_str(),
        premises.credit_code.as_str(),
        premises.official_no.as_str(),
        zh,
        en,
    ]
    .iter()
    .any(|text| text.to_lowercase().contains(word))
}

/// A row of its own: on a narrow screen the standing needs a line for itself.
fn row(device: Device, f: Format, known: &Known) -> AnyView {
    let premises = &known.premises;
    let icon = words::kind_icon(premises.kind);
    let address = premises.address.clone();
    let (zh, en) = premises.kind.name();
    let note = move || {
        let kind = f.lang().pick(zh, en);
        if address.is_empty() {
            kind.to_owned()
        } else {
            format!("{kind} · {address}")
        }
    };
    let history = known.history.clone();
    let standing = move || {
        let today = device.today();
        let (tone, words) = words::standing(
            f,
            history.open().count() as i64,
            history.is_overdue(today),
            history.next_due(),
            history.last_visit().map(|visit| visit.at),
            today,
        );
        if matches!(tone, Tone::Danger | Tone::Warning) {
            view! { <Badge tone=tone label=words/> }.into_any()
        } else {
            view! { <span class="row-note">{words}</span> }.into_any()
        }
    };
    view! {
        <a class="row row-link" href=Page::Premises(premises.id).path()>
            <span class="row-icon tone-primary"><Icon icon/></span>
            <span class="row-text">
                <span class="row-title">{premises.name.clone()}</span>
                <span class="row-note">{note}</span>
                <span class="premises-mark">{standing}</span>
            </span>
            <span class="row-chevron"><Icon icon=lu::LuChevronRight/></span>
        </a>
    }
    .into_any()
}
