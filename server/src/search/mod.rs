//! What can be found by its words: records by their titles and answers, photos by their captions,
//! documents by their titles, names and numbers.
//!
//! Whoever writes such a row writes its words in the same transaction ([`put`], [`remove`]); [`fill`]
//! takes in what came before there was an index. Answers that a form marks as personal or sensitive are
//! never in it. Leaves out who may search (`office::search`).

mod excerpt;
mod fill;
mod index;

use std::fmt::Write as _;

use domain::{
    OrganizationId, Timestamp,
    areas::{
        attachments::Attachment,
        evidence::{File, SubjectArea},
        submissions::Submission,
    },
    forms::{Answer, Answers, Form, Sensitivity},
    text::Lang,
    words::{Run, runs},
};
use sqlx::{AnyConnection, Row as _};
use uuid::Uuid;

use crate::{Result, bulk};

pub use excerpt::excerpt;
pub use fill::{fill, rebuild};
pub use index::prepare;

/// So much of a document's text is looked at, in characters.
const BODY: usize = 8_000;
/// So many words of a question are looked for.
const WORDS: usize = 12;

/// What can be found, by what is written in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    pub area: SubjectArea,
    pub id: Uuid,
    /// By which it is put in order.
    pub at: Timestamp,
    pub title: String,
    pub body: String,
}

impl Document {
    pub fn of_record(form: &Form, record: &Submission) -> Self {
        Self {
            area: SubjectArea::Submissions,
            id: record.id.0,
            at: record.capture.occurred_at,
            title: record.title.clone(),
            body: words_of(form, &record.answers),
        }
    }

    /// `None` when there is nothing to find it by, or it isn't to be found.
    pub fn of_photo(photo: &Attachment, now: Timestamp) -> Option<Self> {
        (!photo.withdrawn && !photo.caption.trim().is_empty()).then(|| Self {
            area: SubjectArea::Attachments,
            id: photo.id.0,
            at: photo.taken_at.unwrap_or(now),
            title: photo.caption.clone(),
            body: String::new(),
        })
    }

    pub fn of_file(file: &File) -> Option<Self> {
        (!file.withdrawn).then(|| Self {
            area: SubjectArea::Files,
            id: file.id.0,
            at: file.added_at,
            title: file.title.clone(),
            body: format!("{} {}", file.file_name, file.document_no),
        })
    }

    /// Its place in the index: the latest has the greatest. Two of one second differ by their ids.
    fn number(&self) -> i64 {
        let seconds = (self.at.0 / 1_000).clamp(0, i64::from(u32::MAX) >> 1);
        let tail = (self.id.as_u128() & 0x7fff_ffff) as i64;
        seconds << 31 | tail
    }

    fn words(&self, organization: OrganizationId) -> String {
        let mut words = whose(organization);
        let body: String = self.body.chars().take(BODY).collect();
        for text in [&self.title, &body] {
            for run in runs(text) {
                add_words(&mut words, &run);
            }
        }
        words
    }
}

/// The answers in words, but for personal and sensitive ones: texts, and choices in both languages.
pub fn words_of(form: &Form, answers: &Answers) -> String {
    let mut text = String::new();
    collect(form, answers, &mut text);
    text
}

fn collect(form: &Form, answers: &Answers, text: &mut String) {
    for (name, answer) in answers {
        if let Answer::Repeat(instances) = answer {
            for instance in instances {
                collect(form, instance, text);
            }
            continue;
        }
        let Some(question) = form.question(name) else {
            continue;
        };
        if question.sensitivity > Sensitivity::Internal {
            continue;
        }
        let languages: &[Lang] = match answer {
            Answer::Text(_) => &[Lang::Zh],
            Answer::Choice(_) | Answer::Choices(_) => &[Lang::Zh, Lang::En],
            _ => &[],
        };
        for lang in languages {
            text.push_str(&answer.display(question, *lang));
            text.push('\n');
        }
    }
}

/// Writes documents, in the place of what was there of the same things. `fresh` says that nothing can
/// be there yet.
pub async fn put(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    documents: &[Document],
    fresh: bool,
) -> Result<()> {
    if documents.is_empty() {
        return Ok(());
    }
    if !fresh {
        let things: Vec<_> = documents.iter().map(|it| (it.area, it.id)).collect();
        remove(connection, organization, &things).await?;
    }
    let mut lines: Vec<(i64, String)> = documents
        .iter()
        .map(|it| (it.number(), it.words(organization)))
        .collect();
    // FTS5 writes a segment each time that a number isn't greater than the one before.
    lines.sort_unstable_by_key(|(number, _)| *number);
    index::insert(connection, &lines).await?;
    let organization = organization.to_string();
    bulk::write(
        connection,
        "insert into search_documents (number, organization_id, area, id, at, title, body) values",
        7,
        "on conflict do nothing",
        documents,
        |query, document| {
            query
                .bind(document.number())
                .bind(organization.clone())
                .bind(document.area.as_str())
                .bind(document.id.to_string())
                .bind(document.at.0)
                .bind(document.title.as_str())
                .bind(document.body.chars().take(BODY).collect::<String>())
        },
    )
    .await
}

