//! Decides attachments: a photo joins a record, or is withdrawn with a reason.

use super::{Decision, Facts, Needs, check_text};
use crate::{
    areas::{
        attachments::{Attachment, AttachmentChange, BlobFacts, Reworded, Wording, Wordings},
        submissions::ReviewState,
    },
    ids::{AttachmentId, PersonId},
    keys::is_sha256_hex,
    media::{self, MediaKind, RECORDING_LIMIT},
    operation::{Area, Operation},
    permission::{Ability, may},
    refusal::Refusal,
    row::Row,
};

/// Longest caption or reason, in characters.
const TEXT_LIMIT: i64 = 500;
/// Largest photo or document that a phone may attach, in bytes; the server's setting may be lower.
const SIZE_LIMIT: i64 = 20_000_000;

pub(super) fn needs(change: &AttachmentChange, needs: &mut Needs) {
    if let AttachmentChange::Add { subject, .. } | AttachmentChange::Describe { subject, .. } =
        change
    {
        needs.records.push(*subject);
    }
}

pub(super) fn decide(
    operation: &Operation,
    change: &AttachmentChange,
    facts: &Facts,
) -> Result<Decision, Refusal> {
    let existing = facts.attachment(operation.record.id);
    match change {
        AttachmentChange::Add {
            subject,
            question,
            blob,
            thumbnail,
            source,
            taken_at,
            caption,
            facts: about,
        } => {
            if existing.is_some() {
                return Err(Refusal::AlreadyExists);
            }
            if subject.area != Area::Submissions {
                return Err(Refusal::WrongRecord);
            }
            let Some(submission) = facts.submission(subject.id) else {
                return Ok(Decision::Hold(*subject));
            };
            if submission.author_id != operation.actor_id && !may(facts.actor.role, Ability::Review)
            {
                return Err(Refusal::NotPermitted);
            }
            check_text("question", question, TEXT_LIMIT)?;
            check_text("caption", caption, TEXT_LIMIT)?;
            check_text("people", &about.people, TEXT_LIMIT)?;
            check_text("file_name", &about.file_name, TEXT_LIMIT)?;
            check_blob(blob)?;
            check_blob(thumbnail)?;
            // A photo is shown by a small photo, anything else stands for itself.
            if thumbnail.is_photo() != blob.is_photo()
                || (!blob.is_photo() && thumbnail.sha256 != blob.sha256)
            {
                return Err(unreadable("thumbnail"));
            }
            Ok(Decision::Apply(Row::Attachments(Attachment {
                id: AttachmentId(operation.record.id),
                revision: 1,
                subject: *subject,
                question: question.clone(),
                blob: blob.clone(),
                thumbnail: thumbnail.clone(),
                source: *source,
                taken_at: *taken_at,
                caption: caption.clone(),
                facts: about.clone(),
                others: Wordings::default(),
                added_by: operation.actor_id,
                withdrawn: false,
                stored: false,
                rejected: None,
            })))
        }
        AttachmentChange::Withdraw { reason } => {
            let Some(existing) = existing else {
                return Ok(Decision::Hold(operation.record));
            };
            check_text("reason", reason, TEXT_LIMIT)?;
            if existing.added_by != operation.actor_id {
                return Err(Refusal::NotPermitted);
            }
            Ok(Decision::Apply(Row::Attachments(Attachment {
                revision: existing.revision + 1,
                withdrawn: true,
                ..existing.clone()
            })))
        }
        AttachmentChange::Describe {
            subject,
            caption,
            people,
        } => {
            let Some(existing) = existing else {
                return Ok(Decision::Hold(operation.record));
            };
            if existing.subject != *subject {
                return Err(Refusal::WrongRecord);
            }
            let reviews = may(facts.actor.role, Ability::Review);
            if existing.added_by != operation.actor_id && !reviews {
                return Err(Refusal::NotPermitted);
            }
            if existing.withdrawn {
                return Err(Refusal::AlreadyVoided);
            }
            let state = facts.submission(subject.id).map(|record| record.state);
            if state == Some(ReviewState::Approved) && !facts.by_office {
                return Err(Refusal::AlreadyApproved);
            }
            describe(
                existing,
                operation.actor_id,
                caption.as_ref(),
                people.as_ref(),
            )
        }
    }
}

/// Like answers: words that nobody else changed are taken; where somebody did, theirs stand and the new
/// ones wait beside them, with all others that do.
fn describe(
    existing: &Attachment,
    author: PersonId,
    caption: Option<&Reworded>,
    people: Option<&Reworded>,
) -> Result<Decision, Refusal> {
    let mut photo = Attachment {
        revision: existing.revision + 1,
        ..existing.clone()
    };
    let caption = reword(
        "caption",
        &mut photo.caption,
        &mut photo.others.caption,
        author,
        caption,
    )?;
    let people = reword(
        "people",
        &mut photo.facts.people,
        &mut photo.others.people,
        author,
        people,
    )?;
    let row = Row::Attachments(photo);
    Ok(if caption && people {
        Decision::Apply(row)
    } else {
        Decision::Conflict(row)
    })
}

/// Whether the new words stand now.
fn reword(
    field: &str,
    stands: &mut String,
    waiting: &mut Vec<Wording>,
    author: PersonId,
    change: Option<&Reworded>,
) -> Result<bool, Refusal> {
    let Some(change) = change else {
        return Ok(true);
    };
    check_text(field, &change.now, TEXT_LIMIT)?;
    if *stands == change.was || *stands == change.now {
        stands.clone_from(&change.now);
        // What the author hasn't seen goes on waiting.
        waiting.retain(|it| it.text != change.now && !change.over.contains(&it.text));
        return Ok(true);
    }
    // The author's own, said otherwise once more.
    waiting.retain(|it| it.by != Some(author) || it.text != change.was);
    if !waiting.iter().any(|it| it.text == change.now) {
        waiting.push(Wording {
            text: change.now.clone(),
            by: Some(author),
        });
    }
    Ok(false)
}

fn check_blob(blob: &BlobFacts) -> Result<(), Refusal> {
    let Some(kind) = media::kind_of(&blob.media_type) else {
        return Err(Refusal::MediaType {
            media_type: blob.media_type.chars().take(100).collect(),
        });
    };
    if !is_sha256_hex(&blob.sha256) || blob.size <= 0 || blob.width < 0 || blob.height < 0 {
        return Err(unreadable("blob"));
    }
    let limit = match kind {
        MediaKind::Recording => RECORDING_LIMIT,
        MediaKind::Photo | MediaKind::Document => SIZE_LIMIT,
    };
    if blob.size > limit {
        return Err(Refusal::TooLarge { limit });
    }
    Ok(())
}

fn unreadable(detail: &str) -> Refusal {
    Refusal::Unreadable {
        detail: detail.to_owned(),
    }
}
