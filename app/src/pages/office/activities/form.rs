//! The form of an activity, for making one and for editing one.

use domain::{
    Timestamp,
    api::office::{ActivityInput, Member},
    areas::{
        activities::{Activity, ActivityKind, ActivityState},
        people::Department,
    },
    time::{HOUR_MS, MINUTE_MS},
};
use leptos::prelude::*;

use crate::{
    components::{
        choice::{Choice, DropDown, Switch},
        field::{TextArea, TextField, TextKind},
    },
    i18n::{t, use_lang},
    office::{Act, ActProblem, choices, use_remote},
    platform,
};

/// Fields that show their own error.
pub const FIELDS: &[&str] = &[
    "title",
    "place",
    "details",
    "starts_at",
    "ends_at",
    "organizer_id",
    "capacity",
    "items",
];

/// What is typed; kept as text until it is sent.
#[derive(Clone, Copy)]
pub struct Typed {
    title: RwSignal<String>,
    kind: RwSignal<String>,
    place: RwSignal<String>,
    details: RwSignal<String>,
    starts: RwSignal<String>,
    ends: RwSignal<String>,
    organizer: RwSignal<String>,
    department: RwSignal<String>,
    capacity: RwSignal<String>,
    items: RwSignal<String>,
    public: RwSignal<bool>,
    pub cancelled: RwSignal<bool>,
}

impl Typed {
    /// An empty one: the next full hour, two hours long.
    pub fn new() -> Self {
        let now = platform::now_ms();
        let start = Timestamp(now - now.rem_euclid(HOUR_MS) + HOUR_MS);
        Self {
            title: RwSignal::new(String::new()),
            kind: RwSignal::new(kind_name(ActivityKind::VolunteerService)),
            place: RwSignal::new(String::new()),
            details: RwSignal::new(String::new()),
            starts: RwSignal::new(to_local(start)),
            ends: RwSignal::new(to_local(start.plus_ms(2 * HOUR_MS))),
            organizer: RwSignal::new(String::new()),
            department: RwSignal::new(String::new()),
            capacity: RwSignal::new(String::new()),
            items: RwSignal::new(String::new()),
            public: RwSignal::new(false),
            cancelled: RwSignal::new(false),
        }
    }

    pub fn fill(self, activity: &Activity) {
        self.title.set(activity.title.clone());
        self.kind.set(kind_name(activity.kind));
        self.place.set(activity.place.clone());
        self.details.set(activity.details.clone());
        self.starts.set(to_local(activity.starts_at));
        self.ends.set(to_local(activity.ends_at));
        self.organizer.set(activity.organizer_id.to_string());
        let department = activity.department_id.map(|id| id.to_string());
        self.department.set(department.unwrap_or_default());
        self.capacity
            .set(activity.capacity.map(|n| n.to_string()).unwrap_or_default());
        self.items.set(activity.items.join(" "));
        self.public.set(activity.public);
        self.cancelled
            .set(activity.state == ActivityState::Cancelled);
    }

    /// The input, once everything that must be there is there.
    pub fn input(self) -> Option<ActivityInput> {
        Some(ActivityInput {
            title: self.title.get(),
            kind: ActivityKind::ALL
                .into_iter()
                .find(|kind| kind_name(*kind) == *self.kind.read())?,
            place: self.place.get(),
            details: self.details.get(),
            starts_at: from_local(&self.starts.read())?,
            ends_at: from_local(&self.ends.read())?,
            organizer_id: self.organizer.read().parse().ok()?,
            department_id: self.department.read().parse().ok(),
            capacity: self.capacity.read().trim().parse().ok(),
            items: self
                .items
                .read()
                .split([' ', ',', '，', '、', '\n'])
                .filter(|item| !item.is_empty())
                .map(str::to_owned)
                .collect(),
            public: self.public.get(),
            cancelled: self.cancelled.get(),
        })
    }
}

