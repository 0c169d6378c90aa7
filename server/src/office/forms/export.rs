//! What was written with a form, all versions in one: as a table (`.csv`), or with the tables of its
//! repeats and ODK's XML instances in an archive (`.zip`).
//!
//! Streamed page by page, so that a million records take no more memory than a few hundred. Answers that
//! are personal or sensitive leave only when somebody who may asks for them, and that is noted.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    io::{self, Write},
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    body::{Body, Bytes},
    extract::State,
    http::header::HeaderName,
    response::{IntoResponse, Response},
};
use domain::{
    Lang, OrganizationId, PersonId, RecordRef, Timestamp,
    areas::submissions::{ReviewState, Submission},
    forms::{
        Environment, Form, Sensitivity,
        export::{Exported, Layout, Table, instance, merged, tables},
    },
    operation::Area,
    permission::Ability,
    time::UTC_OFFSET_MINUTES,
};
use futures::stream;
use serde::Deserialize;
use uuid::Uuid;
use zip::{
    ZipWriter,
    write::{SimpleFileOptions, StreamWriter},
};

use super::{
    download, lines,
    rows::{self, Position},
};
use crate::{
    AppState, Error, Result,
    areas::forms::store::Version,
    audit,
    auth::Member,
    extract::{Path, Query},
    office::names,
};

/// Columns before the answers, as ODK Central names them where it has them.
const ABOUT: [&str; 7] = [
    "SubmissionDate",
    "OccurredAt",
    "SubmitterName",
    "Department",
    "ReviewState",
    "FormVersion",
    "ActivityID",
];
/// Tells a spreadsheet that the file is UTF-8.
const BYTE_ORDER_MARK: &str = "\u{feff}";

#[derive(Clone, Copy, Deserialize)]
pub(super) struct Asked {
    /// Of the labels of choices and of the words of states.
    #[serde(default)]
    lang: Lang,
    /// `1`: personal and sensitive answers, too.
    #[serde(default)]
    personal: u8,
}

/// The submissions as one table; a repeat has only the key of its own table in `.zip`.
pub(super) async fn csv(
    State(state): State<AppState>,
    member: Member,
    Path(id): Path<Uuid>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let (export, headers) = begin(state, &member, id, asked, ".csv", "text/csv").await?;
    let started = (export, Some(Position::default()), true);
    let pages = stream::try_unfold(started, |(mut export, position, first)| async move {
        let Some(position) = position else {
            return Ok::<_, Error>(None);
        };
        let (page, next) = export.page(position).await?;
        let mut made = export.tables(&page);
        let mut text = String::new();
        if let Some(table) = made.first_mut() {
            if first {
                text.push_str(BYTE_ORDER_MARK);
            } else {
                table.rows.remove(0);
            }
            text.push_str(&table.to_csv());
        }
        Ok(Some((Bytes::from(text), (export, next, false))))
    });
    Ok((headers, Body::from_stream(pages)).into_response())
}

/// The tables of the submissions and of each repeat, and each submission as an XML instance.
pub(super) async fn archive(
    State(state): State<AppState>,
    member: Member,
    Path(id): Path<Uuid>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let (export, headers) = begin(state, &member, id, asked, ".zip", "application/zip").await?;
    let pages = stream::try_unfold(Archive::new(export), |mut archive| async move {
        Ok::<_, Error>(archive.next().await?.map(|bytes| (bytes, archive)))
    });
    Ok((headers, Body::from_stream(pages)).into_response())
}

/// What all pages of an export need.
struct Export {
    state: AppState,
    organization: OrganizationId,
    /// All versions as one.
    form: Form,
    versions: Vec<Version>,
    up_to: Sensitivity,
    lang: Lang,
}

/// A page with what stands before each submission's answers.
struct Page {
    submissions: Vec<Submission>,
    about: Vec<Vec<String>>,
}

