//! A row: a record as a phone or the office reads it, whatever its area.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    areas::{
        activities::{Activity, Gate},
        attachments::Attachment,
        attendances::Attendance,
        guests::Guest,
        later_verdicts::LaterVerdict,
        people::{Department, Person},
        premises::Premises,
        rectifications,
        sign_ups::SignUp,
        standards::WantedStandard,
        submissions::Submission,
        tasks,
    },
    forms::{Offer, StoredForm},
    operation::{Area, RecordRef},
    visits::Visit,
};

crate::tagged! {
    "Row", tag = "area", content = "row";
    #[derive(Clone, Debug, PartialEq)]
    pub enum Row {
        Activities(Activity),
        Gates(Gate),
        SignUps(SignUp),
        Attendances(Attendance),
        Submissions(Box<Submission>),
        Attachments(Attachment),
        People(Person),
        Departments(Department),
        Forms(Box<FormRow>),
        LaterVerdicts(Box<LaterVerdict>),
        Premises(Box<Premises>),
        Visits(Box<Visit>),
        Standards(Box<WantedStandard>),
        Tasks(Box<tasks::Card>),
        Rectifications(Box<rectifications::Card>),
        Guests(Box<Guest>),
    }
}

/// One version of a form; only the current one is offered for new records.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FormRow {
    pub revision: i64,
    pub current: bool,
    /// Where it stands in the list of forms.
    pub position: i64,
    /// Who finds it in the list for new records.
    #[serde(default, skip_serializing_if = "Offer::is_everybody")]
    pub offer: Offer,
    pub form: StoredForm,
}

impl Row {
    pub fn record(&self) -> RecordRef {
        match self {
            Self::Activities(row) => RecordRef::new(Area::Activities, row.id),
            Self::Gates(row) => RecordRef::new(Area::Gates, row.activity_id),
            Self::SignUps(row) => RecordRef::new(Area::SignUps, row.id),
            Self::Attendances(row) => RecordRef::new(Area::Attendances, row.id),
            Self::Submissions(row) => RecordRef::new(Area::Submissions, row.id),
            Self::Attachments(row) => RecordRef::new(Area::Attachments, row.id),
            Self::People(row) => RecordRef::new(Area::People, row.id),
            Self::Departments(row) => RecordRef::new(Area::Departments, row.id),
            Self::Forms(row) => {
                RecordRef::new(Area::Forms, form_row_id(&row.form.id, &row.form.version))
            }
            Self::LaterVerdicts(row) => RecordRef::new(Area::LaterVerdicts, row.op_id),
            Self::Premises(row) => RecordRef::new(Area::Premises, row.id),
            Self::Visits(row) => RecordRef::new(Area::Visits, row.id),
            Self::Standards(row) => RecordRef::new(Area::Standards, row.id),
            Self::Tasks(row) => RecordRef::new(Area::Tasks, row.id),
            Self::Rectifications(row) => RecordRef::new(Area::Rectifications, row.id),
            Self::Guests(row) => RecordRef::new(Area::Guests, row.id),
        }
    }

    pub fn revision(&self) -> i64 {
        match self {
            Self::Activities(row) => row.revision,
            Self::Gates(row) => row.revision,
            Self::SignUps(row) => row.revision,
            Self::Attendances(row) => row.revision,
            Self::Submissions(row) => row.revision,
            Self::Attachments(row) => row.revision,
            Self::People(row) => row.revision,
            Self::Departments(row) => row.revision,
            Self::Forms(row) => row.revision,
            Self::LaterVerdicts(row) => row.revision,
            Self::Premises(row) => row.revision,
            Self::Visits(row) => row.revision,
            Self::Standards(row) => row.revision,
            Self::Tasks(row) => row.revision,
            Self::Rectifications(row) => row.revision,
            Self::Guests(row) => row.revision,
        }
    }

    /// The part of a scope's checksum that this row stands for: 31 bits over area, id and revision,
    /// so that the sum of a million still fits a JavaScript number.
    pub fn digest(&self) -> i64 {
        digest(self.record(), self.revision())
    }
}

/// See [`Row::digest`].
pub fn digest(record: RecordRef, revision: i64) -> i64 {
    let hash = crate::keys::sha256_parts(&[
        record.area.as_str().as_bytes(),
        record.id.as_bytes(),
        &revision.to_be_bytes(),
    ]);
    i64::from(u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]]) >> 1)
}

/// The id under which one version of a form travels.
pub fn form_row_id(form_id: &str, version: &str) -> Uuid {
    let hash = crate::keys::sha256_parts(&[b"form", form_id.as_bytes(), version.as_bytes()]);
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_read_whichever_of_tag_and_content_comes_first() {
        let department = r#"{"id":"00000000-0000-0000-0000-000000000007","revision":1,"name":"办公室","position":1}"#;
        let first = format!(r#"{{"area":"departments","row":{department}}}"#);
        let last = format!(r#"{{"row":{department},"area":"departments"}}"#);
        let read = |text: &str| serde_json::from_str::<Row>(text).expect("a row");
        assert_eq!(read(&first), read(&last));
        assert_eq!(serde_json::to_string(&read(&last)).expect("JSON"), first);
        let value: serde_json::Value = serde_json::from_str(&first).expect("JSON");
        assert_eq!(
            serde_json::from_value::<Row>(value).expect("a row"),
            read(&first)
        );
    }

    #[test]
    fn an_unknown_area_or_another_areas_row_is_refused() {
        for text in [
            r#"{"area":"dances","row":{}}"#,
            r#"{"area":"departments","row":{"id":7}}"#,
            r#"{"area":"departments"}"#,
        ] {
            assert!(serde_json::from_str::<Row>(text).is_err(), "{text}");
        }
    }
}
