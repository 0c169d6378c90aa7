//! Scoring: from an item's rule and what was found to its points, with the working that an assessor
//! can follow.
//!
//! Leaves out where the facts come from, and the sum over items.

use serde::{Deserialize, Serialize};

use crate::{
    areas::standards::{Item, Period, Scoring},
    decimal::Decimal,
    text::Text,
};

crate::tagged! {
    "Facts", tag = "type";
    /// What was found about an item; each kind of rule asks for one of them.
    #[derive(Clone, Debug, PartialEq)]
    pub enum Facts {
        /// For all or nothing.
        Met { met: bool },
        /// How many things are missing.
        Missing { missing: i64 },
        Percent { percent: Decimal },
        /// Of the places looked at, how many failed.
        Sample { failed: i64 },
        /// How often it was done in the year, or in the round if the rule asks for that.
        Count { count: i64 },
        /// How much of the target was reached, in its unit.
        Reached { reached: Decimal },
        Grade { grade: String },
    }
}

impl Facts {
    /// What somebody typed or chose for a rule: a number, `yes` or `no`, a grade.
    pub fn typed(rule: &Scoring, text: &str) -> Option<Self> {
        let text = text.trim();
        let number = || text.parse::<i64>().ok();
        let decimal = || text.parse::<Decimal>().ok();
        Some(match rule {
            Scoring::AllOrNothing => Self::Met {
                met: match text {
                    "yes" => true,
                    "no" => false,
                    _ => return None,
                },
            },
            Scoring::DeductPerMissing { .. } => Self::Missing { missing: number()? },
            Scoring::DeductPerPercentBelow { .. } => Self::Percent {
                percent: decimal()?,
            },
            Scoring::SampleCheck { .. } => Self::Sample { failed: number()? },
            Scoring::CountInPeriod { .. } => Self::Count { count: number()? },
            Scoring::RatioOfTarget { .. } => Self::Reached {
                reached: decimal()?,
            },
            Scoring::StateAbc { levels } => Self::Grade {
                grade: levels.contains_key(text).then(|| text.to_owned())?,
            },
        })
    }

    /// As it is typed.
    pub fn text(&self) -> String {
        match self {
            Self::Met { met: true } => "yes".to_owned(),
            Self::Met { met: false } => "no".to_owned(),
            Self::Missing { missing: number }
            | Self::Sample { failed: number }
            | Self::Count { count: number } => number.to_string(),
            Self::Percent { percent: number } | Self::Reached { reached: number } => {
                number.to_string()
            }
            Self::Grade { grade } => grade.clone(),
        }
    }
}

/// An item's points and how they came about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scored {
    /// Never below zero, never above the item's.
    pub points: Decimal,
    /// What the item could bring.
    pub of: Decimal,
    pub working: Working,
}

crate::tagged! {
    "Working", tag = "type";
    /// The steps from the facts to the loss.
    #[derive(Clone, Debug, PartialEq)]
    pub enum Working {
        Whole {
            met: bool,
        },
        Missing {
            missing: i64,
            unit: String,
            step: Decimal,
        },
        Percent {
            percent: Decimal,
            target: Decimal,
            /// Whole percents below the target.
            below: i64,
            step: Decimal,
        },
        Sample {
            failed: i64,
            of: i64,
            step: Decimal,
        },
        Count {
            count: i64,
            target: i64,
            missing: i64,
            step: Decimal,
        },
        Ratio {
            reached: Decimal,
            target: Decimal,
            unit: String,
            /// At most 1.
            share: Decimal,
        },
        Grade {
            grade: String,
            share: Decimal,
        },
    }
}

/// Why facts give no points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// The rule asks for other facts.
    Other,
    /// Less than nothing was counted, or more failed than was looked at.
    Impossible,
    /// The rule has no such grade.
    NoSuchGrade,
    /// The rule's own target is zero.
    NoTarget,
}

impl Unfit {
    pub fn words(self) -> Text {
        match self {
            Self::Other => Text::new(
                "填写的内容与评分规则不符，请按规则重新填写",
                "These figures don't fit the rule. Please fill them in as the rule asks",
            ),
            Self::Impossible => Text::new(
                "数字不合理：不能是负数，不合格数也不能超过抽查数",
                "These figures can't be: none is below zero, and no more fail than were looked at",
            ),
            Self::NoSuchGrade => Text::new(
                "评分规则里没有这个等级，请选择规则中的等级",
                "The rule has no such grade. Please choose one of its grades",
            ),
            Self::NoTarget => Text::new(
                "评分规则的目标值是零，请先更正规则",
                "The rule's target is zero. Please correct the rule first",
            ),
        }
    }
}

