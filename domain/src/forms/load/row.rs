//! Reads one row of the survey sheet: a question with all its cells, or the begin of a group or repeat.
//!
//! Leaves out the tree that the rows form (`survey`) and parameters (`parameters`).

use super::{
    Errors, Place, Row,
    columns::{self, Survey as Column, Translations},
    expand, name_rule, no_current, one_of, parameters,
    references::{Use, note_columns, note_name, note_uses},
};
use crate::forms::{
    ChoiceFilter, DefaultValue, Environment, Expression, Group, Kind, Question, Roster,
    Sensitivity,
    expression::{is_name, looks_dynamic},
    input,
};

const APPEARANCES: [&str; 9] = [
    "minimal",
    "multiline",
    "numbers",
    "new",
    "signature",
    "likert",
    "table-list",
    "field-list",
    "pages",
];

type Columns<'a> = [(&'a str, Option<Column>)];

/// What a question's `type` says.
pub(super) struct Kinds {
    pub(super) kind: Kind,
    pub(super) or_other: bool,
}

/// A row while its cells are read.
struct Reader<'a, 'b> {
    row: usize,
    sheet: &'a str,
    question: Question,
    label: Translations,
    hint: Translations,
    required_message: Translations,
    constraint_message: Translations,
    image: Translations,
    repeat_count: Option<Expression>,
    /// Read last: they need the kind with its parameters, or the whole question.
    default: Option<(&'a str, &'a str)>,
    photo_on_fail: Option<(&'a str, &'a str)>,
    uses: &'b mut Vec<Use<'a>>,
    errors: &'b mut Errors,
}

impl<'a, 'b> Reader<'a, 'b> {
    fn new(
        row: &'a Row,
        columns: &Columns<'a>,
        kind: Kind,
        sheet: &'a str,
        uses: &'b mut Vec<Use<'a>>,
        errors: &'b mut Errors,
    ) -> Self {
        let mut cells = columns::cells(columns, row);
        let name = cells.find(|(_, column, _)| *column == Column::Name);
        let name = name.map_or_else(String::new, |(_, _, cell)| cell.to_owned());
        Self {
            row: row.number,
            sheet,
            question: Question::blank(name, kind),
            label: Translations::default(),
            hint: Translations::default(),
            required_message: Translations::default(),
            constraint_message: Translations::default(),
            image: Translations::default(),
            repeat_count: None,
            default: None,
            photo_on_fail: None,
            uses,
            errors,
        }
    }

