//! Search over records, photos' captions and documents.

use std::collections::HashMap;

use axum::{Router, extract::State, routing::get};
use domain::{
    OrganizationId, SubmissionId,
    api::{
        Page,
        search::{Hit, HitKind, SearchQuery},
    },
    areas::{evidence::SubjectArea, submissions::ReviewState},
    permission::Ability,
};
use sqlx::{AnyConnection, Row as _};

use crate::{
    AppState, Error, Result,
    areas::attachments,
    auth::Member,
    bulk,
    extract::{Json, Query},
    search::{self, Found},
};

const AT_ONCE: i64 = 30;
/// Longest question, in characters.
const LENGTH: usize = 100;

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/api/office/search", get(find))
}

async fn find(
    State(state): State<AppState>,
    member: Member,
    Query(query): Query<SearchQuery>,
) -> Result<Json<Page<Hit>>> {
    member.require(Ability::Review)?;
    if query.q.chars().count() > LENGTH {
        return Err(Error::invalid(
            "q",
            "最多搜索 100 个字，请缩短",
            "At most 100 characters can be searched for. Please shorten it",
        ));
    }
    let before = match query.after.as_deref() {
        None | Some("") => i64::MAX,
        Some(after) => after.parse().map_err(|_| {
            Error::invalid(
                "after",
                "翻页位置无法识别，请重新搜索",
                "The place in the list can’t be read. Please search again",
            )
        })?,
    };
    let organization = member.organization_id;
    let mut connection = state.db.snapshot().await?;
    let mut found =
        search::find(&mut connection, organization, &query.q, before, AT_ONCE + 1).await?;
    let next = (found.len() > AT_ONCE as usize).then(|| {
        found.truncate(AT_ONCE as usize);
        found.last().map(|last| last.number.to_string())
    });
    let items = hits(&mut connection, organization, &query.q, found).await?;
    Ok(Json(Page {
        items,
        next: next.flatten(),
    }))
}

async fn hits(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    question: &str,
    found: Vec<Found>,
) -> Result<Vec<Hit>> {
    let ids = |area: SubjectArea| found.iter().filter(move |it| it.document.area == area);
    let records: Vec<String> = ids(SubjectArea::Submissions)
        .map(|it| it.document.id.to_string())
        .collect();
    let rows = bulk::by_ids(
        connection,
        organization,
        "select id, state from submissions where organization_id = $1 and id in",
        &records,
        "",
    )
    .await?;
    let mut states: HashMap<String, ReviewState> = HashMap::new();
    for row in rows {
        if let Some(state) = ReviewState::parse(&row.try_get::<String, _>("state")?) {
            states.insert(row.try_get("id")?, state);
        }
    }
    let photos: Vec<_> = ids(SubjectArea::Attachments)
        .map(|it| it.document.id)
        .collect();
    let photos = attachments::store::load(connection, organization, &photos).await?;
    Ok(found
        .into_iter()
        .filter_map(|Found { document, .. }| {
            let is = match document.area {
                SubjectArea::Submissions => HitKind::Record {
                    id: SubmissionId(document.id),
                    state: states.get(&document.id.to_string()).copied()?,
                },
                SubjectArea::Attachments => {
                    let photo = photos.iter().find(|photo| photo.id.0 == document.id)?;
                    HitKind::Photo {
                        record: SubmissionId(photo.subject.id),
                        thumbnail: photo.thumbnail.sha256.clone(),
                    }
                }
                SubjectArea::Files => HitKind::File {
                    id: domain::FileId(document.id),
                },
                SubjectArea::Activities => return None,
            };
            let text = match document.area {
                SubjectArea::Attachments => &document.title,
                _ => &document.body,
            };
            Some(Hit {
                excerpt: search::excerpt(text, question),
                title: document.title,
                at: document.at,
                is,
            })
        })
        .collect())
}
