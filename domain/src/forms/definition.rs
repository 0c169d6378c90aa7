//! What a form consists of: groups, repeats, questions, settings.
//!
//! Leaves out the types of questions (`kind`), how a form is read from a spreadsheet (`load`) and
//! what it means for given answers (`evaluation`).

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Answer, ChoiceFilter, Expression, Kind, Sensitivity, plan::Plan};
use crate::text::{Lang, Text};

/// One version of a form. Its JSON is what phones pull and the server keeps.
///
/// JSON from a newer version of Minglu still reads: unknown fields are ignored, an unknown type of
/// question becomes [`Kind::Unknown`], an expression that this version can't read never holds; see
/// [`Form::is_understood`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "FormParts")]
pub struct Form {
    /// Identifies the form over its versions, such as `blood_drive`.
    pub id: String,
    pub version: String,
    pub title: Text,
    pub settings: Settings,
    /// To read; a form with other nodes is made from JSON or a document, which finds their dependencies.
    pub nodes: Vec<Node>,
    #[serde(skip_serializing)]
    pub(super) plan: Plan,
}

#[derive(Deserialize)]
struct FormParts {
    id: String,
    version: String,
    title: Text,
    #[serde(default)]
    settings: Settings,
    nodes: Vec<Node>,
}

impl From<FormParts> for Form {
    fn from(parts: FormParts) -> Self {
        Self::new(
            parts.id,
            parts.version,
            parts.title,
            parts.settings,
            parts.nodes,
        )
    }
}

/// What Minglu adds to a form as a whole.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Codes of the standard items that it can prove.
    pub items: Vec<String>,
    pub frequency: Option<Frequency>,
    /// Says whether a record is complete as evidence; a record may be sent before.
    pub done_when: Option<Expression>,
    /// Code of the department that owns it.
    pub owner: Option<String>,
    /// One group or question after the other instead of one long page (`style`: `pages`).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub pages: bool,
    /// What one does with it; the list of forms is grouped by it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purpose: Option<Purpose>,
    /// The pictures that labels name, as data URLs by file name: with the form they are on every phone.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub pictures: BTreeMap<String, String>,
}

/// What one does with a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", from = "String")]
pub enum Purpose {
    /// 执法与检查
    Inspection,
    /// 活动与服务
    Activity,
    /// 学习教育
    Study,
    /// 巡查与整改
    Patrol,
    /// 会议与台账
    Ledger,
    /// A word that only a newer version knows.
    Unknown,
}

impl From<String> for Purpose {
    fn from(word: String) -> Self {
        Self::NAMES
            .into_iter()
            .find(|(name, _)| *name == word)
            .map_or(Self::Unknown, |(_, it)| it)
    }
}

