//! The types of questions, their choices, and who may see an answer.
//!
//! Leaves out what answers they take (`check`) and how a type is written in a spreadsheet (`load`).

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::{tagged, text::Text};

/// The type of a question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
// The derived code reads and writes the known types; the impls below know the unknown one.
#[serde(rename_all = "snake_case", remote = "Self")]
pub enum Kind {
    Text,
    Integer,
    Decimal,
    /// A number on a scale.
    Range(Range),
    SelectOne(Vec<Choice>),
    SelectMultiple(Vec<Choice>),
    /// All choices, put into an order.
    Rank(Vec<Choice>),
    Date,
    Time,
    DateTime,
    Geopoint,
    /// One or several photos.
    Image,
    /// One or several files of any type.
    File,
    /// One or several recordings.
    Audio,
    /// The text of a barcode or QR code.
    Barcode,
    /// A tick that says "read" or "agreed".
    Acknowledge,
    /// Text to read; takes no answer.
    Note,
    /// Hidden; its answer is its calculation's result as text.
    Calculate,
    /// Hidden; its answer is its default, or what a trigger puts there.
    Hidden,
    /// Hidden: when the form was opened.
    Start,
    /// Hidden: when the record was finished.
    End,
    /// Hidden: the day on which the form was opened.
    Today,
    /// Hidden: who filled it in.
    Username,
    /// Hidden: the device on which the form was opened.
    DeviceId,
    /// A type that only a newer version of Minglu knows, kept as it came.
    #[serde(skip)]
    Unknown(serde_json::Value),
}

impl Serialize for Kind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Unknown(kind) => kind.serialize(serializer),
            known => Self::serialize(known, serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Kind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = tagged::raw(deserializer)?;
        Self::deserialize(&mut serde_json::Deserializer::from_str(raw.get()))
            .or_else(|_| serde_json::from_str(raw.get()).map(Self::Unknown))
            .map_err(D::Error::custom)
    }
}

/// A scale from `start` to `end`, both included, in steps.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Range {
    pub start: f64,
    pub end: f64,
    /// Greater than zero.
    pub step: f64,
}

/// How far a position on a scale may be from a step, as a share of the step: decimal fractions are
/// not exact in binary.
const STEP_TOLERANCE: f64 = 1e-6;

impl Range {
    /// Whether its answers are whole numbers.
    pub fn is_whole(&self) -> bool {
        [self.start, self.end, self.step]
            .iter()
            .all(|number| number.fract() == 0.0)
    }

    /// Whether the number is one of its steps.
    pub fn holds(&self, number: f64) -> bool {
        let (low, high) = (self.start.min(self.end), self.start.max(self.end));
        let steps = (number - self.start) / self.step;
        number >= low && number <= high && (steps - steps.round()).abs() < STEP_TOLERANCE
    }
}

impl Kind {
    /// The choices of a select or rank, otherwise nothing.
    pub fn choices(&self) -> &[Choice] {
        match self {
            Self::SelectOne(choices) | Self::SelectMultiple(choices) | Self::Rank(choices) => {
                choices
            }
            _ => &[],
        }
    }

    pub(super) fn choices_mut(&mut self) -> Option<&mut Vec<Choice>> {
        match self {
            Self::SelectOne(choices) | Self::SelectMultiple(choices) | Self::Rank(choices) => {
                Some(choices)
            }
            _ => None,
        }
    }

    /// Whether it is filled in without the person and never shown.
    pub fn is_hidden(&self) -> bool {
        matches!(
            self,
            Self::Calculate
                | Self::Hidden
                | Self::Start
                | Self::End
                | Self::Today
                | Self::Username
                | Self::DeviceId
        )
    }

    /// Whether its answer is a list of attachments.
    pub fn is_media(&self) -> bool {
        matches!(self, Self::Image | Self::File | Self::Audio)
    }

    /// The type of a question in words, for error messages.
    pub(super) fn describe(&self) -> Text {
        let (zh, en) = match self {
            Self::Text | Self::Username | Self::Hidden | Self::DeviceId => ("文字", "text"),
            Self::Barcode => ("条码内容", "the text of a code"),
            Self::Integer => ("整数", "a whole number"),
            Self::Decimal => ("数字", "a number"),
            Self::Range(_) => ("刻度上的数字", "a number on the scale"),
            Self::SelectOne(_) => ("单选", "one choice"),
            Self::SelectMultiple(_) => ("多选", "choices"),
            Self::Rank(_) => ("排序", "all choices in an order"),
            Self::Date | Self::Today => ("日期", "a date"),
            Self::Time => ("时间", "a time"),
            Self::DateTime | Self::Start | Self::End => ("日期和时间", "a date with a time"),
            Self::Geopoint => ("位置", "a position"),
            Self::Image => ("照片", "photos"),
            Self::File => ("文件", "files"),
            Self::Audio => ("录音", "recordings"),
            Self::Acknowledge => ("勾选确认", "a tick"),
            Self::Note => ("说明，不用回答", "no answer, it is a note"),
            Self::Calculate => ("自动计算的内容", "a calculated value"),
            Self::Unknown(_) => ("新版本的题型", "a newer type of question"),
        };
        Text::new(zh, en)
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// What is stored; no spaces.
    pub name: String,
    pub label: Text,
    /// File name of a picture beside the label (`media::image`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<Text>,
    /// The office's own columns of the choices sheet, which a `choice_filter` reads.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub columns: BTreeMap<String, String>,
}

/// The choices in another order, the same for the same seed: the shuffle of `randomize()` in the ODK
/// XForms specification (Fisher-Yates "inside-out" with Park and Miller's generator).
pub fn shuffled<T: Clone>(items: &[T], seed: u64) -> Vec<T> {
    let mut state = seed % 2_147_483_647;
    if state == 0 {
        state = 2_147_483_646;
    }
    let mut shuffled: Vec<T> = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        state = state * 16_807 % 2_147_483_647;
        let share = (state - 1) as f64 / 2_147_483_646.0;
        let place = ((share * (index + 1) as f64) as usize).min(index);
        shuffled.push(item.clone());
        shuffled.swap(place, index);
    }
    shuffled
}

/// Who may see an answer and whether it leaves in an export, from open to closed.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case", from = "String")]
pub enum Sensitivity {
    Public,
    #[default]
    Internal,
    Personal,
    /// Also what a newer version calls by a name that this one doesn't know.
    Sensitive,
}

impl Sensitivity {
    pub const NAMES: [(&'static str, Self); 4] = [
        ("public", Self::Public),
        ("internal", Self::Internal),
        ("personal", Self::Personal),
        ("sensitive", Self::Sensitive),
    ];

    /// In words, for people.
    pub fn describe(self) -> Text {
        let (zh, en) = match self {
            Self::Public => ("公开", "public"),
            Self::Internal => ("内部", "internal"),
            Self::Personal => ("个人信息", "personal"),
            Self::Sensitive => ("敏感个人信息", "sensitive"),
        };
        Text::new(zh, en)
    }
}

impl From<String> for Sensitivity {
    fn from(word: String) -> Self {
        Self::NAMES
            .into_iter()
            .find(|(name, _)| *name == word)
            .map_or(Self::Sensitive, |(_, it)| it)
    }
}
