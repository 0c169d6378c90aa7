//! What a draft starts with, and when its content happened. Pure but for the id.

use chrono::NaiveTime;
use domain::{
    ActivityId, Area, RecordRef, Row, Text, Timestamp,
    areas::submissions::Submission,
    forms::{Answer, Answers, Environment, Form},
};
use sync::{Draft, DraftPhoto, LocalRow};
use uuid::Uuid;

/// A draft of a new record.
pub fn new_draft(
    form: &Form,
    activity_id: Option<ActivityId>,
    id: Uuid,
    environment: &Environment,
) -> Draft {
    let environment = &of_draft(environment.clone(), id);
    Draft {
        id,
        form_id: form.id.clone(),
        form_version: form.version.clone(),
        activity_id,
        premises_id: None,
        answers: form.initial_answers(environment),
        photos: Vec::new(),
        updated_at: Timestamp(environment.now_ms),
        amends: None,
        line: None,
    }
}

/// What the form's expressions may ask while a draft is filled in.
pub fn of_draft(environment: Environment, id: Uuid) -> Environment {
    Environment {
        // Random already, and the record's own: its `uuid()` stays the same however often it is asked.
        seed: id.as_u64_pair().1,
        ..environment
    }
}

/// A draft that corrects a submission: its answers and photos as they are now.
pub fn correction(submission: &Submission, attachments: &[LocalRow], now: Timestamp) -> Draft {
    let subject = RecordRef::new(Area::Submissions, submission.id);
    let photos = attachments.iter().filter_map(|local| match &local.row {
        Row::Attachments(one) if one.subject == subject && !one.withdrawn => Some(DraftPhoto {
            id: one.id.0,
            question: one.question.clone(),
            blob: one.blob.clone(),
            thumbnail: one.thumbnail.clone(),
            source: one.source,
            taken_at: one.taken_at,
            caption: one.caption.clone(),
            facts: one.facts.clone(),
            existing: true,
        }),
        _ => None,
    });
    Draft {
        id: submission.id.0,
        form_id: submission.form_id.clone(),
        form_version: submission.form_version.clone(),
        activity_id: submission.activity_id,
        premises_id: submission.premises_id,
        answers: submission.answers.clone(),
        photos: photos.collect(),
        updated_at: now,
        amends: Some(submission.revision),
        line: Some(Text::new(submission.title.clone(), "")),
    }
}

/// When it happened, as the answers say: the first moment, or the first date with the first time.
/// `None` for today without a time: then the moment of the capture says more.
pub fn happened(form: &Form, answers: &Answers, environment: &Environment) -> Option<Timestamp> {
    let (mut day, mut time) = (None, None);
    for question in form.questions().filter(|one| !one.kind.is_hidden()) {
        match answers.get(&question.name) {
            Some(Answer::DateTime { ms, .. }) => return Some(Timestamp(*ms)),
            Some(Answer::Date(answer)) => day = day.or(Some(*answer)),
            Some(Answer::Time(answer)) => time = time.or(Some(*answer)),
            _ => {}
        }
    }
    let day = day?;
    let today = Timestamp(environment.now_ms)
        .civil(environment.utc_offset_minutes)
        .map(|now| now.date());
    if time.is_none() && today == Some(day) {
        return None;
    }
    let local = day.and_time(time.unwrap_or(NaiveTime::MIN)).and_utc();
    Some(
        Timestamp(local.timestamp_millis())
            .plus_minutes(-i64::from(environment.utc_offset_minutes)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;

    const FORM: &str = "
| survey |
|        | type | name  | label::中文 (zh) |
|        | date | day   | 日期 |
|        | time | clock | 时间 |

| settings |
|          | form_id | version | form_title | default_language |
|          | f       | 1       | 表         | 中文 (zh)        |
";

    fn environment() -> Environment {
        Environment {
            // Thursday, 19 November 2026, 10:00 in China.
            now_ms: 1_795_053_600_000,
            utc_offset_minutes: 480,
            ..Environment::default()
        }
    }

    fn happened_on(day: u32, time: Option<(u32, u32)>) -> Option<Timestamp> {
        let form = Form::from_markdown(FORM).expect("the form reads");
        let mut answers = Answers::new();
        let date = NaiveDate::from_ymd_opt(2026, 11, day).expect("a day");
        answers.insert("day".to_owned(), Answer::Date(date));
        if let Some((hour, minute)) = time {
            let time = NaiveTime::from_hms_opt(hour, minute, 0).expect("a time");
            answers.insert("clock".to_owned(), Answer::Time(time));
        }
        happened(&form, &answers, &environment())
    }

    #[test]
    fn a_date_and_a_time_make_a_moment_of_the_place() {
        let at = Timestamp(environment().now_ms)
            .plus_days(-1)
            .plus_minutes(30);
        assert_eq!(happened_on(18, Some((10, 30))), Some(at));
    }

    #[test]
    fn today_without_a_time_is_the_moment_of_the_capture() {
        assert_eq!(happened_on(19, None), None);
        let midnight = Timestamp(environment().now_ms).plus_minutes(-34 * 60);
        assert_eq!(happened_on(18, None), Some(midnight));
    }
}