/// The points that an item worth `of` gets for these facts.
pub fn score(rule: &Scoring, of: Decimal, facts: &Facts) -> Result<Scored, Unfit> {
    let (points, working) = match (rule, facts) {
        (Scoring::AllOrNothing, Facts::Met { met }) => {
            let points = if *met { of } else { Decimal::ZERO };
            (points, Working::Whole { met: *met })
        }
        (Scoring::DeductPerMissing { step, unit }, Facts::Missing { missing }) => {
            let missing = not_negative(*missing)?;
            let working = Working::Missing {
                missing,
                unit: unit.clone(),
                step: *step,
            };
            (of - step.times_whole(missing), working)
        }
        (
            Scoring::DeductPerPercentBelow {
                target_percent,
                step_per_percent,
            },
            Facts::Percent { percent },
        ) => {
            if *percent < Decimal::ZERO {
                return Err(Unfit::Impossible);
            }
            let below = (target_percent.0 - percent.0).max(0) / Decimal::ONE.0;
            let working = Working::Percent {
                percent: *percent,
                target: *target_percent,
                below,
                step: *step_per_percent,
            };
            (of - step_per_percent.times_whole(below), working)
        }
        (
            Scoring::SampleCheck {
                sample_size,
                step_per_fail,
            },
            Facts::Sample { failed },
        ) => {
            let failed = not_negative(*failed)?;
            if failed > *sample_size {
                return Err(Unfit::Impossible);
            }
            let working = Working::Sample {
                failed,
                of: *sample_size,
                step: *step_per_fail,
            };
            (of - step_per_fail.times_whole(failed), working)
        }
        (
            Scoring::CountInPeriod {
                target,
                period,
                step,
            },
            Facts::Count { count },
        ) => {
            let count = not_negative(*count)?;
            let target = period.over_a_year(*target);
            let missing = (target - count).max(0);
            let working = Working::Count {
                count,
                target,
                missing,
                step: *step,
            };
            (of - step.times_whole(missing), working)
        }
        (Scoring::RatioOfTarget { target, unit }, Facts::Reached { reached }) => {
            if *reached < Decimal::ZERO {
                return Err(Unfit::Impossible);
            }
            if *target <= Decimal::ZERO {
                return Err(Unfit::NoTarget);
            }
            let share = reached.over(*target).ok_or(Unfit::NoTarget)?;
            let share = share.min(Decimal::ONE);
            let working = Working::Ratio {
                reached: *reached,
                target: *target,
                unit: unit.clone(),
                share,
            };
            (of.times(share), working)
        }
        (Scoring::StateAbc { levels }, Facts::Grade { grade }) => {
            let share = *levels.get(grade).ok_or(Unfit::NoSuchGrade)?;
            let working = Working::Grade {
                grade: grade.clone(),
                share,
            };
            (of.times(share), working)
        }
        _ => return Err(Unfit::Other),
    };
    Ok(Scored {
        points: points.max(Decimal::ZERO).min(of),
        of,
        working,
    })
}

fn not_negative(number: i64) -> Result<i64, Unfit> {
    (number >= 0).then_some(number).ok_or(Unfit::Impossible)
}

impl Scored {
    pub fn lost(&self) -> Decimal {
        self.of - self.points
    }

