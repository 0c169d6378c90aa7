//! An organization with phones, and what they send.

use domain::{
    ActivityId, Capture, Change, DeviceId, Operation, OrganizationId, PersonId, RecordRef, Row,
    SubmissionId, Timestamp,
    areas::{
        activities::{Activity, ActivityKind, ActivityState},
        attendances::{AttendanceChange, Direction, Proof},
        people::Role,
        submissions::{ReviewState, Submission, SubmissionChange},
    },
    forms::{Answer, Answers},
    operation::Area,
    time::{DAY_MS, HOUR_MS, MINUTE_MS},
};
use server::{
    Clock, Db,
    areas::{activities, forms, submissions},
    feed, ids, tokens,
};
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _};
use uuid::Uuid;

use crate::Outcome;

const DATABASE: &str = "minglu_bench";

#[derive(Clone)]
pub struct Phone {
    pub organization: OrganizationId,
    pub person: PersonId,
    pub device: DeviceId,
    pub token: String,
}

/// A database of its own: an empty one, or the one that an earlier run kept.
pub async fn database(cluster: &str, keep: bool) -> Outcome<String> {
    if !keep {
        drop_database(cluster).await?;
    }
    let mut connection = AnyConnection::connect(cluster).await?;
    let there = sqlx::query("select 1 from pg_database where datname = $1")
        .bind(DATABASE)
        .fetch_optional(&mut connection)
        .await?;
    connection.close().await?;
    if there.is_none() {
        admin(cluster, &format!("create database {DATABASE}")).await?;
    }
    let mut url = url::Url::parse(cluster)?;
    url.set_path(DATABASE);
    Ok(url.to_string())
}

pub async fn drop_database(cluster: &str) -> Outcome<()> {
    let statement = format!("drop database if exists {DATABASE} with (force)");
    admin(cluster, &statement).await
}

async fn admin(cluster: &str, statement: &str) -> Outcome<()> {
    let mut connection = AnyConnection::connect(cluster).await?;
    sqlx::query(AssertSqlSafe(statement.to_owned()))
        .execute(&mut connection)
        .await?;
    Ok(connection.close().await?)
}

pub async fn organization(db: &Db) -> Outcome<OrganizationId> {
    let id: OrganizationId = ids::new(&Clock::system());
    let mut tx = db.begin().await?;
    sqlx::query("insert into organizations (id, name, created_at) values ($1, '卫生执法队', 0)")
        .bind(id.to_string())
        .execute(&mut *tx)
        .await?;
    let rows = forms::install_builtin(&mut tx, id).await?;
    feed::publish(&mut tx, id, &rows).await?;
    tx.commit().await?;
    Ok(id)
}

pub async fn phones(db: &Db, organization: OrganizationId, count: usize) -> Outcome<Vec<Phone>> {
    let mut phones = Vec::with_capacity(count);
    for _ in 0..count {
        phones.push(phone(db, organization, Role::Volunteer).await?);
    }
    Ok(phones)
}

pub async fn reviewer(db: &Db, organization: OrganizationId) -> Outcome<Phone> {
    phone(db, organization, Role::Reviewer).await
}

async fn phone(db: &Db, organization: OrganizationId, role: Role) -> Outcome<Phone> {
    let clock = Clock::system();
    let phone = Phone {
        organization,
        person: ids::new(&clock),
        device: ids::new(&clock),
        token: tokens::secret()?,
    };
    let mut tx = db.begin().await?;
    sqlx::query(
        "insert into people (id, organization_id, revision, name, role, active, joined_at)
         values ($1, $2, 1, '张三', $3, 1, 0)",
    )
    .bind(phone.person.to_string())
    .bind(organization.to_string())
    .bind(role.as_str())
    .execute(&mut *tx)
    .await?;
    sqlx::query(
        "insert into person_roles (person_id, organization_id, since, role) values ($1, $2, 0, $3)",
    )
    .bind(phone.person.to_string())
    .bind(organization.to_string())
    .bind(role.as_str())
    .execute(&mut *tx)
    .await?;
    sqlx::query(
        "insert into devices (id, organization_id, person_id, name, kind, app_build, created_at,
             last_seen_at)
         values ($1, $2, $3, 'Bench', 'phone', 'bench', 0, 0)",
    )
    .bind(phone.device.to_string())
    .bind(organization.to_string())
    .bind(phone.person.to_string())
    .execute(&mut *tx)
    .await?;
    let now = clock.now();
    sqlx::query(
        "insert into sessions (token_hash, organization_id, person_id, device_id, kind, created_at,
             last_seen_at, expires_at)
         values ($1, $2, $3, $4, 'phone', $5, $5, $6)",
    )
    .bind(tokens::hash(&phone.token))
    .bind(organization.to_string())
    .bind(phone.person.to_string())
    .bind(phone.device.to_string())
    .bind(now.0)
    .bind(now.plus_days(30).0)
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(phone)
}

/// Field notes of about 1 KB, the same number from each phone, in the order of the phones.
pub fn operations(phones: &[Phone], count: usize) -> Vec<String> {
    let now = Clock::system().now();
    let each = count / phones.len();
    let mut texts = Vec::with_capacity(count);
    for phone in phones {
        for number in 0..each {
            let change = Change::Submissions(SubmissionChange::Submit {
                form_id: "field_note".to_owned(),
                form_version: "1".to_owned(),
                activity_id: None,
                premises_id: None,
                title: "社区普法宣传".to_owned(),
                answers: answers(now),
            });
            let record = RecordRef::new(Area::Submissions, Uuid::now_v7());
            texts.push(text(phone, number, record, change, now));
        }
    }
    texts
}

