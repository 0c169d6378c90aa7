//! A file becomes a version: first looked at, then published.

use axum::{
    body::Bytes,
    extract::{State, rejection::BytesRejection},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use domain::{
    RecordRef, Row, Text,
    api::forms::{FormCheck, FormErrors},
    forms::{Clash, Form, FormError},
    operation::Area,
    permission::Ability,
    row::{FormRow, form_row_id},
};

use super::{lines, load, revision};
use crate::{
    AppState, Error, Result,
    areas::forms::{
        bundle::{self, Upload},
        store::{self, Version},
        workbook::WORKBOOK_LIMIT,
    },
    audit,
    auth::Member,
    extract::{IfMatch, Json, revised},
    feed,
    office::tables::apart,
};

/// Longest version, in characters.
const VERSION_LIMIT: usize = 64;

/// What publishing the file would mean; nothing is written.
pub(super) async fn check(
    State(state): State<AppState>,
    member: Member,
    body: std::result::Result<Bytes, BytesRejection>,
) -> Result<Response> {
    member.require(Ability::ManageForms)?;
    let upload = match read(body).await? {
        Ok(upload) => upload,
        Err(errors) => return Ok(refusal(errors)),
    };
    let organization = member.organization_id;
    let mut connection = state.db.snapshot().await?;
    let versions = store::versions(&mut connection, organization, Some(upload.id())).await?;
    let form = match complete(upload, &versions) {
        Ok(form) => form,
        Err(errors) => return Ok(refusal(errors)),
    };
    let line = if versions.is_empty() {
        None
    } else {
        Some(lines::one(&mut connection, organization, &versions).await?)
    };
    let same = same(&form, &versions).map(lines::id_of);
    let (form, version_taken) = under_free_version(form, &versions);
    let shown = versions
        .iter()
        .find(|it| it.row.current)
        .or(versions.first());
    let shown = shown.and_then(|it| it.row.form.read());
    let answer = FormCheck {
        version_taken: version_taken.filter(|_| same.is_none()),
        compared_with: shown.map(|it| it.version.clone()),
        changes: shown.map(|it| form.changes_since(it)).unwrap_or_default(),
        clashes: clashes(&form, &versions),
        same_as: line.as_ref().and_then(|line| {
            let mut versions = line.versions.iter();
            versions.find(|it| Some(it.id) == same).cloned()
        }),
        line,
        form,
    };
    Ok(Json(answer).into_response())
}

/// Makes the file the form's current version; phones get it with their next pull.
pub(super) async fn publish(
    State(state): State<AppState>,
    member: Member,
    seen: Result<IfMatch>,
    body: std::result::Result<Bytes, BytesRejection>,
) -> Result<Response> {
    member.require(Ability::ManageForms)?;
    let seen = seen?;
    let upload = match read(body).await? {
        Ok(upload) => upload,
        Err(errors) => return Ok(refusal(errors)),
    };
    let organization = member.organization_id;
    let mut tx = state.db.begin_for(organization).await?;
    feed::lock(&mut tx, organization).await?;
    let versions = store::versions(&mut tx, organization, Some(upload.id())).await?;
    seen.check(revision(&versions))?;
    let form = match complete(upload, &versions) {
        Ok(form) => form,
        Err(errors) => return Ok(refusal(errors)),
    };
    if same(&form, &versions).is_some() {
        return Err(Error::conflict(
            "form_unchanged",
            "这个文件与已有版本完全相同，不用再发布；如已停用，请在表单页重新启用",
            "This is exactly a version that exists. If it is retired, offer it again on the form's page",
        ));
    }
    let (form, _) = under_free_version(form, &versions);
    if let Some(Clash { name, label, .. }) = clashes(&form, &versions).into_iter().next() {
        return Err(Error::conflict(
            "form_clashes",
            format!("题目 {name}（{}）换了类型，请给它另起一个 name", label.zh),
            format!("The question {name} has another type now. Please give it another name"),
        ));
    }
    let (id, title) = (form_row_id(&form.id, &form.version), form.title.zh.clone());
    let version = form.version.clone();
    let before = versions.iter().find(|it| it.row.current);
    let inherited = before.or(versions.first());
    let position = match inherited {
        Some(it) => it.row.position,
        None => store::last_position(&mut tx, organization).await? + 1,
    };
    let mut changed = Vec::new();
    if let Some(before) = before {
        let row = FormRow {
            revision: before.row.revision + 1,
            current: false,
            ..before.row.clone()
        };
        store::put(&mut tx, organization, &row).await?;
        changed.push(Row::Forms(Box::new(row)));
    }
    let row = FormRow {
        revision: 1,
        current: true,
        position,
        offer: inherited.map(|it| it.row.offer.clone()).unwrap_or_default(),
        form: form.try_into()?,
    };
    store::put(&mut tx, organization, &row).await?;
    changed.push(Row::Forms(Box::new(row)));
    let (now, by) = (state.clock.now(), member.person_id());
    store::note_published(&mut tx, organization, id, now, by, true).await?;
    let subject = Some(RecordRef::new(Area::Forms, id));
    let detail = format!("{title} {version}");
    audit::by(&mut tx, &member, now, "form.published", subject, &detail).await?;
    let detail = load(&mut tx, &member, id).await?;
    feed::publish(&mut tx, organization, &changed).await?;
    tx.commit().await?;
    Ok(revised(detail.line.revision, detail))
}

/// Reads a file, as many at once as there is memory for.
async fn read(
    body: std::result::Result<Bytes, BytesRejection>,
) -> Result<std::result::Result<Upload, Vec<FormError>>> {
    let bytes = body.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Error::TooLarge {
            limit: WORKBOOK_LIMIT as i64,
        },
        status => crate::extract::body_error(status, &rejection.body_text()),
    })?;
    apart(move || bundle::read(&bytes)).await
}

