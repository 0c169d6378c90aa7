//! Builders with defaults: one organization, one activity, one form.

use domain::{
    ActivityId, Area, Capture, Change, DeviceId, OpId, Operation, OrganizationId, PersonId,
    RecordRef, Row, Timestamp,
    areas::{
        activities::{Activity, ActivityKind, ActivityState},
        people::{Person, Role},
    },
    decide::Facts,
    forms::{Form, Offer, StoredForm},
    operation::SCHEMA_VERSION,
    permission::Actor,
    row::FormRow,
};
use uuid::Uuid;

pub const START: Timestamp = Timestamp(1_795_000_000_000);
pub const FORM: &str = "
| survey |         |       |              |               |          |
|        | type    | name  | label::中文 (zh) | label::English (en) | required |
|        | text    | topic | 主题           | Topic         | yes      |
|        | integer | reach | 人次           | People reached |         |
| settings |         |         |                |
|          | form_id | version | form_title     |
|          | note    | 1       | 记录           |
";

pub fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

pub fn me() -> PersonId {
    PersonId(id(1))
}

pub fn organizer() -> PersonId {
    PersonId(id(2))
}

pub fn activity() -> Activity {
    Activity {
        id: ActivityId(id(10)),
        revision: 1,
        title: "交通劝导".to_owned(),
        kind: ActivityKind::VolunteerService,
        place: "南湖广场".to_owned(),
        details: String::new(),
        starts_at: START,
        ends_at: START.plus_minutes(120),
        organizer_id: organizer(),
        department_id: None,
        capacity: None,
        items: Vec::new(),
        state: ActivityState::Planned,
        public: false,
    }
}

pub fn form() -> Form {
    Form::from_markdown(FORM).expect("the test's form is well formed")
}

pub fn form_row() -> Row {
    Row::Forms(Box::new(FormRow {
        revision: 1,
        current: true,
        position: 1,
        offer: Offer::default(),
        form: StoredForm::try_from(form()).expect("a form is written as JSON"),
    }))
}

pub fn person(person_id: PersonId) -> Row {
    Row::People(Person {
        id: person_id,
        revision: 1,
        name: "王芳".to_owned(),
        department_id: None,
        role: Role::Volunteer,
        active: true,
    })
}

pub fn operation(area: Area, record: Uuid, change: Change) -> Operation {
    Operation {
        op_id: OpId(id(1000)),
        device_id: DeviceId(id(2000)),
        device_seq: 1,
        device_epoch: 0,
        schema_version: SCHEMA_VERSION,
        organization_id: OrganizationId(id(3000)),
        actor_id: me(),
        record: RecordRef::new(area, record),
        base_revision: None,
        change,
        blobs: Vec::new(),
        capture: Capture {
            occurred_at: START,
            wall_clock: START,
            utc_offset_minutes: 480,
            server_offset_ms: Some(0),
            monotonic_since_server_time_ms: None,
        },
        app_build: String::new(),
    }
}

/// What the phone knows: the activity, the form, two people; no proof can be judged.
pub fn facts(role: Role) -> Facts {
    Facts {
        actor: Actor {
            person_id: me(),
            role,
            department_id: None,
        },
        rows: vec![Row::Activities(activity()), form_row(), person(organizer())],
        attendances: Vec::new(),
        coming: 0,
        gate: None,
        by_office: false,
        now: START,
    }
}
