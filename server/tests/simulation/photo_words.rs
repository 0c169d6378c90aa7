//! Other words for photos that were sent: by their authors on several phones, and by the office.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    Area, Change, Operation, Outcome, RecordRef, Row,
    areas::attachments::{AttachmentChange, PhotoFacts, Reworded, Wording, Wordings},
};
use serde::de::DeserializeOwned;
use serde_json::json;
use sqlx::{Row as _, any::AnyRow};
use sync::{CommitError, NewOperation, Replica, Saved};

use crate::{
    backend::Server, checks::Scene, office, phone::Phone, plan::Act, random::Random, scope::query,
};

/// Says something else of a photo of one's own, or takes what somebody else said of it.
pub async fn reword(
    phone: &Phone,
    replica: &Replica,
    random: &mut Random,
    name: &str,
) -> Result<Option<Saved>, CommitError> {
    let rows = replica.rows(Area::Attachments).await?;
    let photos: Vec<_> = rows
        .into_iter()
        .filter_map(|local| match local.row {
            Row::Attachments(row) if row.added_by == phone.account.person_id && !row.withdrawn => {
                Some(row)
            }
            _ => None,
        })
        .collect();
    if photos.is_empty() {
        return Ok(None);
    }
    let photo = &photos[random.below(photos.len())];
    let mut other = |was: &str, beside: &[Wording]| {
        let taken = beside.first().filter(|_| random.chance(300));
        let now = taken.map_or_else(|| format!("说明 {name}。"), |it| it.text.clone());
        Reworded::new(was, &now, beside)
    };
    let caption = other(&photo.caption, &photo.others.caption);
    let people = other(&photo.facts.people, &photo.others.people);
    let change = match random.below(3) {
        0 => (caption, None),
        1 => (None, people),
        _ => (caption, people),
    };
    let change = AttachmentChange::Describe {
        subject: photo.subject,
        caption: change.0,
        people: change.1,
    };
    let record = RecordRef::new(Area::Attachments, photo.id);
    let operation = NewOperation::new(record, Change::Attachments(change));
    replica.commit(operation).await.map(Some)
}

/// The office puts the words of the photo right that was changed most often.
pub async fn put_right(server: &Server) -> String {
    let row = sqlx::query(
        "select id, revision from attachments where organization_id = $1 and withdrawn = 0
         order by revision desc, id limit 1",
    )
    .bind(server.organization.to_string())
    .fetch_optional(server.app().state.db.read())
    .await
    .expect("read");
    let Some(row) = row else {
        return "no photo is there".to_owned();
    };
    let (id, revision): (String, i64) = (row.get("id"), row.get("revision"));
    let words = format!("办公室写的 {revision}");
    let reply = office::client(server)
        .request("POST", &format!("/api/office/attachments/{id}/words"))
        .if_match(revision)
        .json(&json!({ "caption": words, "people": "" }))
        .send()
        .await;
    reply.status.as_u16().to_string()
}

/// What a server does under [`Mutation::DroppedWords`](crate::mutations::Mutation::DroppedWords).
pub fn drop_waiting(server: &Server) {
    server.runtime.block_on(async {
        let mut tx = server.app().begin().await;
        sqlx::query("update attachments set others = null")
            .execute(&mut *tx)
            .await
            .expect("dropped");
        tx.commit().await.expect("committed");
    });
}

fn read<T: DeserializeOwned + Default>(row: &AnyRow, column: &str) -> T {
    let text: Option<String> = row.get(column);
    text.map(|text| serde_json::from_str(&text).expect("JSON"))
        .unwrap_or_default()
}

/// What anybody wrote of a photo stands, waits beside what stands, or is in the history.
pub fn no_words_are_lost(scene: &Scene<'_>) -> Vec<String> {
    let mut kept: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut keep = |row: &AnyRow, texts: [String; 2], others: Wordings| {
        let others = others.caption.into_iter().chain(others.people);
        let all = texts.into_iter().chain(others.map(|other| other.text));
        kept.entry(row.get("id")).or_default().extend(all);
    };
    for row in &query(
        scene.simulation,
        "select id, caption, facts, others from attachments where organization_id = $1",
    ) {
        let facts: PhotoFacts = read(row, "facts");
        keep(row, [row.get("caption"), facts.people], read(row, "others"));
    }
    for row in &query(
        scene.simulation,
        "select attachment_id as id, was_caption, was_people, was_others from photo_words
         where organization_id = $1",
    ) {
        let was = [row.get("was_caption"), row.get("was_people")];
        keep(row, was, read(row, "was_others"));
    }
    let mut found = Vec::new();
    let ledger = scene.simulation.ledger.borrow();
    for (id, received) in &scene.inbox {
        let took_effect = matches!(
            received.outcome,
            Outcome::Applied { .. } | Outcome::Merged { .. } | Outcome::Conflict { .. }
        );
        let promised = ledger.promised.get(id).filter(|_| took_effect);
        let Some(Ok(operation)) =
            promised.map(|promised| serde_json::from_str::<Operation>(&promised.raw))
        else {
            continue;
        };
        let Change::Attachments(AttachmentChange::Describe {
            caption, people, ..
        }) = operation.change
        else {
            continue;
        };
        let photo = operation.record.id.to_string();
        for words in [caption, people].into_iter().flatten() {
            if !kept.get(&photo).is_some_and(|it| it.contains(&words.now)) {
                found.push(format!("“{}” of photo {photo} is nowhere", words.now));
            }
        }
    }
    found
}

/// An evening over the photos of the day.
pub fn steps(random: &mut Random, length_ms: i64, phones: usize) -> Vec<(i64, usize, Act)> {
    if !random.chance(400) {
        return Vec::new();
    }
    let begun = random.range(0, length_ms / 4);
    let photo = Act::PhotoNote { photos: 1 };
    let first = (begun, random.below(phones), photo);
    let others = (0..random.range(3, 10)).map(|_| {
        let act = random.pick(&[
            Act::Describe,
            Act::Describe,
            Act::Describe,
            Act::Describe,
            Act::PhotoWords,
        ]);
        (random.range(begun, length_ms), random.below(phones), act)
    });
    std::iter::once(first).chain(others).collect()
}