/// Checks who asks, and notes it: answers leave the system with this file.
async fn begin(
    state: AppState,
    member: &Member,
    id: Uuid,
    asked: Asked,
    ending: &str,
    media_type: &'static str,
) -> Result<(Export, [(HeaderName, String); 3])> {
    member.require(Ability::Review)?;
    let personal = asked.personal != 0;
    if personal {
        member.require(Ability::ExportPersonal)?;
    }
    let organization = member.organization_id;
    let mut tx = state.db.begin_for(organization).await?;
    let versions = lines::versions_of(&mut tx, organization, id).await?;
    let chosen = lines::form_of(&versions, id)?;
    let forms: Vec<&Form> = versions
        .iter()
        .filter_map(|it| it.row.form.read())
        .collect();
    let form = merged(&forms).ok_or(Error::NotFound)?;
    let detail = format!(
        "{} {ending}{}",
        chosen.title.zh,
        if personal { " personal" } else { "" }
    );
    let subject = Some(RecordRef::new(Area::Forms, id));
    let now = state.clock.now();
    audit::by(&mut tx, member, now, "form.exported", subject, &detail).await?;
    tx.commit().await?;
    let name = format!("{}{ending}", form.title.get(asked.lang));
    let headers = download(media_type, &form, ending, &name);
    let export = Export {
        state,
        organization,
        form,
        versions,
        up_to: if personal {
            Sensitivity::Sensitive
        } else {
            Sensitivity::Internal
        },
        lang: asked.lang,
    };
    Ok((export, headers))
}

impl Export {
    async fn page(&mut self, after: Position) -> Result<(Page, Option<Position>)> {
        // Not one snapshot for all pages: a slow reader would keep the database from tidying up.
        let mut connection = self.state.db.read().acquire().await?;
        let organization = self.organization;
        let (submissions, next) =
            rows::page(&mut connection, organization, &self.form.id, after).await?;
        let authors: BTreeSet<PersonId> = submissions.iter().map(|it| it.author_id).collect();
        let people = names::people(&mut connection, organization, &authors).await?;
        let people: BTreeMap<PersonId, _> = people.iter().map(|it| (it.id, it)).collect();
        let about = submissions.iter().map(|it| {
            let author = people.get(&it.author_id);
            vec![
                moment(it.received_at.unwrap_or_default()),
                moment(it.capture.occurred_at),
                author.map(|it| it.name.clone()).unwrap_or_default(),
                author
                    .and_then(|it| it.department_name.clone())
                    .unwrap_or_default(),
                state_word(it.state, self.lang).to_owned(),
                it.form_version.clone(),
                it.activity_id.map(|id| id.to_string()).unwrap_or_default(),
            ]
        });
        let about = about.collect();
        Ok((Page { submissions, about }, next))
    }

    fn tables(&self, page: &Page) -> Vec<Table> {
        let keys: Vec<String> = page.submissions.iter().map(key).collect();
        let mut exported = Vec::with_capacity(keys.len());
        for ((submission, about), key) in page.submissions.iter().zip(&page.about).zip(&keys) {
            exported.push(Exported {
                key,
                about,
                answers: &submission.answers,
            });
        }
        let layout = Layout {
            columns: &ABOUT,
            up_to: self.up_to,
            labels: Some(self.lang),
        };
        tables(&self.form, &exported, layout)
    }

    /// The submission in its own version; `None` if that can't be read.
    fn instance(&self, submission: &Submission) -> Option<String> {
        let version = &submission.form_version;
        let mut versions = self.versions.iter();
        let form = versions.find(|it| it.row.form.version == *version)?;
        let form = form.row.form.read()?;
        let environment = Environment::of(&submission.capture);
        let id = submission.id.to_string();
        Some(instance(
            form,
            &id,
            &submission.answers,
            &environment,
            &|question| {
                // What another version calls more sensitive is so in all of them.
                let everywhere = self.form.question(&question.name);
                let everywhere = everywhere.map_or(question.sensitivity, |it| it.sensitivity);
                question.sensitivity.max(everywhere) <= self.up_to
            },
        ))
    }
}

