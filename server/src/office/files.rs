//! Documents that the office keeps: listed, found, described, handed out, taken out of use.
//!
//! Their bytes come by `/api/blobs` before. Nothing is ever deleted: what is withdrawn counts for
//! nothing and can be brought back.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use axum::{
    Router,
    body::Body,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use chrono::NaiveDate;
use domain::{
    EvidenceKind, FileId, OrganizationId,
    api::{
        Page,
        files::{FileFilter, FileInput, FileLine, NewFile},
    },
    areas::evidence::{File, Subject, SubjectArea},
    permission::Ability,
};
use object_store::ObjectStoreExt as _;
use sqlx::{AnyConnection, Row as _};

use super::names;
use crate::{
    AppState, Error, Result, Tx,
    areas::{
        activities, blobs,
        evidence::{files as store, standing},
    },
    audit,
    auth::Member,
    bulk,
    extract::{IfMatch, Json, Path, Query, revised},
    feed, ids,
    paging::{self, Place},
    search::{self, Document},
    validate,
};

const AT_ONCE: usize = 50;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/office/files", get(list).post(keep))
        .route("/api/office/files/{id}", get(one).put(change))
        .route("/api/office/files/{id}/content", get(content))
        .route("/api/office/files/{id}/withdraw", post(withdraw))
        .route("/api/office/files/{id}/restore", post(restore))
}

async fn list(
    State(state): State<AppState>,
    member: Member,
    Query(filter): Query<FileFilter>,
) -> Result<Json<Page<FileLine>>> {
    member.require(Ability::Review)?;
    let organization = member.organization_id;
    let after = Place::read(filter.after.as_deref())?;
    let mut connection = state.db.snapshot().await?;
    let files = store::list(
        &mut connection,
        organization,
        &filter,
        after.as_ref(),
        AT_ONCE as i64 + 1,
    )
    .await?;
    let page = paging::page(files, AT_ONCE, |file| Place {
        at: file.added_at,
        id: file.id,
    });
    Ok(Json(Page {
        items: lines(&mut connection, organization, page.items).await?,
        next: page.next,
    }))
}

async fn one(
    State(state): State<AppState>,
    member: Member,
    Path(id): Path<FileId>,
) -> Result<Response> {
    member.require(Ability::Review)?;
    let organization = member.organization_id;
    let mut connection = state.db.snapshot().await?;
    let file = store::find(&mut connection, organization, id)
        .await?
        .ok_or(Error::NotFound)?;
    let line = lines(&mut connection, organization, vec![file])
        .await?
        .pop()
        .ok_or(Error::NotFound)?;
    Ok(revised(line.file.revision, line))
}

/// The documents with names for what they refer to.
async fn lines(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    files: Vec<File>,
) -> Result<Vec<FileLine>> {
    let people = files.iter().map(|file| file.added_by).collect();
    let people = names::people(connection, organization, &people).await?;
    let departments: BTreeSet<String> = files
        .iter()
        .filter_map(|file| Some(file.department_id?.to_string()))
        .collect();
    let departments = titles(
        connection,
        organization,
        "select id, name as title from departments where organization_id = $1 and id in",
        departments,
    )
    .await?;
    let activities: BTreeSet<String> = files
        .iter()
        .filter_map(|file| Some(file.activity_id?.to_string()))
        .collect();
    let activities = titles(
        connection,
        organization,
        "select id, title from activities where organization_id = $1 and id in",
        activities,
    )
    .await?;
    let ids: Vec<String> = files.iter().map(|file| file.id.to_string()).collect();
    let mut items: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let rows = bulk::select(
        connection,
        organization,
        "select subject_id, item from evidence
         where organization_id = $1 and subject_area = 'files' and subject_id in",
        &ids,
        "",
    )
    .await?;
    for row in rows {
        items
            .entry(row.try_get("subject_id")?)
            .or_default()
            .insert(row.try_get("item")?);
    }
    Ok(files
        .into_iter()
        .map(|file| FileLine {
            department_name: file
                .department_id
                .and_then(|id| departments.get(&id.to_string()).cloned()),
            activity_title: file
                .activity_id
                .and_then(|id| activities.get(&id.to_string()).cloned()),
            added_by_name: names::name_of(&people, file.added_by),
            items: items
                .remove(&file.id.to_string())
                .map(|items| items.into_iter().collect())
                .unwrap_or_default(),
            file,
        })
        .collect())
}