    fn place(&self, column: &'a str) -> Place<'a> {
        Place {
            sheet: self.sheet,
            row: self.row,
            column,
        }
    }

    fn expression(&mut self, header: &'a str, cell: &str, own_value: bool) -> Option<Expression> {
        let place = self.place(header);
        let expression = self.errors.expression(place, cell)?;
        if !own_value && expression.reads_current() {
            self.errors.add(place, no_current());
        }
        note_uses(self.uses, place, Some(&self.question.name), &expression);
        Some(expression)
    }

    /// `yes`, `no` or an expression.
    fn condition(&mut self, header: &'a str, cell: &str) -> Option<Expression> {
        match yes_or_no(cell) {
            Some(yes) => yes.then(Expression::always),
            None => self.expression(header, cell, true),
        }
    }

    fn read(&mut self, header: &'a str, column: Column, cell: &'a str) {
        let place = self.place(header);
        match column {
            Column::Type | Column::Name => {}
            Column::Label(language) => self.label.set(language, cell),
            Column::Hint(language) => self.hint.set(language, cell),
            Column::RequiredMessage(language) => self.required_message.set(language, cell),
            Column::ConstraintMessage(language) => self.constraint_message.set(language, cell),
            Column::Image(language) => self.image.set(language, cell),
            Column::Required => self.question.required = self.condition(header, cell),
            Column::Readonly => self.question.readonly = self.condition(header, cell),
            Column::Relevant => self.question.relevant = self.expression(header, cell, false),
            Column::Constraint => self.question.constraint = self.expression(header, cell, true),
            Column::Calculation => self.question.calculation = self.expression(header, cell, true),
            Column::RepeatCount => self.repeat_count = self.expression(header, cell, false),
            Column::Default => self.default = Some((header, cell)),
            Column::PhotoOnFail => self.photo_on_fail = Some((header, cell)),
            Column::ChoiceFilter => self.read_filter(place, cell),
            Column::Trigger => self.read_trigger(place, cell),
            Column::Appearance => {
                for word in cell.split_whitespace() {
                    if APPEARANCES.contains(&word) {
                        self.question.appearance.push(word.to_owned());
                    } else {
                        self.errors.add(place, one_of(word, &APPEARANCES));
                    }
                }
            }
            Column::Parameters => parameters::read(&mut self.question, cell, place, self.errors),
            Column::Sensitivity => {
                let mut names = Sensitivity::NAMES.into_iter();
                if let Some((_, sensitivity)) = names.find(|(name, _)| *name == cell) {
                    self.question.sensitivity = sensitivity;
                } else {
                    let known: Vec<&str> = Sensitivity::NAMES.iter().map(|it| it.0).collect();
                    self.errors.add(place, one_of(cell, &known));
                }
            }
            Column::Roster => match (Roster::from(cell.to_owned()), &self.question.kind) {
                (Roster::Unknown, _) => {
                    let known: Vec<&str> = Roster::NAMES.iter().map(|it| it.0).collect();
                    self.errors.add(place, one_of(cell, &known));
                }
                (roster, Kind::Text) => self.question.roster = Some(roster),
                _ => self.errors.say(
                    place,
                    "只有 text 题能从名册里选",
                    "Only a text can be chosen from the roster.",
                ),
            },
            Column::Evidence => {
                if !is_name(cell) {
                    self.errors.add(place, name_rule());
                }
                self.question.evidence = Some(cell.to_owned());
            }
        }
    }

    fn read_filter(&mut self, place: Place<'a>, cell: &str) {
        if self.question.kind.choices().is_empty() {
            self.errors.say(
                place,
                "只有选择题和排序题能有 choice_filter",
                "Only selects and ranks take a choice_filter.",
            );
            return;
        }
        let filter = self.errors.parsed(place, ChoiceFilter::parse(cell));
        if let Some(filter) = &filter {
            note_columns(self.uses, place, &self.question.name, filter);
        }
        self.question.choice_filter = filter;
    }

    /// `${a}`, or several separated by commas.
    fn read_trigger(&mut self, place: Place<'a>, cell: &str) {
        for part in cell.split(',') {
            let name = part
                .trim()
                .strip_prefix("${")
                .and_then(|rest| rest.strip_suffix('}'))
                .map(str::trim);
            match name {
                Some(name) if is_name(name) => {
                    note_name(self.uses, place, &self.question.name, name);
                    self.question.trigger.push(name.to_owned());
                }
                _ => self.errors.say(
                    place,
                    "trigger 要写 ${题目的 name}，多个用逗号隔开",
                    "A trigger is ${name of the question}; several are separated by commas.",
                ),
            }
        }
    }

    fn read_default(&mut self) {
        let Some((header, cell)) = self.default else {
            return;
        };
        let place = self.place(header);
        let kind = &self.question.kind;
        let takes_none = matches!(
            kind,
            Kind::Calculate
                | Kind::Start
                | Kind::End
                | Kind::Today
                | Kind::Username
                | Kind::DeviceId
                | Kind::Note
        ) || kind.is_media();
        if looks_dynamic(cell) {
            let expression = self.expression(header, cell, true);
            self.question.default = expression.map(DefaultValue::Expression);
        } else if takes_none {
            self.errors
                .say(place, "这种题型不能有默认值", "This type takes no default.");
        } else {
            match input::parse(&self.question, cell, &Environment::default()) {
                Ok(answer) => self.question.default = answer.map(DefaultValue::Answer),
                Err(problem) => self.errors.add(place, problem.message),
            }
        }
    }

    /// A label with a question's answer in it would be shown as it is written.
    fn check_texts(&mut self) {
        let texts = [
            ("label", &self.label),
            ("hint", &self.hint),
            ("required_message", &self.required_message),
            ("constraint_message", &self.constraint_message),
        ];
        let mut with_answers = texts.into_iter().filter(|(_, text)| text.contains("${"));
        if let Some((column, _)) = with_answers.next() {
            let place = self.place(column);
            self.errors.say(
                place,
                "文字里暂不支持 ${…}",
                "Answers inside texts (${…}) aren't supported yet.",
            );
        }
    }

    fn check(&mut self) {
        let label = &self.question.label;
        let unlabeled = label.zh.is_empty() && label.en.is_empty();
        let question = &self.question;
        if unlabeled && !question.kind.is_hidden() {
            let place = self.place("label");
            self.errors
                .say(place, "题目要有 label", "A question needs a label.");
        }
        let place = self.place("calculation");
        let question = &self.question;
        if question.kind == Kind::Calculate && question.calculation.is_none() {
            self.errors.say(
                place,
                "calculate 要有 calculation",
                "A calculate needs its calculation.",
            );
        }
        if question.is_calculated()
            && !matches!(question.kind, Kind::Calculate | Kind::Hidden)
            && question.readonly.is_none()
        {
            self.errors.say(
                place,
                "带 calculation 的题目要设 readonly 为 yes，或改用 calculate",
                "A question with a calculation must be readonly, or a calculate.",
            );
        }
        if !question.trigger.is_empty() && question.calculation.is_none() {
            self.errors.say(
                place,
                "有 trigger 的题目要有 calculation，说明填什么",
                "A question with a trigger needs a calculation that says what to fill in.",
            );
        }
    }
}

/// Reads a question, and those that it brings with it.
pub(super) fn read_question<'a>(
    row: &'a Row,
    columns: &Columns<'a>,
    Kinds { kind, or_other }: Kinds,
    sheet: &'a str,
    uses: &mut Vec<Use<'a>>,
    errors: &mut Errors,
) -> Vec<Question> {
    let mut reader = Reader::new(row, columns, kind, sheet, uses, errors);
    for (header, column, cell) in columns::cells(columns, row) {
        if column == Column::RepeatCount {
            let place = reader.place(header);
            reader.errors.say(
                place,
                "只有 begin repeat 能有这一列",
                "Only a begin repeat can have this.",
            );
        } else {
            reader.read(header, column, cell);
        }
    }
    reader.check_texts();
    reader.question.label = std::mem::take(&mut reader.label).into_text();
    reader.question.hint = std::mem::take(&mut reader.hint).into_option();
    reader.question.required_message = std::mem::take(&mut reader.required_message).into_option();
    reader.question.constraint_message =
        std::mem::take(&mut reader.constraint_message).into_option();
    reader.question.image = std::mem::take(&mut reader.image).into_option();
    let more = or_other.then(|| {
        let place = reader.place("type");
        expand::or_other(&mut reader.question, place, reader.uses)
    });
    reader.read_default();
    reader.check();
    let photo = reader.photo_on_fail.and_then(|(header, cell)| {
        let place = reader.place(header);
        expand::photo_on_fail(&reader.question, cell, place, reader.uses, reader.errors)
    });
    let mut questions = vec![reader.question];
    questions.extend(more);
    questions.extend(photo);
    questions
}

