//! Operations are a public format: what version 1 wrote is read for ever, byte by byte as it stands
//! here. Never change a text of this file; a new version gets new ones.

use domain::{
    Operation,
    areas::{
        attachments::{AttachmentChange, PhotoSource},
        attendances::{AttendanceChange, Direction, Proof},
        guests::GuestChange,
        sign_ups::SignUpChange,
        submissions::SubmissionChange,
    },
    forms::Answer,
    operation::{Area, Change, payload_hash},
};

const SUBMIT: &str = r#"{"op_id":"019aaf00-0000-7000-8000-000000000001","device_id":"019aaf00-0000-7000-8000-00000000000d","device_seq":12,"device_epoch":1,"schema_version":1,"organization_id":"019aaf00-0000-7000-8000-0000000000aa","actor_id":"019aaf00-0000-7000-8000-0000000000bb","record":{"area":"submissions","id":"019aaf00-0000-7000-8000-0000000000cc"},"change":{"area":"submissions","change":{"type":"submit","form_id":"field_note","form_version":"1","activity_id":null,"title":"社区宣传","answers":{"occurred_at":{"type":"date_time","value":{"ms":1795399200000,"utc_offset_minutes":480}},"position":{"type":"geopoint","value":{"lat":30.25,"lon":120.125}},"title":{"type":"text","value":"社区宣传"}}}},"blobs":["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],"occurred_at":1795399200000,"wall_clock":1795399199000,"utc_offset_minutes":480,"server_offset_ms":1000,"monotonic_since_server_time_ms":52000,"app_build":"2026-11-23"}"#;
/// SHA-256 of the JSON with sorted keys and no spaces, as any language can compute it.
const SUBMIT_HASH: &str = "1373328b2604eef080f5ba63de81ed7321201c069dc2fc3c66989371400f6bcf";

const AMEND: &str = r#"{"op_id":"019aaf00-0000-7000-8000-000000000002","device_id":"019aaf00-0000-7000-8000-00000000000d","device_seq":13,"schema_version":1,"organization_id":"019aaf00-0000-7000-8000-0000000000aa","actor_id":"019aaf00-0000-7000-8000-0000000000bb","record":{"area":"submissions","id":"019aaf00-0000-7000-8000-0000000000cc"},"base_revision":1,"change":{"area":"submissions","change":{"type":"amend","title":"社区宣传","changed":{"place":{"type":"text","value":"文三路"},"note":null},"was":{"place":null}}},"occurred_at":1795399200000,"wall_clock":1795399200000,"utc_offset_minutes":480}"#;

const ATTACH: &str = r#"{"op_id":"019aaf00-0000-7000-8000-000000000003","device_id":"019aaf00-0000-7000-8000-00000000000d","device_seq":14,"schema_version":1,"organization_id":"019aaf00-0000-7000-8000-0000000000aa","actor_id":"019aaf00-0000-7000-8000-0000000000bb","record":{"area":"attachments","id":"019aaf00-0000-7000-8000-0000000000dd"},"change":{"area":"attachments","change":{"type":"add","subject":{"area":"submissions","id":"019aaf00-0000-7000-8000-0000000000cc"},"question":"photos","blob":{"sha256":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08","size":301234,"media_type":"image/jpeg","width":1600,"height":1200},"thumbnail":{"sha256":"60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752","size":9000,"media_type":"image/jpeg"},"source":"album","taken_at":1795390000000,"caption":"展板"}},"occurred_at":1795399200000,"wall_clock":1795399200000,"utc_offset_minutes":480}"#;

const ATTEND: &str = r#"{"op_id":"019aaf00-0000-7000-8000-000000000004","device_id":"019aaf00-0000-7000-8000-00000000000d","device_seq":15,"schema_version":1,"organization_id":"019aaf00-0000-7000-8000-0000000000aa","actor_id":"019aaf00-0000-7000-8000-0000000000bb","record":{"area":"attendances","id":"019aaf00-0000-7000-8000-0000000000ee"},"change":{"area":"attendances","change":{"type":"record","activity_id":"019aaf00-0000-7000-8000-0000000000ff","person_id":"019aaf00-0000-7000-8000-0000000000bb","direction":"out","proof":{"method":"code_word","digits":"135790"}}},"occurred_at":1795399200000,"wall_clock":1795399200000,"utc_offset_minutes":-300}"#;