fn key(submission: &Submission) -> String {
    format!("uuid:{}", submission.id)
}

fn moment(at: Timestamp) -> String {
    let civil = at.civil(UTC_OFFSET_MINUTES);
    civil
        .map(|at| at.format("%Y-%m-%d %H:%M:%S").to_string())
        .unwrap_or_default()
}

fn state_word(state: ReviewState, lang: Lang) -> &'static str {
    match state {
        ReviewState::Submitted => lang.pick("待审核", "submitted"),
        ReviewState::Returned => lang.pick("已退回", "returned"),
        ReviewState::Approved => lang.pick("已通过", "approved"),
        ReviewState::Voided => lang.pick("已作废", "voided"),
    }
}

/// What is written into next.
#[derive(Clone, Copy)]
enum Part {
    /// The table of this number.
    Table(usize),
    Instances,
}

/// An archive that is written while it is sent.
struct Archive {
    export: Export,
    /// `None` once it is finished.
    writer: Option<ZipWriter<StreamWriter<Written>>>,
    written: Written,
    parts: VecDeque<Part>,
    at: Option<Position>,
}

/// What the archive has written and nobody has sent yet.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut written = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        written.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Written {
    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Archive {
    fn new(export: Export) -> Self {
        let nothing = Page {
            submissions: Vec::new(),
            about: Vec::new(),
        };
        let tables = export.tables(&nothing).len();
        let written = Written::default();
        let parts = (0..tables).map(Part::Table);
        Self {
            writer: Some(ZipWriter::new_stream(written.clone())),
            written,
            parts: parts.chain([Part::Instances]).collect(),
            at: None,
            export,
        }
    }

    /// The next bytes; `None` behind the last.
    async fn next(&mut self) -> Result<Option<Bytes>> {
        while self.writer.is_some() {
            self.step().await?;
            let bytes = self.written.take();
            if !bytes.is_empty() {
                return Ok(Some(bytes.into()));
            }
        }
        Ok(None)
    }

    /// Writes a page of the current part, or the archive's end.
    async fn step(&mut self) -> Result<()> {
        let Some(&part) = self.parts.front() else {
            if let Some(writer) = self.writer.take() {
                writer.finish().map_err(Error::internal)?;
            }
            return Ok(());
        };
        let first = self.at.is_none();
        let (page, next) = self.export.page(self.at.unwrap_or_default()).await?;
        match part {
            Part::Table(index) => self.add_rows(index, first, &page)?,
            Part::Instances => self.add_instances(&page)?,
        }
        self.at = next;
        if next.is_none() {
            self.parts.pop_front();
        }
        Ok(())
    }

    fn add_rows(&mut self, index: usize, first: bool, page: &Page) -> Result<()> {
        let mut made = self.export.tables(page);
        let Some(writer) = self.writer.as_mut().filter(|_| index < made.len()) else {
            return Ok(());
        };
        let table = &mut made[index];
        let mut text = String::new();
        if first {
            let name = format!("{}.csv", table.name);
            writer
                .start_file(name, options())
                .map_err(Error::internal)?;
            text.push_str(BYTE_ORDER_MARK);
        } else {
            table.rows.remove(0);
        }
        text.push_str(&table.to_csv());
        writer.write_all(text.as_bytes()).map_err(Error::internal)
    }

    fn add_instances(&mut self, page: &Page) -> Result<()> {
        let Some(writer) = self.writer.as_mut() else {
            return Ok(());
        };
        for submission in &page.submissions {
            if let Some(xml) = self.export.instance(submission) {
                let name = format!("instances/{}.xml", submission.id);
                writer
                    .start_file(name, options())
                    .map_err(Error::internal)?;
                writer.write_all(xml.as_bytes()).map_err(Error::internal)?;
            }
        }
        Ok(())
    }
}

fn options() -> SimpleFileOptions {
    SimpleFileOptions::default()
}
