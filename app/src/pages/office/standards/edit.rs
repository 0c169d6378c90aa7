//! One item of a draft is corrected: its words, points, rule and evidence, as the table would say them.

use std::collections::BTreeMap;

use domain::{
    Decimal,
    areas::standards::{Frequency, Item, Period, Scoring, Standard},
    standard_table::{cells::number, words},
};
use icondata_lu as lu;
use leptos::prelude::*;

use crate::{
    components::Tone,
    components::{
        button::{Button, ButtonKind},
        choice::{Choice, DropDown},
        dialog::Dialog,
        field::{TextArea, TextField, TextKind},
        status::Banner,
    },
    i18n::{t, tf, tx, use_lang},
    office::{Act, ActProblem},
};

/// The kinds of rule with their names, and what their two numbers are.
const KINDS: [(&str, &str, &str); 7] = [
    ("all_or_nothing", "不符合即不得分", "All or nothing"),
    ("deduct_per_missing", "每缺一项扣分", "Each missing costs"),
    (
        "deduct_per_percent_below",
        "每低 1 个百分点扣分",
        "Each percent below costs",
    ),
    (
        "sample_check",
        "抽查，每处不符合扣分",
        "Sample, each failure costs",
    ),
    (
        "count_in_period",
        "规定次数，每少 1 次扣分",
        "So often, each less costs",
    ),
    (
        "ratio_of_target",
        "按完成比例得分",
        "By share of the target",
    ),
    ("state_abc", "分档得分", "By grade"),
];

/// What is typed about a rule.
#[derive(Clone, Copy)]
struct Rule {
    kind: RwSignal<String>,
    target: RwSignal<String>,
    step: RwSignal<String>,
    unit: RwSignal<String>,
    period: RwSignal<String>,
    levels: RwSignal<String>,
}

impl Rule {
    fn new(scoring: &Scoring) -> Self {
        let rule = Self {
            kind: RwSignal::default(),
            target: RwSignal::default(),
            step: RwSignal::default(),
            unit: RwSignal::default(),
            period: RwSignal::new(period_name(Period::Year)),
            levels: RwSignal::new("A 100, B 66, C 33, D 0".to_owned()),
        };
        rule.set(scoring);
        rule
    }

    fn set(self, scoring: &Scoring) {
        let put = |kind: &str, target: String, step: String, unit: &str| {
            self.kind.set(kind.to_owned());
            self.target.set(target);
            self.step.set(step);
            self.unit.set(unit.to_owned());
        };
        match scoring {
            Scoring::AllOrNothing => put("all_or_nothing", String::new(), String::new(), ""),
            Scoring::DeductPerMissing { step, unit } => {
                put("deduct_per_missing", String::new(), step.to_string(), unit);
            }
            Scoring::DeductPerPercentBelow {
                target_percent,
                step_per_percent,
            } => put(
                "deduct_per_percent_below",
                target_percent.to_string(),
                step_per_percent.to_string(),
                "",
            ),
            Scoring::SampleCheck {
                sample_size,
                step_per_fail,
            } => put(
                "sample_check",
                sample_size.to_string(),
                step_per_fail.to_string(),
                "",
            ),
            Scoring::CountInPeriod {
                target,
                period,
                step,
            } => {
                put("count_in_period", target.to_string(), step.to_string(), "");
                self.period.set(period_name(*period));
            }
            Scoring::RatioOfTarget { target, unit } => {
                put("ratio_of_target", target.to_string(), String::new(), unit);
            }
            Scoring::StateAbc { levels } => {
                put("state_abc", String::new(), String::new(), "");
                let each = levels
                    .iter()
                    .map(|(grade, share)| format!("{grade} {}", share.times_whole(100)));
                self.levels.set(each.collect::<Vec<_>>().join(", "));
            }
        }
    }

    /// `None` where a number is missing or wrong.
    fn read(self) -> Option<Scoring> {
        let decimal =
            |text: RwSignal<String>| number(&text.get()).filter(|number| *number >= Decimal::ZERO);
        let whole = |text: RwSignal<String>| text.get().trim().parse().ok().filter(|it| *it > 0);
        let unit = self.unit.get().trim().to_owned();
        Some(match self.kind.get().as_str() {
            "all_or_nothing" => Scoring::AllOrNothing,
            "deduct_per_missing" => Scoring::DeductPerMissing {
                step: decimal(self.step)?,
                unit,
            },
            "deduct_per_percent_below" => Scoring::DeductPerPercentBelow {
                target_percent: decimal(self.target)?,
                step_per_percent: decimal(self.step)?,
            },
            "sample_check" => Scoring::SampleCheck {
                sample_size: whole(self.target)?,
                step_per_fail: decimal(self.step)?,
            },
            "count_in_period" => Scoring::CountInPeriod {
                target: whole(self.target)?,
                period: Period::ALL
                    .into_iter()
                    .find(|period| period_name(*period) == self.period.get())?,
                step: decimal(self.step)?,
            },
            "ratio_of_target" => Scoring::RatioOfTarget {
                target: decimal(self.target).filter(|it| *it > Decimal::ZERO)?,
                unit,
            },
            _ => Scoring::StateAbc {
                levels: levels(&self.levels.get())?,
            },
        })
    }
}

