//! What a photo shows and who is on it, put right by the office; what stood there before is kept.

use axum::{Router, extract::State, response::Response, routing::post};
use domain::{
    Area, AttachmentId, RecordRef, Row,
    api::office::PhotoWords,
    areas::attachments::{Attachment, Wordings},
    permission::Ability,
};

use crate::{
    AppState, Error, Result,
    areas::attachments::store::{self, Words},
    audit,
    auth::Member,
    extract::{IfMatch, Json, Path, revised},
    feed,
    search::{self, Document},
    validate,
};

/// Most characters of a caption, and of the names.
const LIMIT: usize = 500;

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/api/office/attachments/{id}/words", post(describe))
}

async fn describe(
    State(state): State<AppState>,
    member: Member,
    Path(id): Path<AttachmentId>,
    seen: IfMatch,
    Json(words): Json<PhotoWords>,
) -> Result<Response> {
    member.require(Ability::Review)?;
    let (caption, people) = (
        text("caption", &words.caption)?,
        text("people", &words.people)?,
    );
    let organization = member.organization_id;
    let now = state.clock.now();
    let mut tx = state.db.begin_for(organization).await?;
    feed::lock(&mut tx, organization).await?;
    let old = store::load(&mut tx, organization, &[id.0])
        .await?
        .pop()
        .ok_or(Error::NotFound)?;
    seen.check(old.revision)?;
    if old.withdrawn {
        return Err(Error::conflict(
            "withdrawn",
            "这张照片已撤下，不能再改说明",
            "This photo was withdrawn; its words can't be changed",
        ));
    }
    let mut photo = Attachment {
        revision: old.revision + 1,
        caption,
        // Whoever saw both has chosen.
        others: Wordings::default(),
        ..old.clone()
    };
    photo.facts.people = people;
    store::update(&mut tx, organization, &photo).await?;
    let kept = Words {
        before: old,
        revision: photo.revision,
        at: now,
        by: member.person_id(),
    };
    store::keep_words(&mut tx, organization, &[kept]).await?;
    if let Some(document) = Document::of_photo(&photo, now) {
        search::put(&mut tx, organization, &[document], false).await?;
    } else {
        let gone = [(domain::areas::evidence::SubjectArea::Attachments, id.0)];
        search::remove(&mut tx, organization, &gone).await?;
    }
    let record = RecordRef::new(Area::Attachments, id);
    audit::by(&mut tx, &member, now, "photo_words", Some(record), "").await?;
    feed::publish(&mut tx, organization, &[Row::Attachments(photo.clone())]).await?;
    tx.commit().await?;
    Ok(revised(photo.revision, photo))
}

fn text(field: &'static str, text: &str) -> Result<String> {
    let text = text.trim();
    validate::prose(field, text)?;
    if text.chars().count() > LIMIT {
        return Err(Error::invalid(
            field,
            format!("最多 {LIMIT} 个字"),
            format!("At most {LIMIT} characters"),
        ));
    }
    Ok(text.to_owned())
}
