//! What the office may write into an activity.

use domain::{
    api::office::ActivityInput,
    areas::activities::{Activity, ActivityState},
    time::{DAY_MS, Timestamp},
};

use crate::{Error, Result, validate};

/// Longest texts, in characters.
const TITLE: usize = 100;
const PLACE: usize = 200;
const DETAILS: usize = 5_000;
/// Most standard items, and the longest code of one.
const ITEMS: usize = 30;
const ITEM: usize = 30;
const CAPACITY: i64 = 100_000;
/// Longest activity.
const LENGTH_MS: i64 = 31 * DAY_MS;
/// 2000-01-01 and 2200-01-01: outside, somebody mistyped the year.
const EARLIEST: Timestamp = Timestamp(946_684_800_000);
const LATEST: Timestamp = Timestamp(7_258_118_400_000);

/// Refuses what doesn't make sense, field by field.
pub(super) fn check(input: &ActivityInput) -> Result<()> {
    text("title", &input.title, 2, TITLE)?;
    text("place", &input.place, 1, PLACE)?;
    text("details", &input.details, 0, DETAILS)?;
    if input.starts_at < EARLIEST || input.starts_at > LATEST {
        return Err(Error::invalid(
            "starts_at",
            "开始时间不正确，请重新选择",
            "The start isn't right. Please choose it again",
        ));
    }
    if input.ends_at <= input.starts_at {
        return Err(Error::invalid(
            "ends_at",
            "结束时间须晚于开始时间",
            "The end must be later than the start",
        ));
    }
    if input.ends_at.since(input.starts_at) > LENGTH_MS {
        return Err(Error::invalid(
            "ends_at",
            "一次活动最长 31 天，更长的请分成几次",
            "An activity lasts 31 days at most. Please make several of it",
        ));
    }
    if input.capacity.is_some_and(|n| !(1..=CAPACITY).contains(&n)) {
        return Err(Error::invalid(
            "capacity",
            format!("名额须在 1 到 {CAPACITY} 之间，不限请留空"),
            format!("Places must be 1 to {CAPACITY}; leave it empty for no limit"),
        ));
    }
    if input.items.len() > ITEMS {
        return Err(Error::invalid(
            "items",
            format!("最多关联 {ITEMS} 个测评项"),
            format!("{ITEMS} standard items at most"),
        ));
    }
    for item in &input.items {
        text("items", item, 1, ITEM)?;
    }
    Ok(())
}

/// The activity with the input's content; the id, and a revision one higher, are the old one's.
pub(super) fn apply(activity: Activity, input: ActivityInput) -> Activity {
    Activity {
        id: activity.id,
        revision: activity.revision + 1,
        title: input.title.trim().to_owned(),
        kind: input.kind,
        place: input.place.trim().to_owned(),
        details: input.details.trim().to_owned(),
        starts_at: input.starts_at,
        ends_at: input.ends_at,
        organizer_id: input.organizer_id,
        department_id: input.department_id,
        capacity: input.capacity,
        items: input.items,
        state: if input.cancelled {
            ActivityState::Cancelled
        } else {
            ActivityState::Planned
        },
        public: input.public,
    }
}

fn text(field: &'static str, text: &str, least: usize, most: usize) -> Result<()> {
    let length = text.trim().chars().count();
    if length < least || length > most {
        return Err(Error::invalid(
            field,
            format!("请填写 {least} 到 {most} 个字符"),
            format!("Please write {least} to {most} characters"),
        ));
    }
    validate::prose(field, text)
}

#[cfg(test)]
mod tests {
    use domain::{PersonId, areas::activities::ActivityKind, time::HOUR_MS};

    use super::*;

    fn input() -> ActivityInput {
        let starts_at = Timestamp(1_795_000_000_000);
        ActivityInput {
            title: "普法进社区".to_owned(),
            kind: ActivityKind::LawOutreach,
            place: "桂花苑".to_owned(),
            details: String::new(),
            starts_at,
            ends_at: starts_at.plus_ms(2 * HOUR_MS),
            organizer_id: PersonId(uuid::Uuid::nil()),
            department_id: None,
            capacity: None,
            items: Vec::new(),
            public: false,
            cancelled: false,
        }
    }

    fn refused_field(input: &ActivityInput) -> Option<String> {
        check(input).err().and_then(|error| error.to_api().field)
    }

    #[test]
    fn a_sensible_activity_passes() {
        assert_eq!(refused_field(&input()), None);
    }

    #[test]
    fn each_bad_field_is_named() {
        type Spoil = fn(&mut ActivityInput);
        let cases: [(&str, Spoil); 8] = [
            ("title", |it| it.title = " 一 ".to_owned()),
            ("title", |it| it.title = "字".repeat(101)),
            ("place", |it| it.place = "a\0b".to_owned()),
            ("details", |it| it.details = "长".repeat(5_001)),
            ("starts_at", |it| it.starts_at = Timestamp(i64::MIN)),
            ("ends_at", |it| it.ends_at = it.starts_at),
            ("capacity", |it| it.capacity = Some(0)),
            ("items", |it| it.items = vec![String::new()]),
        ];
        for (field, spoil) in cases {
            let mut input = input();
            spoil(&mut input);
            assert_eq!(refused_field(&input).as_deref(), Some(field));
        }
    }
}