/// Check-ins by code word at one activity, many per person.
pub async fn check_ins(
    db: &Db,
    organization: OrganizationId,
    phones: &[Phone],
    count: usize,
) -> Outcome<Vec<String>> {
    let clock = Clock::system();
    let now = clock.now();
    let stored = activities::store::Stored {
        activity: Activity {
            id: ids::new::<ActivityId>(&clock),
            revision: 1,
            title: "献血车进社区".to_owned(),
            kind: ActivityKind::BloodDonation,
            place: "文三路".to_owned(),
            details: String::new(),
            starts_at: now.plus_ms(-HOUR_MS),
            ends_at: now.plus_ms(HOUR_MS),
            organizer_id: phones[0].person,
            department_id: None,
            capacity: None,
            items: Vec::new(),
            state: ActivityState::Planned,
            public: false,
        },
        code_word: "135790".to_owned(),
    };
    let mut tx = db.begin().await?;
    activities::store::put(&mut tx, organization, &stored).await?;
    let rows = [
        Row::Gates(stored.gate()),
        Row::Activities(stored.activity.clone()),
    ];
    feed::publish(&mut tx, organization, &rows).await?;
    tx.commit().await?;
    let mut texts = Vec::with_capacity(count);
    for phone in phones {
        for number in 0..count / phones.len() {
            let change = Change::Attendances(AttendanceChange::Record {
                activity_id: stored.activity.id,
                person_id: phone.person,
                direction: Direction::In,
                proof: Proof::CodeWord {
                    digits: "135790".to_owned(),
                },
            });
            let record = RecordRef::new(Area::Attendances, Uuid::now_v7());
            texts.push(text(phone, number, record, change, now));
        }
    }
    Ok(texts)
}

fn text(phone: &Phone, number: usize, record: RecordRef, change: Change, now: Timestamp) -> String {
    let operation = Operation {
        op_id: domain::OpId(Uuid::now_v7()),
        device_id: phone.device,
        device_seq: number as i64 + 1,
        device_epoch: now.0,
        schema_version: 1,
        organization_id: phone.organization,
        actor_id: phone.person,
        record,
        base_revision: None,
        change,
        blobs: Vec::new(),
        capture: capture(now),
        app_build: "bench".to_owned(),
    };
    serde_json::to_string(&operation).unwrap_or_default()
}

pub fn capture(at: Timestamp) -> Capture {
    Capture {
        occurred_at: at,
        wall_clock: at,
        utc_offset_minutes: 480,
        server_offset_ms: Some(0),
        monotonic_since_server_time_ms: None,
    }
}

pub fn answers(at: Timestamp) -> Answers {
    Answers::from([
        ("title".to_owned(), Answer::Text("社区普法宣传".to_owned())),
        (
            "occurred_at".to_owned(),
            Answer::DateTime {
                ms: at.0,
                utc_offset_minutes: 480,
            },
        ),
        (
            "place".to_owned(),
            Answer::Text("文三路农贸市场".to_owned()),
        ),
        ("note".to_owned(), Answer::Text("发放宣传册".repeat(14))),
    ])
}

/// Writes submissions as the years leave them: most approved, several forms and authors.
pub async fn fill(
    db: &Db,
    organization: OrganizationId,
    phones: &[Phone],
    count: usize,
) -> Outcome<()> {
    let now = Clock::system().now();
    let forms = [
        "field_note",
        "law_outreach",
        "blood_drive",
        "enforcement_visit",
    ];
    let mut written = 0;
    while written < count {
        let batch = 10_000.min(count - written);
        let mut rows = Vec::with_capacity(batch);
        let mut states = std::collections::BTreeMap::new();
        for number in written..written + batch {
            let at = now.plus_ms(-(number as i64) * (1_000 * DAY_MS / count as i64));
            let state = match number {
                _ if number % 1_000 == 7 => ReviewState::Returned,
                _ if number % 500 == 3 => ReviewState::Voided,
                0..2_000 => ReviewState::Submitted,
                _ => ReviewState::Approved,
            };
            *states.entry(state.as_str()).or_insert(0) += 1;
            rows.push(Submission {
                id: SubmissionId(Uuid::now_v7()),
                revision: 1,
                form_id: forms[number % forms.len()].to_owned(),
                form_version: "1".to_owned(),
                activity_id: None,
                premises_id: None,
                author_id: phones[number % phones.len()].person,
                department_id: None,
                answers: answers(at),
                title: "社区普法宣传".to_owned(),
                state,
                review_note: String::new(),
                capture: capture(at),
                received_at: Some(at.plus_ms(30 * MINUTE_MS)),
                conflicts: Vec::new(),
            });
        }
        let mut tx = db.begin().await?;
        let rows: Vec<&Submission> = rows.iter().collect();
        submissions::store::insert(&mut tx, organization, &rows).await?;
        submissions::store::count_states(&mut tx, organization, &states).await?;
        tx.commit().await?;
        written += batch;
    }
    Ok(())
}

/// Has the database look at what was written at once, as it does in time.
pub async fn analyze(db: &Db) -> Outcome<()> {
    db.look_at_sizes().await?;
    if db.kind() == server::db::DatabaseKind::Postgres {
        sqlx::query("vacuum analyze").execute(db.read()).await?;
    }
    Ok(())
}
