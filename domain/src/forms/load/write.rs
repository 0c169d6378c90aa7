//! The way back: a form as the tables from which it would be read.
//!
//! Reading what this writes gives an equal form. What a row brought with it (`expand`) goes back into
//! its row where that says the same. Lists of choices are named after the first question that has them.

use std::collections::{BTreeMap, BTreeSet};

use super::{Errors, Place, Table, expand};
use crate::{
    forms::{
        Answer, Choice, DefaultValue, Expression, Form, Frequency, Group, Kind, Node, Purpose,
        Question, Repeat, Roster, Sensitivity,
    },
    text::Text,
};

const ZH: &str = "中文 (zh)";

/// Columns of the survey in their order; those that stand empty are left out but for the first few,
/// which somebody who edits the form will look for.
const SURVEY: [&str; 27] = [
    "type",
    "name",
    "label::中文 (zh)",
    "label::English (en)",
    "hint::中文 (zh)",
    "hint::English (en)",
    "required",
    "relevant",
    "constraint",
    "constraint_message::中文 (zh)",
    "constraint_message::English (en)",
    "default",
    "appearance",
    "minglu_sensitivity",
    "required_message::中文 (zh)",
    "required_message::English (en)",
    "calculation",
    "trigger",
    "readonly",
    "parameters",
    "choice_filter",
    "repeat_count",
    "media::image::中文 (zh)",
    "media::image::English (en)",
    "minglu_evidence",
    "minglu_photo_on_fail",
    "minglu_roster",
];
const SURVEY_KEPT: usize = 14;
const CHOICES: [&str; 6] = [
    "list_name",
    "name",
    "label::中文 (zh)",
    "label::English (en)",
    "media::image::中文 (zh)",
    "media::image::English (en)",
];
const CHOICES_KEPT: usize = 4;
const SETTINGS: [&str; 11] = [
    "form_title",
    "minglu_title_en",
    "form_id",
    "version",
    "default_language",
    "style",
    "minglu_items",
    "minglu_frequency",
    "minglu_done_when",
    "minglu_owner",
    "minglu_purpose",
];

/// A row's filled cells by their header.
type Cells = BTreeMap<String, String>;

impl Form {
    /// The sheets `survey`, `choices` and `settings`, each with its header as the first row.
    pub fn to_tables(&self) -> Vec<Table> {
        let mut writer = Writer::default();
        writer.nodes(&self.nodes);
        let mut headers: Vec<String> = CHOICES.map(str::to_owned).into();
        headers.extend(writer.own_columns());
        vec![
            table(
                "survey",
                &SURVEY.map(str::to_owned),
                SURVEY_KEPT,
                &writer.rows,
            ),
            table("choices", &headers, CHOICES_KEPT, &writer.choices()),
            table(
                "settings",
                &SETTINGS.map(str::to_owned),
                SETTINGS.len(),
                &[self.settings_cells()],
            ),
        ]
    }

    fn settings_cells(&self) -> Cells {
        let settings = &self.settings;
        let frequency = name_of(&Frequency::NAMES, settings.frequency);
        let mut cells = Cells::new();
        put(&mut cells, "form_title", &self.title.zh);
        put(&mut cells, "minglu_title_en", &self.title.en);
        put(&mut cells, "form_id", &self.id);
        put(&mut cells, "version", &self.version);
        put(&mut cells, "default_language", ZH);
        put(
            &mut cells,
            "style",
            if settings.pages { "pages" } else { "" },
        );
        put(&mut cells, "minglu_items", &settings.items.join(" "));
        put(&mut cells, "minglu_frequency", frequency);
        put_expression(&mut cells, "minglu_done_when", settings.done_when.as_ref());
        let owner = settings.owner.as_deref();
        put(&mut cells, "minglu_owner", owner.unwrap_or_default());
        let purpose = name_of(&Purpose::NAMES, settings.purpose);
        put(&mut cells, "minglu_purpose", purpose);
        cells
    }
}

#[derive(Default)]
struct Writer<'a> {
    rows: Vec<Cells>,
    lists: Vec<(String, &'a [Choice])>,
}

impl<'a> Writer<'a> {
    fn nodes(&mut self, nodes: &'a [Node]) {
        let mut rest = nodes;
        while let Some((node, behind)) = rest.split_first() {
            rest = behind;
            match node {
                Node::Question(question) => {
                    let brought = self.question(question, behind);
                    rest = behind.get(brought..).unwrap_or_default();
                }
                Node::Group(group) => self.group(group),
                Node::Repeat(repeat) => self.repeat(repeat),
            }
        }
    }

    fn group(&mut self, group: &'a Group) {
        let mut cells = begin("begin group", &group.name, &group.label, &group.appearance);
        put_expression(&mut cells, "relevant", group.relevant.as_ref());
        self.rows.push(cells);
        self.nodes(&group.nodes);
        self.rows
            .push(begin("end group", "", &Text::default(), &[]));
    }

