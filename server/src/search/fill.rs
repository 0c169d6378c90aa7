//! Takes into the index what isn't there: everything from before there was one, or after a backup was
//! restored.
//!
//! Any number of processes may do it at once.

use std::collections::{BTreeMap, HashMap};

use domain::{FileId, OrganizationId, areas::submissions::Submission, forms::Form};
use sqlx::Row as _;
use uuid::Uuid;

use super::{Document, index, put};
use crate::{
    AppState, Result, Tx,
    areas::{attachments, evidence::files, forms, submissions},
    feed,
};

/// So many at a time, under the organization's lock.
const AT_ONCE: i64 = 200;

/// Takes in what is missing, and says how much that was.
///
/// All organizations in one pass over each table, by the ids that its key is in the order of.
pub async fn fill(state: &AppState) -> Result<usize> {
    let mut filled = 0;
    for what in [What::Records, What::Photos, What::Files] {
        let mut after = String::new();
        let mut known: HashMap<OrganizationId, Forms> = HashMap::new();
        loop {
            let missing = missing(state, what, &after).await?;
            let Some((_, last)) = missing.last() else {
                break;
            };
            after.clone_from(last);
            let mut of: BTreeMap<OrganizationId, Vec<String>> = BTreeMap::new();
            for (organization, id) in missing {
                of.entry(organization).or_default().push(id);
            }
            for (organization, ids) in of {
                let mut tx = state.db.begin_for(organization).await?;
                // Nobody changes them meanwhile.
                feed::lock(&mut tx, organization).await?;
                let known = known.entry(organization).or_default();
                let documents = documents(&mut tx, state, organization, what, &ids, known).await?;
                put(&mut tx, organization, &documents, false).await?;
                tx.commit().await?;
                filled += documents.len();
            }
        }
    }
    Ok(filled)
}

/// Forgets the index and makes it anew.
pub async fn rebuild(state: &AppState) -> Result<usize> {
    let mut tx = state.db.begin().await?;
    index::clear(&mut tx).await?;
    sqlx::query("delete from search_documents")
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    fill(state).await
}

#[derive(Clone, Copy)]
enum What {
    Records,
    Photos,
    Files,
}

async fn missing(
    state: &AppState,
    what: What,
    after: &str,
) -> Result<Vec<(OrganizationId, String)>> {
    let statement = match what {
        What::Records => {
            "select s.organization_id, s.id from submissions s
             where s.id > $1 and not exists (
                 select 1 from search_documents d
                 where d.organization_id = s.organization_id and d.area = 'submissions'
                     and d.id = s.id)
             order by s.id limit $2"
        }
        What::Photos => {
            "select a.organization_id, a.id from attachments a
             where a.id > $1 and a.withdrawn = 0 and a.caption <> '' and not exists (
                 select 1 from search_documents d
                 where d.organization_id = a.organization_id and d.area = 'attachments'
                     and d.id = a.id)
             order by a.id limit $2"
        }
        What::Files => {
            "select f.organization_id, f.id from files f
             where f.id > $1 and f.withdrawn = 0 and not exists (
                 select 1 from search_documents d
                 where d.organization_id = f.organization_id and d.area = 'files' and d.id = f.id)
             order by f.id limit $2"
        }
    };
    let rows = sqlx::query(statement)
        .bind(after)
        .bind(AT_ONCE)
        .fetch_all(state.db.read())
        .await?;
    rows.iter()
        .map(|row| {
            let organization = row.try_get::<String, _>("organization_id")?.parse()?;
            Ok((organization, row.try_get("id")?))
        })
        .collect()
}

type Forms = HashMap<(String, String), Option<Form>>;

async fn documents(
    tx: &mut Tx,
    state: &AppState,
    organization: OrganizationId,
    what: What,
    ids: &[String],
    known: &mut Forms,
) -> Result<Vec<Document>> {
    let uuids = ids
        .iter()
        .map(|id| id.parse::<Uuid>())
        .collect::<std::result::Result<Vec<_>, _>>()?;
    let now = state.clock.now();
    match what {
        What::Records => {
            let mut documents = Vec::with_capacity(ids.len());
            for record in submissions::store::load(tx, organization, &uuids).await? {
                documents.push(match form_of(tx, organization, &record, known).await? {
                    Some(form) => Document::of_record(form, &record),
                    None => Document {
                        area: domain::areas::evidence::SubjectArea::Submissions,
                        id: record.id.0,
                        at: record.capture.occurred_at,
                        title: record.title,
                        body: String::new(),
                    },
                });
            }
            Ok(documents)
        }
        What::Photos => {
            let photos = attachments::store::load(tx, organization, &uuids).await?;
            Ok(photos
                .iter()
                .filter_map(|photo| Document::of_photo(photo, now))
                .collect())
        }
        What::Files => {
            let ids: Vec<String> = uuids.iter().map(|id| FileId(*id).to_string()).collect();
            let files = files::load(tx, organization, &ids).await?;
            Ok(files.iter().filter_map(Document::of_file).collect())
        }
    }
}

async fn form_of<'a>(
    tx: &mut Tx,
    organization: OrganizationId,
    record: &Submission,
    known: &'a mut Forms,
) -> Result<Option<&'a Form>> {
    let key = (record.form_id.clone(), record.form_version.clone());
    if !known.contains_key(&key) {
        let row = forms::store::find(tx, organization, &key.0, &key.1).await?;
        known.insert(key.clone(), row.and_then(|row| row.form.read().cloned()));
    }
    Ok(known.get(&key).and_then(Option::as_ref))
}