/// With the pictures of earlier versions, the current one's first.
fn complete(upload: Upload, versions: &[Version]) -> std::result::Result<Form, Vec<FormError>> {
    let current = versions.iter().filter(|it| it.row.current);
    let forms = current.chain(versions).filter_map(|it| it.row.form.read());
    upload.complete(forms)
}

fn refusal(errors: Vec<FormError>) -> Response {
    let body = FormErrors {
        code: "form_errors".to_owned(),
        message: Text::new(
            format!("这张表单有 {} 处要改，改好后请重新上传", errors.len()),
            format!(
                "{} in this form. Please correct and upload it again",
                match errors.len() {
                    1 => "There is 1 mistake".to_owned(),
                    n => format!("There are {n} mistakes"),
                }
            ),
        ),
        errors,
    };
    (StatusCode::UNPROCESSABLE_ENTITY, Json(body)).into_response()
}

/// The version that has this content, under whatever name.
fn same<'a>(form: &Form, versions: &'a [Version]) -> Option<&'a Version> {
    versions.iter().find(|it| {
        it.row.form.read().is_some_and(|known| {
            let mut renamed = form.clone();
            renamed.version.clone_from(&known.version);
            renamed == *known
        })
    })
}

/// The form under a version that isn't taken, and the taken one: `2026.1` becomes `2026.1-2`.
fn under_free_version(mut form: Form, versions: &[Version]) -> (Form, Option<String>) {
    let taken = |version: &str| versions.iter().any(|it| it.row.form.version == version);
    if !taken(&form.version) {
        return (form, None);
    }
    let written = form.version.clone();
    let base = match written.rsplit_once('-') {
        Some((base, tail)) if tail.parse::<u32>().is_ok_and(|it| it > 1) && !base.is_empty() => {
            base
        }
        _ => &written,
    };
    let base: String = base.chars().take(VERSION_LIMIT - 8).collect();
    // One more than there are versions: one of them is free.
    let free = (2..=versions.len() + 2)
        .map(|n| format!("{base}-{n}"))
        .find(|it| !taken(it));
    form.version = free.unwrap_or_else(|| written.clone());
    (form, Some(written))
}

/// What stands for another kind of answer than in any version before.
fn clashes(form: &Form, versions: &[Version]) -> Vec<Clash> {
    let mut clashes: Vec<Clash> = Vec::new();
    for version in versions {
        for clash in version
            .row
            .form
            .read()
            .map_or_else(Vec::new, |it| form.clashes(it))
        {
            if !clashes.iter().any(|it| it.name == clash.name) {
                clashes.push(clash);
            }
        }
    }
    clashes
}
