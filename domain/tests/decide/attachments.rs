//! Facts about photos joining and leaving a record.

use domain::{
    Area, Change, PersonId, RecordRef, Refusal, Row,
    areas::{
        attachments::{
            AttachmentChange, BlobFacts, PhotoFacts, PhotoSource, Reworded, Wording, Wordings,
        },
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

fn describe(caption: (&str, &str), people: (&str, &str)) -> domain::Operation {
    let change = AttachmentChange::Describe {
        subject: RecordRef::new(Area::Submissions, id(600)),
        caption: Reworded::new(caption.0, caption.1, &[]),
        people: Reworded::new(people.0, people.1, &[]),
    };
    operation(Area::Attachments, id(700), Change::Attachments(change))
}

fn with_photo() -> Facts {
    let mut facts = with_submission();
    let Decision::Apply(row) = decide(&add("image/jpeg"), &facts) else {
        panic!("not applied")
    };
    facts.rows.push(row);
    facts
}

fn put(facts: &mut Facts, row: Row) {
    facts.rows.retain(|known| known.record() != row.record());
    facts.rows.push(row);
}

#[test]
fn words_that_two_changed_apart_both_stand() {
    let mut facts = with_photo();
    let Decision::Apply(row) = decide(&describe(("", "展板"), ("", "")), &facts) else {
        panic!("not applied")
    };
    put(&mut facts, row);
    let Decision::Apply(Row::Attachments(photo)) =
        decide(&describe(("", ""), ("", "王芳")), &facts)
    else {
        panic!("not applied")
    };
    assert_eq!(
        (
            photo.caption.as_str(),
            photo.facts.people.as_str(),
            photo.revision
        ),
        ("展板", "王芳", 3)
    );
    assert!(photo.others.is_empty());
}

#[test]
fn the_same_words_changed_twice_keep_both_until_somebody_chooses() {
    let mut facts = with_photo();
    let Decision::Apply(row) = decide(&describe(("", "展板"), ("", "")), &facts) else {
        panic!("not applied")
    };
    put(&mut facts, row);
    let Decision::Conflict(Row::Attachments(photo)) =
        decide(&describe(("", "宣传展板"), ("", "")), &facts)
    else {
        panic!("no conflict")
    };
    assert_eq!(photo.caption, "展板");
    assert_eq!(photo.others.caption, [written("宣传展板", me())]);
    put(&mut facts, Row::Attachments(photo));
    let Decision::Apply(Row::Attachments(photo)) =
        decide(&describe(("展板", "宣传展板"), ("", "")), &facts)
    else {
        panic!("not applied")
    };
    assert_eq!(photo.caption, "宣传展板");
    assert!(photo.others.is_empty());
}

fn written(text: &str, by: PersonId) -> Wording {
    Wording {
        text: text.to_owned(),
        by: Some(by),
    }
}

#[test]
fn all_that_was_written_waits_until_somebody_who_saw_it_chooses() {
    let mut facts = with_photo();
    let Decision::Apply(row) = decide(&describe(("", "展板"), ("", "")), &facts) else {
        panic!("not applied")
    };
    put(&mut facts, row);
    let mut photo = None;
    for words in ["宣传展板", "控烟栏", "宣传展板"] {
        let Decision::Conflict(row) = decide(&describe(("", words), ("", "")), &facts) else {
            panic!("no conflict")
        };
        put(&mut facts, row.clone());
        photo = Some(row);
    }
    let Some(Row::Attachments(photo)) = photo else {
        panic!("no photo")
    };
    let (first, second) = (written("宣传展板", me()), written("控烟栏", me()));
    assert_eq!(photo.others.caption, [first.clone(), second.clone()]);
    // The author of these words had seen only one of them.
    let change = AttachmentChange::Describe {
        subject: photo.subject,
        caption: Reworded::new("展板", "健康展板", std::slice::from_ref(&first)),
        people: None,
    };
    let chosen = operation(Area::Attachments, id(700), Change::Attachments(change));
    let Decision::Apply(Row::Attachments(photo)) = decide(&chosen, &facts) else {
        panic!("not applied")
    };
    assert_eq!(photo.caption, "健康展板");
    assert_eq!(photo.others.caption, [second]);
    // Who says it otherwise once more, takes back what was said before.
    put(&mut facts, Row::Attachments(photo));
    let again = describe(("控烟栏", "控烟宣传栏"), ("", ""));
    let Decision::Conflict(Row::Attachments(photo)) = decide(&again, &facts) else {
        panic!("no conflict")
    };
    assert_eq!(photo.others.caption, [written("控烟宣传栏", me())]);
}

#[test]
fn other_words_that_an_earlier_build_kept_are_read() {
    let kept: Wordings = serde_json::from_str(r#"{"caption":"展板"}"#).expect("words");
    let one = Wording {
        text: "展板".to_owned(),
        by: None,
    };
    assert_eq!(kept.caption, [one]);
    let text = serde_json::to_string(&kept).expect("JSON");
    assert_eq!(text, r#"{"caption":[{"text":"展板"}]}"#);
    assert_eq!(
        serde_json::from_str::<Wordings>(&text).expect("words"),
        kept
    );
}

#[test]
fn nobody_changes_the_words_of_what_was_approved_or_of_others() {
    let mut facts = with_photo();
    let operation = describe(("", "展板"), ("", ""));
    let mut other = operation.clone();
    other.actor_id = organizer();
    facts.actor.person_id = organizer();
    assert_eq!(
        decide(&other, &facts),
        Decision::Refuse(Refusal::NotPermitted)
    );
    facts.actor.person_id = me();
    for row in &mut facts.rows {
        if let Row::Submissions(record) = row {
            record.state = domain::areas::submissions::ReviewState::Approved;
        }
    }
    assert_eq!(
        decide(&operation, &facts),
        Decision::Refuse(Refusal::AlreadyApproved)
    );
}
