//! Facts about photos joining and leaving a record.

use domain::{
    Area, Change, RecordRef, Refusal, Row,
    areas::{
        attachments::{AttachmentChange, BlobFacts, PhotoFacts, PhotoSource},
        people::Role,
        submissions::SubmissionChange,
    },
    decide::{Decision, Facts, decide},
    forms::{Answer, Answers},
    keys::sha256_hex,
};

use crate::support::*;

fn blob(media_type: &str) -> BlobFacts {
    BlobFacts {
        sha256: sha256_hex(b"photo"),
        size: 5,
        media_type: media_type.to_owned(),
        width: 1600,
        height: 1200,
    }
}

fn add(media_type: &str) -> domain::Operation {
    let change = AttachmentChange::Add {
        subject: RecordRef::new(Area::Submissions, id(600)),
        question: "photos".to_owned(),
        blob: blob(media_type),
        thumbnail: blob("image/jpeg"),
        source: PhotoSource::Album,
        taken_at: None,
        caption: String::new(),
        facts: PhotoFacts::default(),
    };
    operation(Area::Attachments, id(700), Change::Attachments(change))
}

fn with_submission() -> Facts {
    let mut facts = facts(Role::Volunteer);
    let change = SubmissionChange::Submit {
        form_id: "note".to_owned(),
        form_version: "1".to_owned(),
        activity_id: None,
        premises_id: None,
        title: String::new(),
        answers: Answers::from([("topic".to_owned(), Answer::Text("宪法".to_owned()))]),
    };
    let operation = operation(Area::Submissions, id(600), Change::Submissions(change));
    let Decision::Apply(row) = decide(&operation, &facts) else {
        panic!("not applied")
    };
    facts.rows.push(row);
    facts
}

#[test]
fn a_photo_before_its_record_is_held() {
    let operation = add("image/jpeg");
    let waits_for = RecordRef::new(Area::Submissions, id(600));
    assert_eq!(
        decide(&operation, &facts(Role::Volunteer)),
        Decision::Hold(waits_for)
    );
}

#[test]
fn an_album_photo_stays_marked() {
    let Decision::Apply(Row::Attachments(row)) = decide(&add("image/jpeg"), &with_submission())
    else {
        panic!("not applied")
    };
    assert_eq!(row.source, PhotoSource::Album);
}

#[test]
fn a_file_that_is_no_photo_is_refused_by_its_type() {
    assert_eq!(
        decide(&add("text/html"), &with_submission()),
        Decision::Refuse(Refusal::MediaType {
            media_type: "text/html".to_owned()
        })
    );
}

#[test]
fn a_withdrawn_photo_stays_as_a_row() {
    let mut facts = with_submission();
    let Decision::Apply(row) = decide(&add("image/jpeg"), &facts) else {
        panic!("not applied")
    };
    facts.rows.push(row);
    let change = AttachmentChange::Withdraw {
        reason: "拍糊了".to_owned(),
    };
    let withdraw = operation(Area::Attachments, id(700), Change::Attachments(change));
    let Decision::Apply(Row::Attachments(row)) = decide(&withdraw, &facts) else {
        panic!("not applied")
    };
    assert!(row.withdrawn);
}

fn add_file(media_type: &str, size: i64, thumbnail: &[u8]) -> domain::Operation {
    let file = |bytes: &[u8]| BlobFacts {
        sha256: sha256_hex(bytes),
        size,
        media_type: media_type.to_owned(),
        width: 0,
        height: 0,
    };
    let change = AttachmentChange::Add {
        subject: RecordRef::new(Area::Submissions, id(600)),
        question: "voice".to_owned(),
        blob: file(b"recording"),
        thumbnail: file(thumbnail),
        source: PhotoSource::Camera,
        taken_at: None,
        caption: String::new(),
        facts: PhotoFacts {
            seconds: Some(34),
            ..PhotoFacts::default()
        },
    };
    operation(Area::Attachments, id(700), Change::Attachments(change))
}

#[test]
fn recordings_and_documents_join_a_record_and_stand_for_themselves() {
    for media_type in ["audio/webm", "audio/mp4", "application/pdf", "text/csv"] {
        let operation = add_file(media_type, 700_000, b"recording");
        let Decision::Apply(Row::Attachments(row)) = decide(&operation, &with_submission()) else {
            panic!("{media_type} isn't applied")
        };
        assert!(!row.is_photo());
        assert_eq!(row.facts.seconds, Some(34));
        // A small picture of a recording is none.
        let odd = add_file(media_type, 700_000, b"other");
        assert!(matches!(
            decide(&odd, &with_submission()),
            Decision::Refuse(Refusal::Unreadable { .. })
        ));
    }
}

#[test]
fn a_recording_may_be_larger_than_a_document() {
    let size = 30_000_000;
    let recording = add_file("audio/mpeg", size, b"recording");
    assert!(matches!(
        decide(&recording, &with_submission()),
        Decision::Apply(_)
    ));
    let document = add_file("application/pdf", size, b"recording");
    assert!(matches!(
        decide(&document, &with_submission()),
        Decision::Refuse(Refusal::TooLarge { .. })
    ));
}
