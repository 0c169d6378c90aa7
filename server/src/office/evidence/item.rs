//! One item with everything that stands there: records, photos, files, activities; what of it an
//! assessor would refuse, and what is there twice.

use std::collections::{BTreeSet, HashMap};

use axum::{Router, extract::State, routing::get};
use domain::{
    OrganizationId,
    api::{
        Page,
        evidence::{ItemDetail, Piece, PieceFilter, Twin},
    },
    areas::evidence::{Evidence, SubjectArea},
    permission::Ability,
    photos::Resemblance,
};
use sqlx::AnyConnection;
use uuid::Uuid;

use super::ledger::{Filed, Wanted, wanted_year, years, years_of};
use crate::{
    AppState, Error, Result,
    areas::{
        attachments,
        evidence::{
            files, material,
            store::{self, OfItem},
        },
        standards::store as standards,
    },
    auth::Member,
    extract::{Json, Path, Query},
    office::{names, resemblances},
    paging::{self, Place},
};

/// Pieces on a page.
const AT_ONCE: usize = 50;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/office/evidence/items/{code}", get(detail))
        .route("/api/office/evidence/items/{code}/pieces", get(pieces))
}

async fn detail(
    State(state): State<AppState>,
    member: Member,
    Path(code): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Json<ItemDetail>> {
    member.require(Ability::Review)?;
    let year = wanted_year(&state, wanted.year)?;
    let organization = member.organization_id;
    let mut connection = state.db.snapshot().await?;
    let version = standards::current(&mut connection, organization)
        .await?
        .ok_or(Error::NotFound)?;
    let placed = version.standard.item(&code).ok_or(Error::NotFound)?;
    let this_year = wanted_year(&state, None)?;
    let years = years(&mut connection, organization, &version, this_year).await?;
    let only = Some(code.as_str());
    let filed = Filed::load(&mut connection, organization, &version, year, only).await?;
    let codes: Vec<&str> = version
        .standard
        .items()
        .map(|placed| placed.item.code.as_str())
        .collect();
    let at = codes.iter().position(|known| *known == code);
    let neighbor = |step: isize| {
        let index = at?.checked_add_signed(step)?;
        codes.get(index).map(|code| (*code).to_owned())
    };
    Ok(Json(ItemDetail {
        item: filed.of(placed.item),
        project: placed.project.title.clone(),
        group: placed.content.title.clone(),
        scoring: placed.item.rule(),
        year,
        years,
        previous: neighbor(-1),
        next: neighbor(1),
    }))
}

async fn pieces(
    State(state): State<AppState>,
    member: Member,
    Path(code): Path<String>,
    Query(filter): Query<PieceFilter>,
) -> Result<Json<Page<Piece>>> {
    member.require(Ability::Review)?;
    let year = wanted_year(&state, filter.year)?;
    let after = Place::read(filter.after.as_deref())?;
    let organization = member.organization_id;
    let mut connection = state.db.snapshot().await?;
    let version = standards::current(&mut connection, organization)
        .await?
        .ok_or(Error::NotFound)?;
    let item = version.standard.item(&code).ok_or(Error::NotFound)?.item;
    let wanted = OfItem {
        standard: version.line.id,
        item: &code,
        years: years_of(&version, year, item),
        show: filter.show,
    };
    let limit = AT_ONCE as i64 + 1;
    let lines = store::of_item(
        &mut connection,
        organization,
        &wanted,
        after.as_ref(),
        limit,
    )
    .await?;
    let page = paging::page(lines, AT_ONCE, |line| Place {
        at: line.added_at,
        id: line.id,
    });
    Ok(Json(Page {
        items: described(&mut connection, organization, page.items).await?,
        next: page.next,
    }))
}

/// What the lines name, and where it is also.
async fn described(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    lines: Vec<Evidence>,
) -> Result<Vec<Piece>> {
    let subjects = lines.iter().map(|line| line.subject);
    let materials = material::load(connection, organization, subjects).await?;
    let ids = lines.iter().map(|line| line.added_by).collect();
    let people = names::people(connection, organization, &ids).await?;
    let mut twins = photo_twins(connection, organization, &lines).await?;
    twins.extend(file_twins(connection, organization, &lines).await?);
    Ok(lines
        .into_iter()
        .map(|line| {
            let material = materials.get(line.subject);
            Piece {
                id: line.id,
                kind: line.kind,
                year: line.year,
                passage: line.passage,
                doubts: material.doubts(line.year),
                title: material.title,
                dated_on: material.date.map(|date| date.to_string()),
                department: material.department,
                what: material.what,
                added_by: names::name_of(&people, line.added_by),
                added_at: line.added_at,
                twins: twins.remove(&line.subject.id).unwrap_or_default(),
            }
        })
        .collect())
}

/// Where the photos are also: in other records, or twice in one.
async fn photo_twins(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    lines: &[Evidence],
) -> Result<HashMap<Uuid, Vec<Twin>>> {
    let photos: Vec<Uuid> = lines
        .iter()
        .filter(|line| line.subject.area == SubjectArea::Attachments)
        .map(|line| line.subject.id)
        .collect();
    let photos = attachments::store::load(connection, organization, &photos).await?;
    let mut twins: HashMap<Uuid, Vec<Twin>> = HashMap::new();
    for seen in resemblances::of(connection, organization, &photos).await? {
        twins.entry(seen.photo.0).or_default().push(Twin {
            resemblance: seen.resemblance,
            title: seen.title,
            at: seen.occurred_at,
            record: Some(seen.record),
            thumbnail: seen.thumbnail,
        });
    }
    Ok(twins)
}

/// Which other documents have the same bytes.
async fn file_twins(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    lines: &[Evidence],
) -> Result<HashMap<Uuid, Vec<Twin>>> {
    let ids: Vec<String> = lines
        .iter()
        .filter(|line| line.subject.area == SubjectArea::Files)
        .map(|line| line.subject.id.to_string())
        .collect();
    let own = files::load(connection, organization, &ids).await?;
    let names: BTreeSet<String> = own.iter().map(|file| file.sha256.clone()).collect();
    let names: Vec<String> = names.into_iter().collect();
    let all = files::with_bytes(connection, organization, &names).await?;
    let twins_of = |file: &domain::areas::evidence::File| {
        all.iter()
            .filter(|other| other.sha256 == file.sha256 && other.id != file.id)
            .map(|other| Twin {
                resemblance: Resemblance::Same,
                title: other.title.clone(),
                at: other.added_at,
                record: None,
                thumbnail: String::new(),
            })
            .collect::<Vec<_>>()
    };
    Ok(own
        .iter()
        .map(|file| (file.id.0, twins_of(file)))
        .filter(|(_, twins)| !twins.is_empty())
        .collect())
}