    fn repeat(&mut self, repeat: &'a Repeat) {
        let Repeat {
            name,
            label,
            appearance,
            ..
        } = repeat;
        let mut cells = begin("begin repeat", name, label, appearance);
        put_expression(&mut cells, "relevant", repeat.relevant.as_ref());
        put_expression(&mut cells, "repeat_count", repeat.count.as_ref());
        self.rows.push(cells);
        self.nodes(&repeat.nodes);
        self.rows
            .push(begin("end repeat", "", &Text::default(), &[]));
    }

    /// Writes a question's row; says how many of the nodes behind it the row brings with it.
    fn question(&mut self, question: &'a Question, behind: &[Node]) -> usize {
        let mut cells = cells_of(question);
        let mut kind = kind_word(&question.kind).to_owned();
        if !question.kind.choices().is_empty() {
            kind.push(' ');
            kind.push_str(&self.list(&question.name, question.kind.choices()));
        }
        let mut brought = 0;
        if is_next(behind, brought, other_of(question)) {
            kind.push_str(" or_other");
            brought += 1;
        }
        if is_next(behind, brought, photo_of(question)) {
            put(&mut cells, "minglu_photo_on_fail", "yes");
            brought += 1;
        }
        put(&mut cells, "type", &kind);
        self.rows.push(cells);
        brought
    }

    /// The name of the list with these choices.
    fn list(&mut self, question: &str, choices: &'a [Choice]) -> String {
        let known = self.lists.iter().find(|(_, own)| *own == choices);
        if let Some((name, _)) = known {
            return name.clone();
        }
        self.lists.push((question.to_owned(), choices));
        question.to_owned()
    }

    /// The office's own columns of the choices.
    fn own_columns(&self) -> BTreeSet<String> {
        let choices = self.lists.iter().flat_map(|(_, choices)| *choices);
        choices.flat_map(|it| it.columns.keys().cloned()).collect()
    }

    fn choices(&self) -> Vec<Cells> {
        let mut rows = Vec::new();
        for (list, choices) in &self.lists {
            for choice in *choices {
                let mut cells = choice.columns.clone();
                put(&mut cells, "list_name", list);
                put(&mut cells, "name", &choice.name);
                put_text(&mut cells, "label", Some(&choice.label));
                put_text(&mut cells, "media::image", choice.image.as_ref());
                rows.push(cells);
            }
        }
        rows
    }
}

fn begin(kind: &str, name: &str, label: &Text, appearance: &[String]) -> Cells {
    let mut cells = Cells::new();
    put(&mut cells, "type", kind);
    put(&mut cells, "name", name);
    put_text(&mut cells, "label", Some(label));
    put(&mut cells, "appearance", &appearance.join(" "));
    cells
}

/// All but the type.
fn cells_of(question: &Question) -> Cells {
    let mut cells = Cells::new();
    put(&mut cells, "name", &question.name);
    for (column, text) in [
        ("label", Some(&question.label)),
        ("hint", question.hint.as_ref()),
        ("required_message", question.required_message.as_ref()),
        ("constraint_message", question.constraint_message.as_ref()),
        ("media::image", question.image.as_ref()),
    ] {
        put_text(&mut cells, column, text);
    }
    for (column, expression) in [
        ("relevant", &question.relevant),
        ("constraint", &question.constraint),
        ("calculation", &question.calculation),
    ] {
        put_expression(&mut cells, column, expression.as_ref());
    }
    for (column, condition) in [
        ("required", &question.required),
        ("readonly", &question.readonly),
    ] {
        let source = condition.as_ref().map(Expression::source);
        let cell = source.map(|it| if it == "true()" { "yes" } else { it });
        put(&mut cells, column, cell.unwrap_or_default());
    }
    let filter = question.choice_filter.as_ref().map(|it| &it.0);
    put_expression(&mut cells, "choice_filter", filter);
    let default = match &question.default {
        Some(DefaultValue::Answer(answer)) => default_cell(answer),
        Some(DefaultValue::Expression(expression)) => expression.source().to_owned(),
        None => String::new(),
    };
    put(&mut cells, "default", &default);
    let trigger: Vec<String> = question
        .trigger
        .iter()
        .map(|it| format!("${{{it}}}"))
        .collect();
    put(&mut cells, "trigger", &trigger.join(", "));
    put(&mut cells, "appearance", &question.appearance.join(" "));
    put(&mut cells, "parameters", &parameters(question));
    let told = question.sensitivity != Sensitivity::default();
    let sensitivity = name_of(&Sensitivity::NAMES, told.then_some(question.sensitivity));
    put(&mut cells, "minglu_sensitivity", sensitivity);
    let roster = name_of(&Roster::NAMES, question.roster);
    put(&mut cells, "minglu_roster", roster);
    let evidence = question.evidence.as_deref();
    put(&mut cells, "minglu_evidence", evidence.unwrap_or_default());
    cells
}

