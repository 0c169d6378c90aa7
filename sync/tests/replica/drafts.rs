//! Drafts: they survive, and become operations whole or stay drafts.

use domain::{
    Change, Timestamp,
    areas::attachments::{AttachmentChange, PhotoFacts, PhotoSource},
    keys::sha256_hex,
};
use futures::executor::block_on;
use sync::{CaptureInput, CommitError, NewFile, storage::memory::Memory};

use crate::pocket::{self, answers, crash_after, draft, id, open, photo};

#[test]
fn a_draft_with_its_photos_survives_a_power_cut() {
    block_on(async {
        let memory = Memory::default();
        let replica = open(&memory).await;
        replica.save_draft(&draft(1)).await.expect("saved");
        let added = replica
            .add_draft_photo(id(1), photo(b"full", b"thumb"))
            .await;
        let added = added.expect("added");
        drop(replica);
        memory.cut_power();
        let replica = open(&memory).await;
        let found = replica.draft(id(1)).await.expect("read").expect("there");
        assert_eq!(found.photos, [added]);
        assert_eq!(found.answers, answers("草稿"));
        assert!(pocket::has_bytes(&memory, &sha256_hex(b"full")).await);
        assert!(pocket::has_bytes(&memory, &sha256_hex(b"thumb")).await);
    });
}

#[test]
fn a_recording_is_kept_and_sent_once_as_what_it_is() {
    block_on(async {
        let memory = Memory::default();
        let replica = open(&memory).await;
        replica.save_draft(&draft(1)).await.expect("saved");
        let file = NewFile {
            question: "voice".to_owned(),
            bytes: b"recording".to_vec(),
            media_type: "audio/webm".to_owned(),
            source: PhotoSource::Camera,
            taken_at: None,
            facts: PhotoFacts {
                seconds: Some(3),
                ..PhotoFacts::default()
            },
        };
        let added = replica.add_draft_file(id(1), file).await.expect("added");
        assert_eq!(added.blob, added.thumbnail);
        drop(replica);
        memory.cut_power();
        let replica = open(&memory).await;
        let found = replica.draft(id(1)).await.expect("read").expect("there");
        assert_eq!(found.photos, std::slice::from_ref(&added));
        let saved = replica.submit_draft(&found, CaptureInput::default()).await;
        saved.expect("submitted");
        assert!(pocket::has_bytes(&memory, &sha256_hex(b"recording")).await);
        let outbox = replica.outbox().await.expect("read");
        let operations = outbox.iter().filter_map(|item| item.operation.as_ref());
        let attached: Vec<_> = operations
            .filter(|it| matches!(it.change, Change::Attachments(_)))
            .collect();
        assert_eq!(attached.len(), 1);
        assert_eq!(attached[0].blobs, [sha256_hex(b"recording")]);
    });
}

#[test]
fn saving_a_draft_again_keeps_the_photos_that_were_added_meanwhile() {
    block_on(async {
        let memory = Memory::default();
        let replica = open(&memory).await;
        replica.save_draft(&draft(1)).await.expect("saved");
        let added = replica
            .add_draft_photo(id(1), photo(b"full", b"thumb"))
            .await;
        added.expect("added");
        // The form autosaves what it knew before the photo.
        replica.save_draft(&draft(1)).await.expect("saved");
        let found = replica.draft(id(1)).await.expect("read").expect("there");
        assert_eq!(found.photos.len(), 1);
    });
}

#[test]
fn a_crash_while_submitting_leaves_the_draft_or_the_operations() {
    let (mut before, mut after) = (0, 0);
    for polls in 0..80 {
        let memory = Memory::default();
        let replica = block_on(async {
            let replica = open(&memory).await;
            replica.save_draft(&draft(1)).await.expect("saved");
            let added = replica
                .add_draft_photo(id(1), photo(b"full", b"thumb"))
                .await;
            added.expect("added");
            replica
        });
        let ended = crash_after(
            polls,
            replica.submit_draft(&draft(1), CaptureInput::default()),
        );
        drop(replica);
        memory.cut_power();
        block_on(async {
            let replica = open(&memory).await;
            let drafts = replica.drafts().await.expect("read").len();
            let outbox = replica.outbox().await.expect("read").len();
            // The record and its photo.
            assert!(
                (drafts, outbox) == (1, 0) || (drafts, outbox) == (0, 2),
                "{drafts} drafts, {outbox} operations after {polls} polls"
            );
            assert!(ended.is_none() || outbox == 2);
            assert!(pocket::has_bytes(&memory, &sha256_hex(b"full")).await);
            before += drafts;
            after += outbox / 2;
        });
    }
    assert!(before > 1 && after > 1);
}