impl Purpose {
    /// In the order of the list of forms.
    pub const NAMES: [(&'static str, Self); 5] = [
        ("inspection", Self::Inspection),
        ("activity", Self::Activity),
        ("study", Self::Study),
        ("patrol", Self::Patrol),
        ("ledger", Self::Ledger),
    ];

    pub fn name(self) -> (&'static str, &'static str) {
        match self {
            Self::Inspection => ("执法与检查", "Enforcement and inspections"),
            Self::Activity => ("活动与服务", "Activities and service"),
            Self::Study => ("学习教育", "Study"),
            Self::Patrol => ("巡查与整改", "Patrols and rectification"),
            Self::Ledger => ("会议与台账", "Meetings and ledgers"),
            Self::Unknown => ("其他", "Other"),
        }
    }

    pub fn describe(self) -> Text {
        let (zh, en) = self.name();
        Text::new(zh, en)
    }
}

/// Whom a text names, so that the phone can offer them; the answer stays a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", from = "String")]
pub enum Roster {
    Person,
    /// Several, separated by `、`.
    People,
    Department,
    /// A word that only a newer version knows: nobody is offered.
    Unknown,
}

impl From<String> for Roster {
    fn from(word: String) -> Self {
        Self::NAMES
            .into_iter()
            .find(|(name, _)| *name == word)
            .map_or(Self::Unknown, |(_, it)| it)
    }
}

impl Roster {
    pub const NAMES: [(&'static str, Self); 3] = [
        ("person", Self::Person),
        ("people", Self::People),
        ("department", Self::Department),
    ];

    pub fn describe(self) -> Text {
        match self {
            Self::Person => Text::new("一个人", "One person"),
            Self::People => Text::new("几个人", "Several people"),
            Self::Department => Text::new("科室", "A department"),
            Self::Unknown => Text::new("其他", "Other"),
        }
    }
}

/// How often a form is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", from = "String")]
pub enum Frequency {
    AsNeeded,
    Daily,
    Weekly,
    Monthly,
    Quarterly,
    HalfYearly,
    Yearly,
    /// A word that only a newer version knows.
    Unknown,
}

impl From<String> for Frequency {
    fn from(word: String) -> Self {
        Self::NAMES
            .into_iter()
            .find(|(name, _)| *name == word)
            .map_or(Self::Unknown, |(_, it)| it)
    }
}

impl Frequency {
    pub const NAMES: [(&'static str, Self); 7] = [
        ("as_needed", Self::AsNeeded),
        ("daily", Self::Daily),
        ("weekly", Self::Weekly),
        ("monthly", Self::Monthly),
        ("quarterly", Self::Quarterly),
        ("half_yearly", Self::HalfYearly),
        ("yearly", Self::Yearly),
    ];

    /// In words, for people.
    pub fn describe(self) -> Text {
        let (zh, en) = match self {
            Self::AsNeeded => ("按需", "as needed"),
            Self::Daily => ("每天", "daily"),
            Self::Weekly => ("每周", "weekly"),
            Self::Monthly => ("每月", "monthly"),
            Self::Quarterly => ("每季度", "quarterly"),
            Self::HalfYearly => ("每半年", "every half-year"),
            Self::Yearly => ("每年", "yearly"),
            Self::Unknown => ("其他", "other"),
        };
        Text::new(zh, en)
    }
}

crate::tagged! {
    "Node", tag = "node";
    /// A question, a group of them, or a group that is answered several times.
    #[derive(Clone, Debug, PartialEq)]
    pub enum Node {
        Question(Box<Question>),
        Group(Group),
        Repeat(Repeat),
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Group {
    pub name: String,
    #[serde(default)]
    pub label: Text,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relevant: Option<Expression>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub appearance: Vec<String>,
    pub nodes: Vec<Node>,
}

/// A group of questions that is answered as often as there is something to say; its answer is
/// [`Answer::Repeat`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Repeat {
    /// Unique in the form, like a question's.
    pub name: String,
    #[serde(default)]
    pub label: Text,
    /// Whether it is asked at all; seen from outside of its instances.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relevant: Option<Expression>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub appearance: Vec<String>,
    /// How many instances there are; without it the person adds and removes them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<Expression>,
    pub nodes: Vec<Node>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// Unique in the form.
    pub name: String,
    pub kind: Kind,
    #[serde(default)]
    pub label: Text,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<Text>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub required: Option<Expression>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub required_message: Option<Text>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relevant: Option<Expression>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub constraint: Option<Expression>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub constraint_message: Option<Text>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<DefaultValue>,
    /// Gives the answer; the person can't, unless there is a trigger.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calculation: Option<Expression>,
    /// The questions whose change sets the answer to the calculation's result, once; in between the
    /// person may overwrite it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub trigger: Vec<String>,
    /// Says of each choice whether it is offered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub choice_filter: Option<ChoiceFilter>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub readonly: Option<Expression>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub appearance: Vec<String>,
    #[serde(default)]
    pub sensitivity: Sensitivity,
    /// The kind of evidence that the answer gives, such as `photo`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
    /// Whom its text names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roster: Option<Roster>,
    /// Longest edge of a photo in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_pixels: Option<u32>,
    /// Longest recording in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_seconds: Option<u32>,
    /// Whether the choices are shown in another order for each record.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub randomize: bool,
    /// File name of a picture beside the label (`media::image`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<Text>,
}

/// What a question starts with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DefaultValue {
    Answer(Answer),
    /// Evaluated once, when the form is opened for a new record.
    Expression(Expression),
}

impl Node {
    pub fn name(&self) -> &str {
        match self {
            Self::Question(question) => &question.name,
            Self::Group(group) => &group.name,
            Self::Repeat(repeat) => &repeat.name,
        }
    }

