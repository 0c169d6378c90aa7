//! Flat tables as ODK Central writes them: one row for a submission, one table more for each repeat,
//! tied together by `KEY` and `PARENT_KEY`.
//!
//! Columns are `group-question`; a position takes four, a choice of several one that lists them.

use crate::{
    forms::{Answer, Answers, Form, Kind, Node, Question, Sensitivity},
    text::Lang,
};

/// One submission to export.
#[derive(Clone, Copy, Debug)]
pub struct Exported<'a> {
    /// Tells it from the others; `KEY`.
    pub key: &'a str,
    /// What stands before the answers, one for each of [`Layout::columns`].
    pub about: &'a [String],
    pub answers: &'a Answers,
}

/// How the tables look.
#[derive(Clone, Copy, Debug)]
pub struct Layout<'a> {
    /// Headers of what stands before the answers, such as `SubmissionDate`.
    pub columns: &'a [&'a str],
    /// The most sensitive answers that may leave; others have no column.
    pub up_to: Sensitivity,
    /// Labels of choices in this language instead of the names that are stored.
    pub labels: Option<Lang>,
}

/// A table with its header as the first row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// The form's id, for a repeat with its name behind it.
    pub name: String,
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// Comma-separated values (RFC 4180) in UTF-8 without a byte-order mark. A text that a spreadsheet
    /// would take for a formula gets an apostrophe before it.
    pub fn to_csv(&self) -> String {
        let mut csv = String::new();
        for row in &self.rows {
            for (index, cell) in row.iter().enumerate() {
                if index > 0 {
                    csv.push(',');
                }
                push_cell(&mut csv, cell);
            }
            csv.push_str("\r\n");
        }
        csv
    }
}

/// By what a spreadsheet takes a text for a formula, also in its full-width form.
const FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

fn push_cell(csv: &mut String, cell: &str) {
    let formula = cell.starts_with(FORMULA) && cell.parse::<f64>().is_err();
    let quoted = cell.contains(['"', ',', '\r', '\n']) || cell != cell.trim();
    if quoted {
        csv.push('"');
    }
    if formula {
        csv.push('\'');
    }
    if quoted {
        csv.push_str(&cell.replace('"', "\"\""));
        csv.push('"');
    } else {
        csv.push_str(cell);
    }
}

/// A column, or a repeat whose instances are in a table of their own.
enum Column<'a> {
    Question {
        header: String,
        question: &'a Question,
    },
    Repeat {
        header: String,
        table: usize,
    },
}

/// A table's columns while its rows are collected.
struct Plan<'a> {
    name: String,
    repeat: &'a str,
    columns: Vec<Column<'a>>,
    rows: Vec<Vec<String>>,
}

/// The submissions' table, and one for each repeat in the form's order.
pub fn tables(form: &Form, submissions: &[Exported<'_>], layout: Layout<'_>) -> Vec<Table> {
    let mut plans = vec![Plan {
        name: form.id.clone(),
        repeat: "",
        columns: Vec::new(),
        rows: Vec::new(),
    }];
    plan(&form.nodes, "", 0, layout.up_to, &mut plans);
    for (index, plan) in plans.iter_mut().enumerate() {
        let header = header(plan, layout.columns, index == 0);
        plan.rows.push(header);
    }
    for submission in submissions {
        let about = submission.about.to_vec();
        collect(
            &mut plans,
            0,
            about,
            submission.answers,
            submission.key,
            None,
            layout.labels,
        );
    }
    plans
        .into_iter()
        .map(|plan| Table {
            name: plan.name,
            rows: plan.rows,
        })
        .collect()
}

fn header(plan: &Plan<'_>, about: &[&str], is_first: bool) -> Vec<String> {
    let mut header: Vec<String> = Vec::new();
    if is_first {
        header.extend(about.iter().map(|&column| column.to_owned()));
    }
    for column in &plan.columns {
        match column {
            Column::Question {
                header: own,
                question,
            } if is_position(question) => {
                let parts = ["Latitude", "Longitude", "Altitude", "Accuracy"];
                header.extend(parts.map(|part| format!("{own}-{part}")));
            }
            Column::Question { header: own, .. } => header.push(own.clone()),
            Column::Repeat { header: own, .. } => header.push(format!("SET-OF-{own}")),
        }
    }
    if !is_first {
        header.push("PARENT_KEY".to_owned());
    }
    header.push("KEY".to_owned());
    header
}

fn plan<'a>(
    nodes: &'a [Node],
    prefix: &str,
    table: usize,
    up_to: Sensitivity,
    plans: &mut Vec<Plan<'a>>,
) {
    for node in nodes {
        let header = format!("{prefix}{}", node.name());
        match node {
            Node::Question(question) => {
                if question.kind != Kind::Note && question.sensitivity <= up_to {
                    plans[table]
                        .columns
                        .push(Column::Question { header, question });
                }
            }
            Node::Group(group) => plan(&group.nodes, &format!("{header}-"), table, up_to, plans),
            Node::Repeat(repeat) => {
                let own = plans.len();
                plans[table]
                    .columns
                    .push(Column::Repeat { header, table: own });
                plans.push(Plan {
                    name: format!("{}-{}", plans[0].name, repeat.name),
                    repeat: &repeat.name,
                    columns: Vec::new(),
                    rows: Vec::new(),
                });
                plan(&repeat.nodes, "", own, up_to, plans);
            }
        }
    }
}

fn collect(
    plans: &mut Vec<Plan<'_>>,
    table: usize,
    mut row: Vec<String>,
    answers: &Answers,
    key: &str,
    parent: Option<&str>,
    labels: Option<Lang>,
) {
    let mut instances: Vec<(usize, &[Answers])> = Vec::new();
    for column in &plans[table].columns {
        match column {
            Column::Question { question, .. } => {
                cells(question, answers.get(&question.name), labels, &mut row);
            }
            Column::Repeat { table, .. } => {
                row.push(format!("{key}/{}", plans[*table].repeat));
                if let Some(Answer::Repeat(given)) = answers.get(plans[*table].repeat) {
                    instances.push((*table, given));
                }
            }
        }
    }
    row.extend(parent.map(str::to_owned));
    row.push(key.to_owned());
    plans[table].rows.push(row);
    for (table, given) in instances {
        for (index, answers) in given.iter().enumerate() {
            let own = format!("{key}/{}[{}]", plans[table].repeat, index + 1);
            collect(plans, table, Vec::new(), answers, &own, Some(key), labels);
        }
    }
}

fn cells(
    question: &Question,
    answer: Option<&Answer>,
    labels: Option<Lang>,
    row: &mut Vec<String>,
) {
    if is_position(question) {
        let parts = match answer {
            Some(Answer::Geopoint {
                lat,
                lon,
                altitude,
                accuracy,
            }) => [Some(*lat), Some(*lon), *altitude, *accuracy],
            _ => [None; 4],
        };
        row.extend(parts.map(|part| part.map(|it| it.to_string()).unwrap_or_default()));
        return;
    }
    let cell = match (answer, labels) {
        (None, _) => String::new(),
        (Some(answer @ (Answer::Choice(_) | Answer::Choices(_))), Some(lang)) => {
            answer.display(question, lang)
        }
        (Some(answer), _) => answer.value(),
    };
    row.push(cell);
}

fn is_position(question: &Question) -> bool {
    question.kind == Kind::Geopoint
}