    /// The working as a person writes it: `4 次做了 2 次，缺 2 次 × 1 分 = 扣 2 分`.
    pub fn words(&self) -> Text {
        let lost = self.lost();
        let taken = |count: i64, step: Decimal| {
            let full = step.times_whole(count);
            if full > lost {
                Text::new(
                    format!("应扣 {full} 分，扣完为止"),
                    format!("{full} would be lost; no more than {lost} can"),
                )
            } else {
                Text::new(format!("扣 {lost} 分"), format!("{lost} lost"))
            }
        };
        match &self.working {
            Working::Whole { met: true } => Text::new("符合，得满分", "Met: full points"),
            Working::Whole { met: false } => Text::new("不符合，不得分", "Not met: no points"),
            Working::Missing {
                missing,
                unit,
                step,
            } => {
                let cost = taken(*missing, *step);
                Text::new(
                    format!("缺 {missing} {unit} × {step} 分，{}", cost.zh),
                    format!("{missing} missing × {step}: {}", cost.en),
                )
            }
            Working::Percent {
                percent,
                target,
                below,
                step,
            } => {
                let cost = taken(*below, *step);
                Text::new(
                    format!(
                        "实际 {percent}%，目标 {target}%，低 {below} 个百分点 × {step} 分，{}",
                        cost.zh
                    ),
                    format!(
                        "{percent}% of the {target}% asked for, {below} whole percent below × {step}: {}",
                        cost.en
                    ),
                )
            }
            Working::Sample { failed, of, step } => {
                let cost = taken(*failed, *step);
                Text::new(
                    format!("抽查 {of} 处，{failed} 处不符合 × {step} 分，{}", cost.zh),
                    format!("{failed} of {of} places failed × {step}: {}", cost.en),
                )
            }
            Working::Count {
                count,
                target,
                missing,
                step,
            } => {
                let cost = taken(*missing, *step);
                Text::new(
                    format!(
                        "应 {target} 次，已 {count} 次，缺 {missing} 次 × {step} 分，{}",
                        cost.zh
                    ),
                    format!(
                        "{count} of {target} times, {missing} missing × {step}: {}",
                        cost.en
                    ),
                )
            }
            Working::Ratio {
                reached,
                target,
                unit,
                share,
            } => {
                let (of, points, percent) = (self.of, self.points, percent(*share));
                Text::new(
                    format!("达到 {reached} / {target} {unit}，{of} 分 × {percent} = {points} 分"),
                    format!("{reached} of {target} {unit}: {of} × {percent} = {points}"),
                )
            }
            Working::Grade { grade, share } => {
                let (of, points, percent) = (self.of, self.points, percent(*share));
                Text::new(
                    format!("评为 {grade}，{of} 分 × {percent} = {points} 分"),
                    format!("Grade {grade}: {of} × {percent} = {points}"),
                )
            }
        }
    }
}

fn percent(share: Decimal) -> String {
    format!("{}%", share.times_whole(100))
}

impl Period {
    pub const ALL: [Self; 6] = [
        Self::Cycle,
        Self::Year,
        Self::HalfYear,
        Self::Quarter,
        Self::Month,
        Self::Week,
    ];

    pub fn name(self) -> (&'static str, &'static str) {
        match self {
            Self::Cycle => ("本届", "in the round"),
            Self::Year => ("每年", "a year"),
            Self::HalfYear => ("每半年", "a half year"),
            Self::Quarter => ("每季度", "a quarter"),
            Self::Month => ("每月", "a month"),
            Self::Week => ("每周", "a week"),
        }
    }
}

impl Item {
    /// The rule in the document's own words, else in ours.
    pub fn rule(&self) -> Text {
        if self.scoring_text.is_empty() {
            self.scoring.words()
        } else {
            Text::new(self.scoring_text.as_str(), self.scoring_text.as_str())
        }
    }
}

impl Scoring {
    /// The rule in both languages.
    pub fn words(&self) -> Text {
        match self {
            Self::AllOrNothing => Text::new("不符合即不得分", "All or nothing"),
            Self::DeductPerMissing { step, unit } => Text::new(
                format!("每缺 1 {unit}扣 {step} 分，扣完为止"),
                format!("Each one missing costs {step}"),
            ),
            Self::DeductPerPercentBelow {
                target_percent,
                step_per_percent,
            } => Text::new(
                format!("低于 {target_percent}%，每低 1 个百分点扣 {step_per_percent} 分"),
                format!("Each whole percent below {target_percent}% costs {step_per_percent}"),
            ),
            Self::SampleCheck {
                sample_size,
                step_per_fail,
            } => Text::new(
                format!("抽查 {sample_size} 处，每处不符合扣 {step_per_fail} 分"),
                format!("{sample_size} are looked at; each that fails costs {step_per_fail}"),
            ),
            Self::CountInPeriod {
                target,
                period,
                step,
            } => {
                let (zh, en) = period.name();
                Text::new(
                    format!("{zh}不少于 {target} 次，每少 1 次扣 {step} 分"),
                    format!("{target} times {en} or more; each one less costs {step}"),
                )
            }
            Self::RatioOfTarget { target, unit } => Text::new(
                format!("达到 {target} {unit}得满分，不足按比例得分"),
                format!("Full points for {target} {unit}, less by its share"),
            ),
            Self::StateAbc { levels } => {
                let each = |all: &str, of: &str| {
                    let parts: Vec<String> = levels
                        .iter()
                        .map(|(grade, share)| format!("{grade}{of}{}", percent(*share)))
                        .collect();
                    parts.join(all)
                };
                Text::new(format!("分档：{}", each("，", " 得 ")), each(", ", " = "))
            }
        }
    }
}
