//! What a photo's file says, on files that Pillow wrote, whole and damaged.

use domain::{
    Timestamp,
    areas::attachments::{AttachmentChange, PhotoFacts},
    photos::Exif,
    time::{DAY_MS, HOUR_MS},
};
use proptest::prelude::*;

/// Big-endian, with an offset of +09:00.
const WITH_OFFSET: &[u8] = include_bytes!("fixtures/exif-be.jpg");
/// Little-endian, without one.
const WITHOUT: &[u8] = include_bytes!("fixtures/exif-le.jpg");
/// 18 October 2025, 09:30:15, as UTC.
const LOCAL: i64 = 1_760_779_815_000;
const CHINA: i32 = 480;

#[test]
fn the_time_has_the_offset_of_the_file_or_else_of_the_phone() {
    let with = Exif::read(WITH_OFFSET, CHINA).taken_at;
    assert_eq!(with, Some(Timestamp(LOCAL - 9 * HOUR_MS)));
    let without = Exif::read(WITHOUT, CHINA).taken_at;
    assert_eq!(without, Some(Timestamp(LOCAL - 8 * HOUR_MS)));
}

#[test]
fn the_place_is_in_degrees() {
    for file in [WITH_OFFSET, WITHOUT] {
        let place = Exif::read(file, CHINA).place.expect("a place");
        assert!((place.latitude - 36.670_139).abs() < 1e-5, "{place:?}");
        assert!((place.longitude - 117.025_069).abs() < 1e-5, "{place:?}");
    }
}

#[test]
fn a_file_without_exif_says_nothing() {
    for file in [
        &b""[..],
        b"\xff\xd8",
        b"\xff\xd8\xff\xda\0\x02",
        b"\x89PNG\r\n\x1a\n",
        &[0xff; 99],
    ] {
        assert_eq!(Exif::read(file, CHINA), Exif::default());
    }
}

#[test]
fn a_file_cut_anywhere_says_less_or_the_same() {
    let whole = Exif::read(WITHOUT, CHINA);
    for length in 0..WITHOUT.len() {
        let cut = Exif::read(&WITHOUT[..length], CHINA);
        assert!(cut.place.is_none() || cut.place == whole.place, "{length}");
    }
}

#[test]
fn the_time_misses_the_record_by_whole_days_only() {
    let facts = PhotoFacts {
        file_taken_at: Some(Timestamp(LOCAL)),
        ..PhotoFacts::default()
    };
    let off = |by: i64| facts.days_off(Timestamp(LOCAL + by));
    assert_eq!(off(DAY_MS - 1), None);
    assert_eq!(off(-3 * HOUR_MS), None);
    assert_eq!(off(365 * DAY_MS), Some(-365));
    assert_eq!(off(-2 * DAY_MS), Some(2));
    assert_eq!(PhotoFacts::default().days_off(Timestamp(0)), None);
}

#[test]
fn a_likeness_of_another_making_reads_as_none_and_the_photo_is_kept() {
    let json = |facts: &str| {
        format!(
            r#"{{"type":"add","subject":{{"area":"submissions","id":"019aaf00-0000-7000-8000-0000000000cc"}},"question":"p","blob":{{"sha256":"","size":1,"media_type":""}},"thumbnail":{{"sha256":"","size":1,"media_type":""}},"source":"album","facts":{facts}}}"#
        )
    };
    for facts in [
        r#"{"likeness":"v2:abc","people":"王"}"#,
        r#"{"likeness":null,"people":"王"}"#,
    ] {
        let change: AttachmentChange = serde_json::from_str(&json(facts)).expect("readable");
        let AttachmentChange::Add { facts, .. } = change else {
            panic!("another change")
        };
        assert_eq!((facts.likeness, facts.people.as_str()), (None, "王"));
    }
}

proptest! {
    #[test]
    fn no_damage_makes_it_panic(at in 0..WITHOUT.len(), byte: u8, at_2 in 0..WITHOUT.len(), byte_2: u8) {
        for file in [WITH_OFFSET, WITHOUT] {
            let mut damaged = file.to_vec();
            for (at, byte) in [(at, byte), (at_2, byte_2)] {
                if let Some(place) = damaged.get_mut(at) {
                    *place = byte;
                }
            }
            let read = Exif::read(&damaged, CHINA);
            prop_assert!(read.place.is_none_or(|it| it.latitude.abs() <= 90.0 && it.longitude.abs() <= 180.0));
        }
    }
}
