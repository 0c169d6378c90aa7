//! What a form consists of: groups, questions, choices, settings.
//!
//! Leaves out how it is read from a spreadsheet (`load`) and what it means for given answers
//! (`evaluation`).

use serde::{Deserialize, Serialize};

use super::{Answer, Answers, Expression, plan::Plan};
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
}

/// A question or a group of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "node", rename_all = "snake_case")]
pub enum Node {
    Question(Box<Question>),
    Group(Group),
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
    /// Gives the answer; the person can't.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calculation: Option<Expression>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub readonly: Option<Expression>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub appearance: Vec<String>,
    #[serde(default)]
    pub sensitivity: Sensitivity,
    /// The kind of evidence that the answer gives, such as `photo`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
    /// Longest edge of a photo in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_pixels: Option<u32>,
}

/// What a question starts with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DefaultValue {
    Answer(Answer),
    /// Evaluated once, when the form is opened for a new record.
    Expression(Expression),
}

/// The type of a question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Text,
    Integer,
    Decimal,
    SelectOne(Vec<Choice>),
    SelectMultiple(Vec<Choice>),
    Date,
    Time,
    DateTime,
    Geopoint,
    /// One or several photos.
    Image,
    /// Text to read; takes no answer.
    Note,
    /// Hidden; its answer is its calculation's result as text.
    Calculate,
    /// Hidden: when the form was opened.
    Start,
    /// Hidden: when the record was finished.
    End,
    /// Hidden: the day on which the form was opened.
    Today,
    /// Hidden: who filled it in.
    Username,
    /// A type that only a newer version of Minglu knows, kept as it came.
    #[serde(untagged)]
    Unknown(serde_json::Value),
}

impl Kind {
    /// The choices of a select, otherwise nothing.
    pub fn choices(&self) -> &[Choice] {
        match self {
            Self::SelectOne(choices) | Self::SelectMultiple(choices) => choices,
            _ => &[],
        }
    }

    /// Whether it is filled in without the person and never shown.
    pub fn is_hidden(&self) -> bool {
        matches!(
            self,
            Self::Calculate | Self::Start | Self::End | Self::Today | Self::Username
        )
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// What is stored; no spaces.
    pub name: String,
    pub label: Text,
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
}

impl From<String> for Sensitivity {
    fn from(word: String) -> Self {
        Self::NAMES
            .into_iter()
            .find(|(name, _)| *name == word)
            .map_or(Self::Sensitive, |(_, it)| it)
    }
}

impl Question {
    pub fn has_appearance(&self, word: &str) -> bool {
        self.appearance.iter().any(|own| own == word)
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

    /// The questions in document order, hidden ones too, without the groups around them.
    pub fn questions(&self) -> impl Iterator<Item = &Question> {
        let mut rest: Vec<&Node> = self.nodes.iter().rev().collect();
        std::iter::from_fn(move || {
            loop {
                match rest.pop()? {
                    Node::Question(question) => return Some(&**question),
                    Node::Group(group) => rest.extend(group.nodes.iter().rev()),
                }
            }
        })
    }

    pub fn question(&self, name: &str) -> Option<&Question> {
        self.questions().find(|question| question.name == name)
    }

    /// Whether this version of Minglu understands all of it; if not, the app has to be updated
    /// before the form can be filled in.
    pub fn is_understood(&self) -> bool {
        let done_when = self.settings.done_when.as_ref();
        done_when.is_none_or(Expression::is_understood) && self.nodes.iter().all(is_understood)
    }

    /// One line for lists: the first answers that tell records apart, without personal data.
    pub fn summary_line(&self, answers: &Answers, lang: Lang) -> String {
        let parts: Vec<String> = self
            .questions()
            .filter(|question| question.sensitivity <= Sensitivity::Internal)
            .filter(|question| {
                matches!(
                    question.kind,
                    Kind::Text
                        | Kind::SelectOne(_)
                        | Kind::SelectMultiple(_)
                        | Kind::Date
                        | Kind::DateTime
                )
            })
            .filter_map(|question| {
                let text = answers.get(&question.name)?.display(question, lang);
                let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
                (!text.is_empty()).then(|| shorten(&text, SUMMARY_PART))
            })
            .take(SUMMARY_PARTS)
            .collect();
        if parts.is_empty() {
            self.title.get(lang).to_owned()
        } else {
            parts.join(" · ")
        }
    }
}

const SUMMARY_PARTS: usize = 3;
/// Longest part of a summary line, in characters.
const SUMMARY_PART: usize = 40;

fn shorten(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(limit.saturating_sub(1)).collect();
    short.push('…');
    short
}

fn is_understood(node: &Node) -> bool {
    match node {
        Node::Group(group) => {
            group
                .relevant
                .as_ref()
                .is_none_or(Expression::is_understood)
                && group.nodes.iter().all(is_understood)
        }
        Node::Question(question) => {
            let default = match &question.default {
                Some(DefaultValue::Expression(expression)) => Some(expression),
                _ => None,
            };
            !matches!(question.kind, Kind::Unknown(_))
                && [
                    question.required.as_ref(),
                    question.relevant.as_ref(),
                    question.constraint.as_ref(),
                    question.calculation.as_ref(),
                    question.readonly.as_ref(),
                    default,
                ]
                .into_iter()
                .flatten()
                .all(Expression::is_understood)
        }
    }
}