/// The word for one of several meanings; nothing for none.
fn name_of<T: Copy + PartialEq>(names: &[(&'static str, T)], one: Option<T>) -> &'static str {
    let mut names = names.iter().copied();
    names
        .find(|(_, it)| Some(*it) == one)
        .map_or("", |(name, _)| name)
}

/// An answer as it would be typed; a position without what it doesn't have.
fn default_cell(answer: &Answer) -> String {
    match answer {
        Answer::Geopoint {
            lat,
            lon,
            altitude,
            accuracy,
        } => {
            let parts = [Some(*lat), Some(*lon), *altitude, *accuracy];
            let parts: Vec<String> = parts.iter().flatten().map(f64::to_string).collect();
            parts.join(" ")
        }
        other => other.value(),
    }
}

fn parameters(question: &Question) -> String {
    let mut parts = Vec::new();
    if let Kind::Range(range) = &question.kind {
        let [start, end, step] = [range.start, range.end, range.step];
        parts.push(format!("start={start} end={end} step={step}"));
    }
    parts.extend(question.max_pixels.map(|it| format!("max-pixels={it}")));
    parts.extend(question.max_seconds.map(|it| format!("max-seconds={it}")));
    if question.randomize {
        parts.push("randomize=true".to_owned());
    }
    parts.join(" ")
}

/// The question for another answer than the choices, if the row's `or_other` would bring it.
fn other_of(question: &Question) -> Option<Question> {
    let is_select = matches!(question.kind, Kind::SelectOne(_) | Kind::SelectMultiple(_));
    let mut with_other = question.clone();
    let other = expand::or_other(&mut with_other, NOWHERE, &mut Vec::new());
    (is_select && with_other == *question).then_some(other)
}

fn photo_of(question: &Question) -> Option<Question> {
    let (mut uses, mut errors) = (Vec::new(), Errors::default());
    expand::photo_on_fail(question, "yes", NOWHERE, &mut uses, &mut errors)
}

const NOWHERE: Place<'static> = Place {
    sheet: "",
    row: 0,
    column: "",
};

fn is_next(behind: &[Node], index: usize, expected: Option<Question>) -> bool {
    match (behind.get(index), expected) {
        (Some(Node::Question(next)), Some(expected)) => **next == expected,
        _ => false,
    }
}

fn kind_word(kind: &Kind) -> &str {
    match kind {
        Kind::Text => "text",
        Kind::Integer => "integer",
        Kind::Decimal => "decimal",
        Kind::Range(_) => "range",
        Kind::SelectOne(_) => "select_one",
        Kind::SelectMultiple(_) => "select_multiple",
        Kind::Rank(_) => "rank",
        Kind::Date => "date",
        Kind::Time => "time",
        Kind::DateTime => "dateTime",
        Kind::Geopoint => "geopoint",
        Kind::Image => "image",
        Kind::File => "file",
        Kind::Audio => "audio",
        Kind::Barcode => "barcode",
        Kind::Acknowledge => "acknowledge",
        Kind::Note => "note",
        Kind::Calculate => "calculate",
        Kind::Hidden => "hidden",
        Kind::Start => "start",
        Kind::End => "end",
        Kind::Today => "today",
        Kind::Username => "username",
        Kind::DeviceId => "deviceid",
        // Refused when it is read again: only a newer version knows what it was.
        Kind::Unknown(_) => "unknown",
    }
}

fn put(cells: &mut Cells, column: &str, cell: &str) {
    if !cell.is_empty() {
        cells.insert(column.to_owned(), cell.to_owned());
    }
}

fn put_text(cells: &mut Cells, column: &str, text: Option<&Text>) {
    if let Some(text) = text {
        put(cells, &format!("{column}::{ZH}"), &text.zh);
        put(cells, &format!("{column}::English (en)"), &text.en);
    }
}

fn put_expression(cells: &mut Cells, column: &str, expression: Option<&Expression>) {
    put(cells, column, expression.map_or("", Expression::source));
}

/// The rows below the headers of those columns that hold something or are among the first `kept`.
fn table(name: &str, headers: &[String], kept: usize, rows: &[Cells]) -> Table {
    let headers: Vec<&String> = headers
        .iter()
        .enumerate()
        .filter(|(index, header)| *index < kept || rows.iter().any(|row| row.contains_key(*header)))
        .map(|(_, header)| header)
        .collect();
    let head = headers.iter().map(|&header| header.clone()).collect();
    let lines = rows.iter().map(|row| {
        let cells = headers.iter().map(|&header| row.get(header).cloned());
        cells.map(Option::unwrap_or_default).collect()
    });
    Table {
        name: name.to_owned(),
        rows: (1..).zip(std::iter::once(head).chain(lines)).collect(),
    }
}