/// Takes things out of what can be found.
pub async fn remove(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    things: &[(SubjectArea, Uuid)],
) -> Result<()> {
    for area in SubjectArea::ALL {
        let ids: Vec<String> = things
            .iter()
            .filter(|(of, _)| *of == area)
            .map(|(_, id)| id.to_string())
            .collect();
        let rows = bulk::select(connection, organization, numbers_of(area), &ids, "").await?;
        for row in rows {
            let number: i64 = row.try_get("number")?;
            index::delete(connection, number).await?;
            sqlx::query("delete from search_documents where organization_id = $1 and number = $2")
                .bind(organization.to_string())
                .bind(number)
                .execute(&mut *connection)
                .await?;
        }
    }
    Ok(())
}

/// The area stands in the text: only then is the index of records used to its end.
fn numbers_of(area: SubjectArea) -> &'static str {
    match area {
        SubjectArea::Submissions => {
            "select number from search_documents
             where organization_id = $1 and area = 'submissions' and id in"
        }
        SubjectArea::Attachments => {
            "select number from search_documents
             where organization_id = $1 and area = 'attachments' and id in"
        }
        SubjectArea::Files => {
            "select number from search_documents
             where organization_id = $1 and area = 'files' and id in"
        }
        SubjectArea::Activities => {
            "select number from search_documents
             where organization_id = $1 and area = 'activities' and id in"
        }
    }
}

/// Something that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub number: i64,
    pub document: Document,
}

/// Documents that have all words of `question`, the latest first, before the one of the given number.
pub async fn find(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    question: &str,
    before: i64,
    limit: i64,
) -> Result<Vec<Found>> {
    let words = asked(question);
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let rows = index::find(connection, organization, &words, before, limit).await?;
    rows.iter()
        .map(|row| {
            let area: String = row.try_get("area")?;
            Ok(Found {
                number: row.try_get("number")?,
                document: Document {
                    area: SubjectArea::parse(&area)
                        .ok_or_else(|| crate::Error::internal(format!("unknown area {area}")))?,
                    id: row.try_get::<String, _>("id")?.parse()?,
                    at: Timestamp(row.try_get("at")?),
                    title: row.try_get("title")?,
                    body: row.try_get("body")?,
                },
            })
        })
        .collect()
}

/// A word of a question; a beginning stands for all words that begin so.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Asked {
    word: String,
    beginning: bool,
}

fn asked(question: &str) -> Vec<Asked> {
    let mut words = Vec::new();
    for run in runs(question) {
        match run {
            Run::Han(run) => match run.as_slice() {
                [single] => words.push(Asked {
                    word: han(&[*single]),
                    beginning: true,
                }),
                run => words.extend(run.windows(2).map(|pair| Asked {
                    word: han(pair),
                    beginning: false,
                })),
            },
            Run::Word(word) => words.push(Asked {
                word: latin(&word),
                beginning: true,
            }),
        }
    }
    words.truncate(WORDS);
    words
}

/// A run's words for the index, each after a blank.
fn add_words(words: &mut String, run: &Run) {
    match run {
        Run::Han(run) => {
            for pair in run.windows(2) {
                words.push(' ');
                words.push_str(&han(pair));
            }
            // The last one is found alone too; the others are, as beginnings of pairs.
            if let Some(last) = run.last() {
                words.push(' ');
                words.push_str(&han(&[*last]));
            }
        }
        Run::Word(word) => {
            words.push(' ');
            words.push_str(&latin(word));
        }
    }
}

/// In letters and digits, so that no database cuts it up in its own way.
fn han(chars: &[char]) -> String {
    let mut word = "u".to_owned();
    for c in chars {
        // Writing to a string can't fail.
        let _ = write!(word, "{:x}", u32::from(*c));
    }
    word
}

fn latin(text: &str) -> String {
    let mut word = "w".to_owned();
    for c in text.chars().take(40) {
        if c.is_ascii_alphanumeric() {
            word.push(c);
        } else {
            let _ = write!(word, "z{:x}", u32::from(c));
        }
    }
    word
}

/// The word that every document of an organization has.
fn whose(organization: OrganizationId) -> String {
    format!("o{}", organization.0.simple())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_asks_for_the_words_that_a_document_has() {
        let mut words = String::new();
        for run in runs("无偿献血 Blood-drive 2026") {
            add_words(&mut words, &run);
        }
        let has = |question: &str| {
            asked(question).iter().all(|asked| {
                words.split(' ').any(|word| {
                    word == asked.word || asked.beginning && word.starts_with(&asked.word)
                })
            })
        };
        for found in [
            "献血",
            "血",
            "无",
            "无偿献血",
            "blood",
            "BLO",
            "drive 2026",
            "献血 blood",
        ] {
            assert!(has(found), "{found}");
        }
        for missing in ["血献", "捐", "lood", "献血 红"] {
            assert!(!has(missing), "{missing}");
        }
    }

    #[test]
    fn the_later_document_has_the_greater_number() {
        let document = |at| Document {
            area: SubjectArea::Files,
            id: Uuid::from_u128(u128::MAX),
            at: Timestamp(at),
            title: String::new(),
            body: String::new(),
        };
        let numbers: Vec<i64> = [i64::MIN, 0, 1_700_000_000_000, 1_700_000_001_000, i64::MAX]
            .map(|at| document(at).number())
            .to_vec();
        assert!(numbers.is_sorted() && numbers[2] < numbers[3]);
        assert!(numbers.iter().all(|number| *number >= 0));
    }
}