async fn titles(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    statement: &'static str,
    ids: BTreeSet<String>,
) -> Result<BTreeMap<String, String>> {
    let ids: Vec<String> = ids.into_iter().collect();
    let mut titles = BTreeMap::new();
    for row in bulk::by_ids(connection, organization, statement, &ids, "").await? {
        titles.insert(row.try_get("id")?, row.try_get("title")?);
    }
    Ok(titles)
}

async fn keep(
    State(state): State<AppState>,
    member: Member,
    Json(input): Json<NewFile>,
) -> Result<Response> {
    member.require(Ability::Review)?;
    let name = input.file_name.rsplit(['/', '\\']).next();
    let file_name = validate::name("file_name", name.unwrap_or_default(), 200)?;
    let mut tx = state.db.begin_for(member.organization_id).await?;
    // The sweep of unnamed bytes holds it too.
    feed::lock(&mut tx, member.organization_id).await?;
    let blob = blobs::stored(&mut tx, member.organization_id, &input.sha256)
        .await?
        .ok_or_else(|| {
            Error::invalid(
                "sha256",
                "文件还没有传完，请重新选择这个文件，会从断开的地方继续",
                "The file hasn’t arrived whole. Please choose it again; it goes on where it stopped",
            )
        })?;
    let stem = file_name
        .rsplit_once('.')
        .map_or(file_name.as_str(), |(stem, _)| stem);
    let mut about = input.about;
    if about.title.trim().is_empty() {
        stem.clone_into(&mut about.title);
    }
    let file = File {
        id: ids::new(&state.clock),
        revision: 1,
        sha256: input.sha256,
        bytes: blob.size,
        media_type: blob.media_type,
        file_name,
        title: String::new(),
        kind: EvidenceKind::Document,
        dated_on: None,
        document_no: String::new(),
        department_id: None,
        activity_id: None,
        added_by: member.person_id(),
        added_at: state.clock.now(),
        withdrawn: false,
    };
    let file = described(&mut tx, &member, file, &about).await?;
    insert(&mut tx, &member, &file).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(file)).into_response())
}

/// Writes a new document with its words and who kept it.
pub(super) async fn insert(tx: &mut Tx, member: &Member, file: &File) -> Result<()> {
    let organization = member.organization_id;
    store::insert_file(tx, organization, file).await?;
    let document = Document::of_file(file);
    search::put(tx, organization, document.as_slice(), true).await?;
    let detail = format!("{} {}", file.id, file.file_name);
    audit::by(tx, member, file.added_at, "file_add", None, &detail).await
}

/// The document as it is described by a person.
pub(super) async fn described(
    tx: &mut Tx,
    member: &Member,
    file: File,
    about: &FileInput,
) -> Result<File> {
    let organization = member.organization_id;
    let day = about.dated_on.as_deref().map(str::trim).unwrap_or_default();
    let dated_on = match day {
        "" => None,
        day => {
            let date: NaiveDate = day.parse().map_err(|_| {
                Error::invalid(
                    "dated_on",
                    "日期应像 2026-03-05 这样填写；没有日期就留空",
                    "Please write the date like 2026-03-05, or leave it empty",
                )
            })?;
            Some(date.to_string())
        }
    };
    let document_no = about.document_no.trim();
    if !document_no.is_empty() {
        validate::name("document_no", document_no, 60)?;
    }
    if let Some(department) = about.department_id
        && !activities::store::is_department(tx, organization, department).await?
    {
        return Err(Error::invalid(
            "department_id",
            "没有这个科室，请重新选择",
            "There is no such department. Please choose again",
        ));
    }
    if let Some(activity) = about.activity_id
        && activities::store::find(tx, organization, activity)
            .await?
            .is_none()
    {
        return Err(Error::invalid(
            "activity_id",
            "没有这个活动，请重新选择",
            "There is no such activity. Please choose again",
        ));
    }
    Ok(File {
        title: validate::name("title", &about.title, 120)?,
        kind: about.kind.unwrap_or(file.kind),
        dated_on,
        document_no: document_no.to_owned(),
        department_id: about.department_id,
        activity_id: about.activity_id,
        ..file
    })
}