fn period_name(period: Period) -> String {
    period.name().1.to_owned()
}

/// `A 100, B 66`.
fn levels(text: &str) -> Option<BTreeMap<String, Decimal>> {
    let mut levels = BTreeMap::new();
    for part in text.split([',', '，', ';', '；', '\n']) {
        let part = part.trim().trim_end_matches('%');
        if part.is_empty() {
            continue;
        }
        let at = part.find(|c: char| c.is_ascii_digit())?;
        let percent: Decimal = part[at..].trim().parse().ok()?;
        let share = percent.over(Decimal::whole(100))?;
        let grade = part[..at].trim();
        if grade.is_empty() || share < Decimal::ZERO || share > Decimal::ONE {
            return None;
        }
        levels.insert(grade.to_owned(), share);
    }
    (!levels.is_empty()).then_some(levels)
}

/// The dialog for the item with this code; `on_done` gets the whole standard.
#[component]
pub fn ItemDialog(
    standard: Standard,
    code: String,
    act: Act,
    on_close: Callback<()>,
    on_done: Callback<Standard>,
) -> impl IntoView {
    let Some(item) = standard.item(&code).map(|placed| placed.item.clone()) else {
        return ().into_any();
    };
    let lang = use_lang();
    let rule = Rule::new(&item.scoring);
    let new_code = RwSignal::new(item.code.clone());
    let words = RwSignal::new(item.title.clone());
    let points = RwSignal::new(item.points.to_string());
    let scoring_text = RwSignal::new(item.scoring_text.clone());
    let evidence = RwSignal::new(words::evidence_text(&item.evidence));
    let owner = RwSignal::new(item.owner.clone());
    let frequency = RwSignal::new(item.frequency.name().1.to_owned());
    let worth = move || number(&points.get()).filter(|it| *it >= Decimal::ZERO);
    let understood = Memo::new(move |_| rule.read());
    let (item, standard) = (StoredValue::new(item), StoredValue::new(standard));
    let can_keep = Signal::derive(move || {
        understood.with(Option::is_some) && worth().is_some() && !words.get().trim().is_empty()
    });
    let keep = Callback::new(move |()| {
        let (Some(scoring), Some(points)) = (understood.get_untracked(), untrack(worth)) else {
            return;
        };
        let old = item.get_value();
        let changed = Item {
            code: new_code.get_untracked().trim().to_owned(),
            title: words.get_untracked().trim().to_owned(),
            points,
            scoring,
            scoring_text: scoring_text.get_untracked(),
            evidence: words::evidence(&evidence.get_untracked()),
            owner: owner.get_untracked().trim().to_owned(),
            frequency: Frequency::ALL
                .into_iter()
                .find(|it| it.name().1 == frequency.get_untracked())
                .unwrap_or(old.frequency),
            ..old.clone()
        };
        let mut standard = standard.get_value();
        let items = standard
            .projects
            .iter_mut()
            .flat_map(|project| &mut project.contents)
            .flat_map(|content| &mut content.items);
        for found in items.filter(|it| it.code == old.code) {
            *found = changed.clone();
        }
        on_done.run(standard);
    });
    let guess = Callback::new(move |()| {
        let found = words::scoring(
            &scoring_text.get_untracked(),
            &words.get_untracked(),
            untrack(worth).unwrap_or(Decimal::ONE),
        );
        if let Some(found) = found {
            rule.set(&found);
        }
    });
    let choices = move |all: Vec<(String, &'static str, &'static str)>| {
        Signal::derive(move || {
            let lang = lang.get();
            all.iter()
                .map(|(value, zh, en)| Choice::new(value, lang.pick(*zh, *en)))
                .collect::<Vec<_>>()
        })
    };
    let kinds = choices(
        KINDS
            .map(|(value, zh, en)| (value.to_owned(), zh, en))
            .to_vec(),
    );
    let periods = choices(
        Period::ALL
            .map(|it| (period_name(it), it.name().0, it.name().1))
            .to_vec(),
    );
    let frequencies = choices(
        Frequency::ALL
            .map(|it| (it.name().1.to_owned(), it.name().0, it.name().1))
            .to_vec(),
    );
    let numbers = move || {
        let kind = rule.kind.get();
        if kind == "all_or_nothing" {
            return ().into_any();
        }
        let target = match kind.as_str() {
            "deduct_per_percent_below" => Some(("目标（%）", "Target (%)")),
            "sample_check" => Some(("抽查多少处", "Places looked at")),
            "count_in_period" => Some(("应做多少次", "Times")),
            "ratio_of_target" => Some(("目标值", "Target")),
            _ => None,
        };
        let has_step = !matches!(
            kind.as_str(),
            "all_or_nothing" | "ratio_of_target" | "state_abc"
        );
        let has_unit = matches!(kind.as_str(), "deduct_per_missing" | "ratio_of_target");
        let (step, unit, period, grades) = (
            t("每次扣多少分", "Costs each time"),
            t("单位", "Unit"),
            t("期间", "Period"),
            t("各档得百分之几", "Percent of each grade"),
        );
        view! {
            <div class="form-row">
                {target
                    .map(|(zh, en)| {
                        view! {
                            <TextField
                                name="target"
                                label=t(zh, en)
                                kind=TextKind::Decimal
                                value=rule.target
                                on_input=move |text| rule.target.set(text)
                            />
                        }
                    })}
                {has_step
                    .then(|| {
                        view! {
                            <TextField
                                name="step"
                                label=step
                                kind=TextKind::Decimal
                                value=rule.step
                                on_input=move |text| rule.step.set(text)
                            />
                        }
                    })}
                {has_unit
                    .then(|| {
                        view! {
                            <TextField
                                name="unit"
                                label=unit
                                value=rule.unit
                                on_input=move |text| rule.unit.set(text)
                            />
                        }
                    })}
                {(kind == "count_in_period")
                    .then(|| {
                        view! {
                            <DropDown
                                name="period"
                                label=period
                                choices=periods
                                value=rule.period
                                on_change=move |value| rule.period.set(value)
                            />
                        }
                    })}
                {(kind == "state_abc")
                    .then(|| {
                        view! {
                            <TextField
                                name="levels"
                                label=grades
                                value=rule.levels
                                on_input=move |text| rule.levels.set(text)
                            />
                        }
                    })}
            </div>
        }
        .into_any()
    };
    let labels = (
        t("编号", "Code"),
        t("分值", "Points"),
        t("测评标准", "Item"),
        t("评分标准原文", "The rule in the document’s words"),
        t("评分规则", "Rule"),
        t("需提供材料", "Evidence wanted"),
        t("责任部门", "Department"),
        t("频次", "How often"),
        t("按原文识别规则", "Read the rule from the words"),
    );
    let hint = t(
        "例如：会议纪要×2（含议题）；现场照片×3",
        "Such as: 会议纪要×2（含议题）；现场照片×3",
    );
    let wrong = t(
        "请把规则里的数字填完整",
        "Please complete the rule’s numbers",
    );
    let shown = move || match understood.get() {
        Some(scoring) => view! { <Banner tone=Tone::Info title=tx(scoring.words())/> }.into_any(),
        None => view! { <Banner tone=Tone::Warning title=wrong/> }.into_any(),
    };
    let save = t("保存", "Save");
    let footer = move || {
        view! {
            <Button
                kind=ButtonKind::Primary
                disabled=Signal::derive(move || !can_keep.get())
                loading=act.busy()
                on_click=keep
            >
                {save}
            </Button>
        }
        .into_any()
    };
    let title = tf(move |lang| lang.pick(format!("修改 {code}"), format!("Edit {code}")));
    view! {
        <Dialog open=Signal::stored(true) on_close title footer=footer wide=true>
            <ActProblem error=Signal::derive(move || act.error())/>
            <div class="form">
                <div class="form-row">
                    <TextField
                        name="code"
                        label=labels.0
                        value=new_code
                        on_input=move |text| new_code.set(text)
                    />
                    <TextField
                        name="points"
                        label=labels.1
                        kind=TextKind::Decimal
                        value=points
                        on_input=move |text| points.set(text)
                    />
                </div>
                <TextArea name="item-title" label=labels.2 value=words on_input=move |text| words.set(text)/>
                <TextArea
                    name="scoring-text"
                    label=labels.3
                    value=scoring_text
                    on_input=move |text| scoring_text.set(text)
                />
                <div class="cluster">
                    <Button small=true icon=lu::LuWandSparkles on_click=guess>{labels.8}</Button>
                </div>
                <DropDown
                    name="kind"
                    label=labels.4
                    choices=kinds
                    value=rule.kind
                    on_change=move |value| rule.kind.set(value)
                />
                {numbers}
                {shown}
                <TextArea
                    name="evidence"
                    label=labels.5
                    hint=hint
                    value=evidence
                    on_input=move |text| evidence.set(text)
                />
                <div class="form-row">
                    <TextField
                        name="owner"
                        label=labels.6
                        value=owner
                        on_input=move |text| owner.set(text)
                    />
                    <DropDown
                        name="frequency"
                        label=labels.7
                        choices=frequencies
                        value=frequency
                        on_change=move |value| frequency.set(value)
                    />
                </div>
            </div>
        </Dialog>
    }
    .into_any()
}
