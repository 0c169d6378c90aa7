//! Offering a version, retiring a form, and who fills it in.

use axum::{extract::State, response::Response};
use domain::{
    OrganizationId, RecordRef, Row, api::forms::OfferInput, forms::Offer, operation::Area,
    permission::Ability,
};
use sqlx::AnyConnection;
use uuid::Uuid;

use super::{lines, revision};
use crate::{
    AppState, Error, Result, Tx,
    areas::{
        departments,
        forms::store::{self, Version},
    },
    audit,
    auth::Member,
    extract::{IfMatch, Json, Path, revised},
    feed,
};

/// Makes a version the one that phones offer.
pub(super) async fn offer(
    State(state): State<AppState>,
    member: Member,
    Path(id): Path<Uuid>,
    seen: IfMatch,
) -> Result<Response> {
    let mut change = begin(&state, &member, id, seen).await?;
    let chosen = change.version(id)?.row.clone();
    if chosen.current {
        return Err(Error::conflict(
            "already_offered",
            "这个版本正在使用",
            "This version is the current one already",
        ));
    }
    let form = chosen.form.read().ok_or(Error::NotFound)?;
    let mut others = change.versions.iter().filter(|it| lines::id_of(it) != id);
    let clashes = others.any(|it| {
        it.row
            .form
            .read()
            .is_some_and(|it| !form.clashes(it).is_empty())
    });
    if clashes {
        return Err(Error::conflict(
            "form_clashes",
            "这个版本里有题目与其他版本同名不同类，不能启用；请改名后作为新版本上传",
            "A question of this version has another type elsewhere. Rename it and upload a new version",
        ));
    }
    let current = change.current();
    let offer = current
        .as_ref()
        .map_or(chosen.offer.clone(), |it| it.row.offer.clone());
    if let Some(mut before) = current {
        before.row.current = false;
        change.put(before).await?;
    }
    let mut version = change.version(id)?.clone();
    version.row.current = true;
    version.row.offer = offer;
    change.put(version).await?;
    let (now, by) = (state.clock.now(), member.person_id());
    store::note_published(&mut change.tx, change.organization, id, now, by, false).await?;
    change.finish(&state, &member, id, "form.offered", "").await
}

/// Phones offer no version of the form any more; records that were begun can still be sent.
pub(super) async fn retire(
    State(state): State<AppState>,
    member: Member,
    Path(id): Path<Uuid>,
    seen: IfMatch,
) -> Result<Response> {
    let mut change = begin(&state, &member, id, seen).await?;
    let Some(mut current) = change.current() else {
        return Err(Error::conflict(
            "already_retired",
            "这张表单已经停用",
            "This form is retired already",
        ));
    };
    current.row.current = false;
    change.put(current).await?;
    change.finish(&state, &member, id, "form.retired", "").await
}

/// Who finds the form in the list for new records.
pub(super) async fn audience(
    State(state): State<AppState>,
    member: Member,
    Path(id): Path<Uuid>,
    seen: IfMatch,
    Json(input): Json<OfferInput>,
) -> Result<Response> {
    let mut change = begin(&state, &member, id, seen).await?;
    let offer = Offer::from(input);
    check_departments(&mut change.tx, member.organization_id, &offer).await?;
    let shown = change.current().or(change.versions.first().cloned());
    let mut shown = shown.ok_or(Error::NotFound)?;
    shown.row.offer = offer.clone();
    change.put(shown).await?;
    let detail = match (offer.staff, offer.departments.len()) {
        (false, 0) => "everybody".to_owned(),
        (true, 0) => "staff".to_owned(),
        (staff, n) => format!("{}{n} departments", if staff { "staff of " } else { "" }),
    };
    let act = "form.audience";
    change.finish(&state, &member, id, act, &detail).await
}

async fn check_departments(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    offer: &Offer,
) -> Result<()> {
    const MOST: usize = 200;
    let ids: Vec<Uuid> = offer.departments.iter().map(|id| id.0).collect();
    let known = match ids.len() {
        0..=MOST => departments::store::load(connection, organization, &ids)
            .await?
            .len(),
        _ => 0,
    };
    if known == ids.len() {
        return Ok(());
    }
    Err(Error::invalid(
        "departments",
        "有的科室不存在，请刷新后重新选择",
        "There is no such department. Please reload and choose again",
    ))
}

/// A change of a form's versions under way.
struct Change {
    tx: Tx,
    organization: OrganizationId,
    versions: Vec<Version>,
    changed: Vec<Row>,
}

async fn begin(state: &AppState, member: &Member, id: Uuid, seen: IfMatch) -> Result<Change> {
    member.require(Ability::ManageForms)?;
    let organization = member.organization_id;
    let mut tx = state.db.begin_for(organization).await?;
    feed::lock(&mut tx, organization).await?;
    let versions = lines::versions_of(&mut tx, organization, id).await?;
    seen.check(revision(&versions))?;
    Ok(Change {
        tx,
        organization,
        versions,
        changed: Vec::new(),
    })
}

impl Change {
    fn version(&self, id: Uuid) -> Result<&Version> {
        let mut versions = self.versions.iter();
        versions
            .find(|it| lines::id_of(it) == id)
            .ok_or(Error::NotFound)
    }

    fn current(&self) -> Option<Version> {
        self.versions.iter().find(|it| it.row.current).cloned()
    }

    /// Writes the next revision of a version.
    async fn put(&mut self, mut version: Version) -> Result<()> {
        version.row.revision += 1;
        store::put(&mut self.tx, self.organization, &version.row).await?;
        self.changed.push(Row::Forms(Box::new(version.row)));
        Ok(())
    }

    /// Notes who did it, tells the phones, and answers with the form's line.
    async fn finish(
        mut self,
        state: &AppState,
        member: &Member,
        id: Uuid,
        act: &str,
        detail: &str,
    ) -> Result<Response> {
        let form = &self.version(id)?.row.form;
        let detail = format!("{} {} {detail}", form.title.zh, form.version);
        let subject = Some(RecordRef::new(Area::Forms, id));
        let now = state.clock.now();
        audit::by(&mut self.tx, member, now, act, subject, detail.trim()).await?;
        let versions = lines::versions_of(&mut self.tx, self.organization, id).await?;
        let line = lines::one(&mut self.tx, self.organization, &versions).await?;
        feed::publish(&mut self.tx, self.organization, &self.changed).await?;
        self.tx.commit().await?;
        Ok(revised(line.revision, line))
    }
}