    /// What a group or repeat holds.
    pub fn children(&self) -> &[Node] {
        match self {
            Self::Question(_) => &[],
            Self::Group(group) => &group.nodes,
            Self::Repeat(repeat) => &repeat.nodes,
        }
    }

    pub(super) fn relevant(&self) -> Option<&Expression> {
        match self {
            Self::Question(question) => question.relevant.as_ref(),
            Self::Group(group) => group.relevant.as_ref(),
            Self::Repeat(repeat) => repeat.relevant.as_ref(),
        }
    }
}

impl Question {
    /// A question of which only the name and the type are said.
    pub(super) fn blank(name: String, kind: Kind) -> Self {
        Self {
            name,
            kind,
            label: Text::default(),
            hint: None,
            required: None,
            required_message: None,
            relevant: None,
            constraint: None,
            constraint_message: None,
            default: None,
            calculation: None,
            trigger: Vec::new(),
            choice_filter: None,
            readonly: None,
            appearance: Vec::new(),
            sensitivity: Sensitivity::default(),
            evidence: None,
            roster: None,
            max_pixels: None,
            max_seconds: None,
            randomize: false,
            image: None,
        }
    }

    pub fn has_appearance(&self, word: &str) -> bool {
        self.appearance.iter().any(|own| own == word)
    }

    /// Whether its answer is always its calculation's result.
    pub fn is_calculated(&self) -> bool {
        self.calculation.is_some() && self.trigger.is_empty()
    }
}

impl Form {
    pub(super) fn new(
        id: String,
        version: String,
        title: Text,
        settings: Settings,
        nodes: Vec<Node>,
    ) -> Self {
        let plan = Plan::new(&nodes);
        Self {
            id,
            version,
            title,
            settings,
            nodes,
            plan,
        }
    }

    /// The questions in document order, hidden ones and those in repeats too, without the groups
    /// around them.
    pub fn questions(&self) -> impl Iterator<Item = &Question> {
        let mut rest: Vec<&Node> = self.nodes.iter().rev().collect();
        std::iter::from_fn(move || {
            loop {
                match rest.pop()? {
                    Node::Question(question) => return Some(&**question),
                    Node::Group(group) => rest.extend(group.nodes.iter().rev()),
                    Node::Repeat(repeat) => rest.extend(repeat.nodes.iter().rev()),
                }
            }
        })
    }

    /// The files that labels name as their pictures, in all languages.
    pub fn picture_names(&self) -> BTreeSet<String> {
        let choices = |it: &Question| {
            let choices = it.kind.choices().iter();
            choices
                .filter_map(|it| it.image.clone())
                .collect::<Vec<_>>()
        };
        self.questions()
            .flat_map(|it| it.image.clone().into_iter().chain(choices(it)))
            .flat_map(|it| [it.zh, it.en])
            .filter(|name| !name.is_empty())
            .collect()
    }

    /// A label's picture in a language, as a data URL.
    pub fn picture(&self, file: Option<&Text>, lang: Lang) -> Option<&str> {
        let pictures = &self.settings.pictures;
        pictures.get(file?.get(lang)).map(String::as_str)
    }

    pub fn question(&self, name: &str) -> Option<&Question> {
        self.questions().find(|question| question.name == name)
    }
}