pub(super) fn read_group<'a>(
    row: &'a Row,
    columns: &Columns<'a>,
    sheet: &'a str,
    uses: &mut Vec<Use<'a>>,
    errors: &mut Errors,
) -> Group {
    let reader = Reader::new(row, columns, Kind::Note, sheet, uses, errors);
    begin(reader, row, columns, false).0
}

/// A repeat as a group, with its `repeat_count`.
pub(super) fn read_repeat<'a>(
    row: &'a Row,
    columns: &Columns<'a>,
    sheet: &'a str,
    uses: &mut Vec<Use<'a>>,
    errors: &mut Errors,
) -> (Group, Option<Expression>) {
    let reader = Reader::new(row, columns, Kind::Note, sheet, uses, errors);
    begin(reader, row, columns, true)
}

fn begin<'a>(
    mut reader: Reader<'a, '_>,
    row: &'a Row,
    columns: &Columns<'a>,
    is_repeat: bool,
) -> (Group, Option<Expression>) {
    for (header, column, cell) in columns::cells(columns, row) {
        let allowed = matches!(
            column,
            Column::Type | Column::Name | Column::Label(_) | Column::Relevant | Column::Appearance
        ) || (is_repeat && column == Column::RepeatCount);
        if allowed {
            reader.read(header, column, cell);
        } else {
            let place = reader.place(header);
            reader
                .errors
                .say(place, "分组不能有这一列", "A group can't have this.");
        }
    }
    reader.check_texts();
    let Reader {
        question,
        label,
        repeat_count,
        ..
    } = reader;
    let group = Group {
        name: question.name,
        label: label.into_text(),
        relevant: question.relevant,
        appearance: question.appearance,
        nodes: Vec::new(),
    };
    (group, repeat_count)
}

/// `yes` and `no` as XLSForm spells them; `None` for an expression.
fn yes_or_no(cell: &str) -> Option<bool> {
    match cell.to_lowercase().as_str() {
        "yes" | "true" | "true()" | "是" => Some(true),
        "no" | "false" | "false()" | "否" => Some(false),
        _ => None,
    }
}