async fn change(
    State(state): State<AppState>,
    member: Member,
    Path(id): Path<FileId>,
    seen: IfMatch,
    Json(about): Json<FileInput>,
) -> Result<Response> {
    member.require(Ability::Review)?;
    let mut tx = state.db.begin_for(member.organization_id).await?;
    let file = found(&mut tx, &member, id, seen).await?;
    let file = described(&mut tx, &member, file, &about).await?;
    put(&state, tx, &member, file, "file_change").await
}

async fn withdraw(
    State(state): State<AppState>,
    member: Member,
    Path(id): Path<FileId>,
    seen: IfMatch,
) -> Result<Response> {
    member.require(Ability::Review)?;
    let mut tx = state.db.begin_for(member.organization_id).await?;
    let file = found(&mut tx, &member, id, seen).await?;
    let file = File {
        withdrawn: true,
        ..file
    };
    put(&state, tx, &member, file, "file_withdraw").await
}

async fn restore(
    State(state): State<AppState>,
    member: Member,
    Path(id): Path<FileId>,
    seen: IfMatch,
) -> Result<Response> {
    member.require(Ability::Review)?;
    let mut tx = state.db.begin_for(member.organization_id).await?;
    let file = found(&mut tx, &member, id, seen).await?;
    let file = File {
        withdrawn: false,
        ..file
    };
    put(&state, tx, &member, file, "file_restore").await
}

async fn found(tx: &mut Tx, member: &Member, id: FileId, seen: IfMatch) -> Result<File> {
    let file = store::find(tx, member.organization_id, id)
        .await?
        .ok_or(Error::NotFound)?;
    seen.check(file.revision)?;
    Ok(file)
}

async fn put(
    state: &AppState,
    mut tx: Tx,
    member: &Member,
    file: File,
    act: &str,
) -> Result<Response> {
    let organization = member.organization_id;
    let file = File {
        revision: file.revision + 1,
        ..file
    };
    store::update_file(&mut tx, organization, &file).await?;
    let subject = Subject {
        area: SubjectArea::Files,
        id: file.id.0,
    };
    standing::judge(&mut tx, organization, &[subject]).await?;
    match Document::of_file(&file) {
        Some(document) => search::put(&mut tx, organization, &[document], false).await?,
        None => search::remove(&mut tx, organization, &[(SubjectArea::Files, file.id.0)]).await?,
    }
    let detail = format!("{} {}", file.id, file.title);
    audit::by(&mut tx, member, state.clock.now(), act, None, &detail).await?;
    tx.commit().await?;
    Ok(revised(file.revision, file))
}

/// The bytes, under the name that the file had.
async fn content(
    State(state): State<AppState>,
    member: Member,
    Path(id): Path<FileId>,
) -> Result<Response> {
    member.require(Ability::Review)?;
    let organization = member.organization_id;
    let mut connection = state.db.read().acquire().await?;
    let file = store::find(&mut connection, organization, id)
        .await?
        .ok_or(Error::NotFound)?;
    drop(connection);
    let object = state
        .blobs
        .get(&blobs::path(organization, &file.sha256))
        .await?;
    let mut name = String::new();
    for byte in file.file_name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_') {
            name.push(char::from(byte));
        } else {
            // Writing to a string can't fail.
            let _ = write!(name, "%{byte:02X}");
        }
    }
    let headers = [
        (header::CONTENT_TYPE, file.media_type),
        (header::CONTENT_LENGTH, file.bytes.to_string()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename*=UTF-8''{name}"),
        ),
        (header::CACHE_CONTROL, "private, no-cache".to_owned()),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; sandbox".to_owned(),
        ),
    ];
    Ok((headers, Body::from_stream(object.into_stream())).into_response())
}