#[component]
pub fn ActivityForm(typed: Typed, act: Act) -> impl IntoView {
    let lang = use_lang();
    let people = use_remote::<Vec<Member>>(|| Some("/api/office/people".to_owned()));
    let departments = use_remote::<Vec<Department>>(|| Some("/api/office/departments".to_owned()));
    let kinds = Signal::derive(move || {
        let choice = |kind: ActivityKind| {
            let (zh, en) = kind.name();
            Choice::new(kind_name(kind), lang.get().pick(zh, en))
        };
        ActivityKind::ALL
            .into_iter()
            .map(choice)
            .collect::<Vec<_>>()
    });
    let organizers = Signal::derive(move || {
        let mut choices = vec![Choice::new("", lang.get().pick("请选择", "Choose"))];
        for member in people
            .get()
            .unwrap_or_default()
            .iter()
            .filter(|member| member.active)
        {
            choices.push(Choice::new(member.id.to_string(), member.name.clone()));
        }
        choices
    });
    // Moving the start moves the end along, so that the length stays.
    let move_start = move |text: String| {
        let before = from_local(&typed.starts.get_untracked());
        let after = from_local(&text);
        let end = from_local(&typed.ends.get_untracked());
        if let (Some(before), Some(after), Some(end)) = (before, after, end) {
            typed.ends.set(to_local(end.plus_ms(after.since(before))));
        }
        typed.starts.set(text);
    };
    let title = t("活动名称", "Title");
    let title_hint = t(
        "例：交通文明劝导志愿服务",
        "Such as: Helping at the crossing",
    );
    let kind = t("类别", "Kind");
    let place = t("地点", "Place");
    let details = t("说明", "Details");
    let details_hint = t(
        "集合地点、着装、注意事项",
        "Where to meet, what to wear and bring",
    );
    let starts = t("开始", "Start");
    let ends = t("结束", "End");
    let organizer = t("组织者", "Organizer");
    let organizer_hint = t(
        "现场出示签到码、扫码、勾名单的人",
        "Whose phone shows the code, scans people and ticks the roster",
    );
    let department = t("牵头科室", "Department in charge");
    let capacity = t("人数上限", "Places");
    let capacity_hint = t("不填则不限", "Empty means as many as want");
    let unit = t("人", "people");
    let items = t("对应测评项", "Standard items");
    let items_hint = t(
        "如 Ⅳ-2-1 Ⅳ-2-3，空格分开",
        "Such as Ⅳ-2-1 Ⅳ-2-3, with spaces between",
    );
    let public = t("公开页面", "Public page");
    let public_hint = t(
        "有链接的人都能看到时间地点",
        "Whoever has the link sees time and place",
    );
    view! {
        <ActProblem error=Signal::derive(move || act.error()) fields=FIELDS/>
        <div class="form">
            <TextField
                name="title"
                label=title
                placeholder=title_hint
                value=typed.title
                on_input=move |text| typed.title.set(text)
                error=act.field_error("title")
                max_length=80
                required=true
            />
            <div class="form-row">
                <DropDown
                    name="kind"
                    label=kind
                    choices=kinds
                    value=typed.kind
                    on_change=move |value| typed.kind.set(value)
                />
                <TextField
                    name="place"
                    label=place
                    value=typed.place
                    on_input=move |text| typed.place.set(text)
                    error=act.field_error("place")
                    max_length=80
                    required=true
                />
            </div>
            <div class="form-row">
                <TextField
                    name="starts"
                    label=starts
                    kind=TextKind::DateTime
                    value=typed.starts
                    on_input=move_start
                    error=act.field_error("starts_at")
                    required=true
                />
                <TextField
                    name="ends"
                    label=ends
                    kind=TextKind::DateTime
                    value=typed.ends
                    on_input=move |text| typed.ends.set(text)
                    error=act.field_error("ends_at")
                    required=true
                />
            </div>
            <div class="form-row">
                <DropDown
                    name="organizer"
                    label=organizer
                    hint=organizer_hint
                    choices=organizers
                    value=typed.organizer
                    on_change=move |value| typed.organizer.set(value)
                    error=act.field_error("organizer_id")
                    required=true
                />
                <DropDown
                    name="department"
                    label=department
                    choices=choices::departments(departments, ("不指定", "None"))
                    value=typed.department
                    on_change=move |value| typed.department.set(value)
                />
            </div>
            <TextArea
                name="details"
                label=details
                hint=details_hint
                value=typed.details
                on_input=move |text| typed.details.set(text)
                error=act.field_error("details")
                max_length=2000
            />
            <div class="form-row">
                <TextField
                    name="capacity"
                    label=capacity
                    hint=capacity_hint
                    kind=TextKind::Integer
                    unit
                    value=typed.capacity
                    on_input=move |text| typed.capacity.set(text)
                    error=act.field_error("capacity")
                />
                <TextField
                    name="items"
                    label=items
                    hint=items_hint
                    value=typed.items
                    on_input=move |text| typed.items.set(text)
                    error=act.field_error("items")
                />
            </div>
            <Switch
                label=public
                hint=public_hint
                checked=typed.public
                on_change=move |on| typed.public.set(on)
            />
        </div>
    }
    .into_any()
}

fn kind_name(kind: ActivityKind) -> String {
    serde_json::to_value(kind)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}

/// `2026-11-24T09:30` on this device's clock, as `datetime-local` wants it.
fn to_local(at: Timestamp) -> String {
    at.civil(platform::utc_offset_minutes_at(at.0))
        .map(|civil| civil.format("%Y-%m-%dT%H:%M").to_string())
        .unwrap_or_default()
}

fn from_local(text: &str) -> Option<Timestamp> {
    let civil = chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M")
        .or_else(|_| chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S"))
        .ok()?;
    let as_utc = civil.and_utc().timestamp_millis();
    let offset = platform::utc_offset_minutes_at(as_utc);
    Some(Timestamp(as_utc - i64::from(offset) * MINUTE_MS))
}