const SIGN_UP: &str = r#"{"op_id":"019aaf00-0000-7000-8000-000000000005","device_id":"019aaf00-0000-7000-8000-00000000000d","device_seq":16,"schema_version":1,"organization_id":"019aaf00-0000-7000-8000-0000000000aa","actor_id":"019aaf00-0000-7000-8000-0000000000bb","record":{"area":"sign_ups","id":"019aaf00-0000-7000-8000-0000000000ab"},"change":{"area":"sign_ups","change":{"type":"withdraw","activity_id":"019aaf00-0000-7000-8000-0000000000ff"}},"occurred_at":1795399200000,"wall_clock":1795399200000,"utc_offset_minutes":480}"#;

const GUEST: &str = r#"{"op_id":"019aaf00-0000-7000-8000-000000000006","device_id":"019aaf00-0000-7000-8000-00000000000d","device_seq":17,"schema_version":1,"organization_id":"019aaf00-0000-7000-8000-0000000000aa","actor_id":"019aaf00-0000-7000-8000-0000000000bb","record":{"area":"guests","id":"019aaf00-0000-7000-8000-0000000000ac"},"change":{"area":"guests","change":{"type":"arrive","activity_id":"019aaf00-0000-7000-8000-0000000000ff","name":"周慧","unit":"文三社区"}},"occurred_at":1795399200000,"wall_clock":1795399200000,"utc_offset_minutes":480}"#;
const GUEST_LEAVES: &str = r#"{"op_id":"019aaf00-0000-7000-8000-000000000007","device_id":"019aaf00-0000-7000-8000-00000000000d","device_seq":18,"schema_version":1,"organization_id":"019aaf00-0000-7000-8000-0000000000aa","actor_id":"019aaf00-0000-7000-8000-0000000000bb","record":{"area":"guests","id":"019aaf00-0000-7000-8000-0000000000ac"},"change":{"area":"guests","change":{"type":"leave","activity_id":"019aaf00-0000-7000-8000-0000000000ff"}},"occurred_at":1795399200000,"wall_clock":1795399200000,"utc_offset_minutes":480}"#;

fn read(text: &str) -> Operation {
    serde_json::from_str(text).expect("version 1 is read for ever")
}

#[test]
fn a_submission_of_version_1_is_read() {
    let operation = read(SUBMIT);
    assert_eq!((operation.device_seq, operation.device_epoch), (12, 1));
    assert_eq!(operation.record.area, Area::Submissions);
    assert_eq!(operation.capture.captured_at().0, 1_795_399_200_000);
    assert_eq!(operation.blobs.len(), 1);
    let Change::Submissions(SubmissionChange::Submit { title, answers, .. }) = operation.change
    else {
        panic!("no submission");
    };
    assert_eq!(title, "社区宣传");
    assert!(matches!(
        answers["position"],
        Answer::Geopoint { accuracy: None, .. }
    ));
}

#[test]
fn what_version_1_wrote_is_written_again_to_the_byte() {
    assert_eq!(serde_json::to_string(&read(SUBMIT)).expect("JSON"), SUBMIT);
}

#[test]
fn the_payload_hash_of_version_1_stays() {
    let value: serde_json::Value = serde_json::from_str(SUBMIT).expect("JSON");
    assert_eq!(payload_hash(&value), SUBMIT_HASH);
}

#[test]
fn the_other_changes_of_version_1_are_read() {
    let amend = read(AMEND);
    assert_eq!(amend.base_revision, Some(1));
    let Change::Submissions(SubmissionChange::Amend { changed, was, .. }) = amend.change else {
        panic!("no correction");
    };
    assert_eq!(changed["note"], None);
    assert_eq!(was["place"], None);
    assert!(matches!(
        read(ATTACH).change,
        Change::Attachments(AttachmentChange::Add {
            source: PhotoSource::Album,
            ..
        })
    ));
    assert!(matches!(
        read(ATTEND).change,
        Change::Attendances(AttendanceChange::Record {
            direction: Direction::Out,
            proof: Proof::CodeWord { .. },
            ..
        })
    ));
    assert!(matches!(
        read(SIGN_UP).change,
        Change::SignUps(SignUpChange::Withdraw { .. })
    ));
    assert!(matches!(
        read(GUEST).change,
        Change::Guests(GuestChange::Arrive { .. })
    ));
    assert!(matches!(
        read(GUEST_LEAVES).change,
        Change::Guests(GuestChange::Leave { .. })
    ));
}