#[test]
fn a_crash_while_a_photo_is_added_leaves_a_draft_that_can_be_sent() {
    for polls in 0..80 {
        let memory = Memory::default();
        let replica = block_on(async {
            let replica = open(&memory).await;
            replica.save_draft(&draft(1)).await.expect("saved");
            replica
        });
        let ended = crash_after(
            polls,
            replica.add_draft_photo(id(1), photo(b"full", b"thumb")),
        );
        drop(replica);
        memory.cut_power();
        block_on(async {
            let replica = open(&memory).await;
            let found = replica.draft(id(1)).await.expect("read").expect("there");
            for photo in &found.photos {
                assert!(pocket::has_bytes(&memory, &photo.blob.sha256).await);
                assert!(pocket::has_bytes(&memory, &photo.thumbnail.sha256).await);
            }
            assert!(ended.is_none() || found.photos.len() == 1);
        });
    }
}

#[test]
fn a_draft_is_sent_once_however_often_it_is_submitted() {
    block_on(async {
        let memory = Memory::default();
        let (one, other) = (open(&memory).await, open(&memory).await);
        one.save_draft(&draft(1)).await.expect("saved");
        let draft = draft(1);
        let (first, second) = futures::join!(
            one.submit_draft(&draft, CaptureInput::default()),
            other.submit_draft(&draft, CaptureInput::default()),
        );
        let outcomes = [first, second];
        let refused = outcomes
            .iter()
            .filter(|it| **it == Err(CommitError::NoDraft));
        assert_eq!(refused.count(), 1);
        assert_eq!(one.outbox().await.expect("read").len(), 1);
    });
}

#[test]
fn deleting_a_draft_deletes_its_photos_but_not_those_that_another_needs() {
    block_on(async {
        let memory = Memory::default();
        let replica = open(&memory).await;
        for n in [1, 2] {
            replica.save_draft(&draft(n)).await.expect("saved");
            let own = [b"own".as_slice(), &[n as u8]].concat();
            for full in [b"shared".as_slice(), &own] {
                let added = replica.add_draft_photo(id(n), photo(full, full)).await;
                added.expect("added");
            }
        }
        replica.delete_draft(id(1)).await.expect("deleted");
        assert!(!pocket::has_bytes(&memory, &sha256_hex(b"own\x01")).await);
        assert!(pocket::has_bytes(&memory, &sha256_hex(b"own\x02")).await);
        assert!(pocket::has_bytes(&memory, &sha256_hex(b"shared")).await);
        let sent = replica
            .submit_draft(&draft(2), CaptureInput::default())
            .await;
        sent.expect("saved");
        assert!(pocket::has_bytes(&memory, &sha256_hex(b"shared")).await);
    });
}

#[test]
fn what_is_said_of_a_photo_survives_a_power_cut_and_goes_with_it() {
    block_on(async {
        let memory = Memory::default();
        let replica = open(&memory).await;
        replica.save_draft(&draft(1)).await.expect("saved");
        let photo = photo(b"full", b"thumb");
        let added = replica.add_draft_photo(id(1), photo).await.expect("added");
        let facts = PhotoFacts {
            people: "王敏".to_owned(),
            file_taken_at: Some(Timestamp(7)),
            ..PhotoFacts::default()
        };
        let described = replica.describe_draft_photo(id(1), added.id, "宣讲", &facts);
        described.await.expect("kept");
        drop(replica);
        memory.cut_power();
        let replica = open(&memory).await;
        let draft = draft(1);
        let sent = replica.submit_draft(&draft, CaptureInput::default());
        sent.await.expect("submitted");
        let outbox = replica.outbox().await.expect("read");
        let said = outbox
            .into_iter()
            .find_map(|item| match item.operation?.change {
                Change::Attachments(AttachmentChange::Add { caption, facts, .. }) => {
                    Some((caption, facts))
                }
                _ => None,
            });
        assert_eq!(said, Some(("宣讲".to_owned(), facts)));
    });
}

#[test]
fn only_what_is_sent_makes_screens_read_the_records_again() {
    block_on(async {
        let memory = Memory::default();
        let replica = open(&memory).await;
        let before = replica.records_version();
        let draft = draft(1);
        replica.save_draft(&draft).await.expect("saved");
        assert_eq!(replica.records_version(), before);
        let sent = replica.submit_draft(&draft, CaptureInput::default());
        sent.await.expect("submitted");
        assert!(replica.records_version() > before);
    });
}

#[test]
fn a_submission_that_was_kept_survives_a_power_cut_before_anybody_is_told() {
    block_on(async {
        let memory = Memory::default();
        let replica = open(&memory).await;
        let draft = draft(1);
        replica.save_draft(&draft).await.expect("saved");
        let (told, _listening) = pocket::count_changes(&replica);
        let kept = replica.keep_submission(&draft, CaptureInput::default());
        kept.await.expect("kept");
        assert_eq!(told.get(), 0);
        replica.tell_saved().await;
        assert!(told.get() > 0);
        drop(replica);
        memory.cut_power();
        let replica = open(&memory).await;
        assert_eq!(replica.outbox().await.expect("read").len(), 1);
        assert_eq!(replica.drafts().await.expect("read"), []);
    });
}
