//! The change feed: who is to hear of which record, in the order in which changes were committed.
//!
//! Each organization has its own sequence. [`publish`] takes the next numbers as the last thing
//! before the commit: the lock on the organization's row makes the order of commits and the order of
//! numbers the same, so that a cursor can't skip a change. Leaves out the rows themselves: a pull
//! loads them as they are when it reads.

use std::collections::{BTreeMap, HashMap};

use domain::{
    ActivityId, Area, DepartmentId, OrganizationId, PersonId, RecordRef, Row,
    areas::{attendances::Attendance, people::Role, rectifications::State},
    permission::Actor,
    visits::Visit,
};
use sqlx::Row as _;
use uuid::Uuid;

use crate::{areas::evidence::standing, bulk, db::Tx, error::Result};

/// Everybody of the organization.
const ORGANIZATION: &str = "org";
/// Recorders and above.
const STAFF: &str = "staff";
/// The same, on a client that knows premises: an earlier one couldn't read these rows.
const INSPECTORS: &str = "staff:premises";

/// The same, on a client that knows the standard.
const STANDARD: &str = "staff:standards";

/// The audiences that a member belongs to, with a client that says which later areas it knows.
pub fn audiences_of(actor: &Actor, knows: &str) -> Vec<String> {
    let reads = |wanted: Area| knows.split(',').any(|area| area == wanted.as_str());
    let mut audiences = vec![ORGANIZATION.to_owned(), person(actor.person_id)];
    if actor.role >= Role::Recorder {
        audiences.push(STAFF.to_owned());
        if reads(Area::Premises) {
            audiences.push(INSPECTORS.to_owned());
        }
        if reads(Area::Standards) {
            audiences.push(STANDARD.to_owned());
        }
    }
    if reads(Area::Guests) {
        audiences.push(of_guests(&person(actor.person_id)));
        if actor.role >= Role::Recorder {
            audiences.push(of_guests(STAFF));
        }
    }
    if reads(Area::Tasks) {
        audiences.push(asked_of(None, Some(actor.person_id)));
        if actor.role >= Role::Recorder {
            audiences.push(asked_of(None, None));
            audiences.extend(actor.department_id.map(|id| asked_of(Some(id), None)));
        }
    }
    audiences
}

/// Those whom a task or a problem concerns, on clients that know tasks: a person, else the staff of a
/// department, else all staff.
fn asked_of(department: Option<DepartmentId>, person: Option<PersonId>) -> String {
    match (person, department) {
        (Some(person), _) => format!("tasks:person:{person}"),
        (None, Some(department)) => format!("tasks:department:{department}"),
        (None, None) => "tasks:staff".to_owned(),
    }
}

/// The same, on clients that know guests.
fn of_guests(audience: &str) -> String {
    format!("guests:{audience}")
}

fn person(id: PersonId) -> String {
    format!("person:{id}")
}

/// Takes the organization's write lock before anything is read that the transaction will change; says
/// in which epoch its history stands.
///
/// Writers of one organization then follow one another from their first read on. Whoever takes row
/// locks before this one risks a deadlock with a push.
pub async fn lock(tx: &mut Tx, organization: OrganizationId) -> Result<i64> {
    let row = sqlx::query("update organizations set seq = seq where id = $1 returning epoch")
        .bind(organization.to_string())
        .fetch_one(&mut **tx)
        .await?;
    Ok(row.try_get("epoch")?)
}

/// Tells the audiences of each row that it is new or changed, and has what is filed of it judged anew.
/// The last write before the commit.
pub async fn publish(tx: &mut Tx, organization: OrganizationId, rows: &[Row]) -> Result<()> {
    let mut latest: BTreeMap<RecordRef, &Row> = BTreeMap::new();
    for row in rows {
        latest.insert(row.record(), row);
    }
    let visits: Vec<Row> = rows.iter().filter_map(visit).collect();
    for row in &visits {
        latest.insert(row.record(), row);
    }
    if latest.is_empty() {
        return Ok(());
    }
    standing::changed(tx, organization, latest.keys().copied()).await?;
    let organizers = organizers(tx, organization, &latest).await?;
    let mut changes: BTreeMap<RecordRef, Change> = BTreeMap::new();
    for (record, row) in &latest {
        changes.insert(
            *record,
            Change {
                digest: row.digest(),
                told: audiences(row, &organizers),
                dropped: Vec::new(),
            },
        );
    }
    hand_over(tx, organization, &latest, &mut changes).await?;
    take_back(tx, organization, &mut changes).await?;
    write(tx, organization, &changes).await
}

/// What a submission's premises remember of it; its lines are drawn when a pull reads it.
fn visit(row: &Row) -> Option<Row> {
    match row {
        Row::Submissions(submission) => {
            Visit::of(submission, None).map(|visit| Row::Visits(Box::new(visit)))
        }
        _ => None,
    }
}

/// Tells the audiences of each row, as it was last published, that it is gone. The last write before
/// the commit.
pub async fn retract(tx: &mut Tx, organization: OrganizationId, rows: &[Row]) -> Result<()> {
    let rows: BTreeMap<RecordRef, &Row> = rows.iter().map(|row| (row.record(), row)).collect();
    let organizers = organizers(tx, organization, &rows).await?;
    let changes = rows
        .iter()
        .map(|(record, row)| {
            let change = Change {
                digest: row.digest(),
                told: Vec::new(),
                dropped: audiences(row, &organizers),
            };
            (*record, change)
        })
        .collect();
    write(tx, organization, &changes).await
}

/// One record's new position.
struct Change {
    digest: i64,
    told: Vec<String>,
    dropped: Vec<String>,
}

fn audiences(row: &Row, organizers: &HashMap<ActivityId, PersonId>) -> Vec<String> {
    let mut audiences = match row {
        Row::Activities(_)
        | Row::SignUps(_)
        | Row::People(_)
        | Row::Departments(_)
        | Row::Forms(_) => vec![ORGANIZATION.to_owned()],
        Row::Premises(_) | Row::Visits(_) => vec![INSPECTORS.to_owned()],
        Row::Standards(_) => vec![STANDARD.to_owned()],
        // What is done, closed or withdrawn concerns nobody any more.
        Row::Tasks(task) if task.open.is_empty() => Vec::new(),
        Row::Tasks(task) => vec![asked_of(task.department_id, task.person_id)],
        Row::Rectifications(one) if one.state == State::Closed => Vec::new(),
        Row::Rectifications(one) => vec![asked_of(one.department_id, one.person_id)],
        Row::Gates(gate) => {
            let mut audiences = vec![STAFF.to_owned()];
            audiences.extend(organizers.get(&gate.activity_id).map(|id| person(*id)));
            audiences
        }
        Row::Attendances(attendance) => {
            let mut audiences = vec![
                STAFF.to_owned(),
                person(attendance.person_id),
                person(attendance.recorded_by),
            ];
            audiences.extend(
                organizers
                    .get(&attendance.activity_id)
                    .map(|id| person(*id)),
            );
            audiences
        }
        Row::Guests(guest) => {
            let mut audiences = vec![of_guests(STAFF), of_guests(&person(guest.recorded_by))];
            let organizer = organizers.get(&guest.activity_id);
            audiences.extend(organizer.map(|id| of_guests(&person(*id))));
            audiences
        }
        Row::Submissions(submission) => vec![person(submission.author_id)],
        Row::Attachments(attachment) => vec![person(attachment.added_by)],
        Row::LaterVerdicts(verdict) => vec![person(verdict.person_id)],
    };
    audiences.sort_unstable();
    audiences.dedup();
    audiences
}

async fn organizers(
    tx: &mut Tx,
    organization: OrganizationId,
    rows: &BTreeMap<RecordRef, &Row>,
) -> Result<HashMap<ActivityId, PersonId>> {
    let mut known = HashMap::new();
    let mut unknown: Vec<String> = Vec::new();
    for row in rows.values() {
        match row {
            Row::Activities(activity) => {
                known.insert(activity.id, activity.organizer_id);
            }
            Row::Gates(gate) => unknown.push(gate.activity_id.to_string()),
            Row::Attendances(Attendance { activity_id, .. }) => {
                unknown.push(activity_id.to_string());
            }
            Row::Guests(guest) => unknown.push(guest.activity_id.to_string()),
            _ => {}
        }
    }
    unknown.sort_unstable();
    unknown.dedup();
    let found = bulk::by_ids(
        tx,
        organization,
        "select id, organizer_id from activities where organization_id = $1 and id in",
        &unknown,
        "",
    )
    .await?;
    for row in found {
        let id: ActivityId = row.try_get::<String, _>("id")?.parse()?;
        known
            .entry(id)
            .or_insert(row.try_get::<String, _>("organizer_id")?.parse()?);
    }
    Ok(known)
}

/// Where an activity got another organizer, its gate, its attendances and its guests move with it: the new one
/// is told, the former one drops what nothing else entitles to.
async fn hand_over(
    tx: &mut Tx,
    organization: OrganizationId,
    rows: &BTreeMap<RecordRef, &Row>,
    changes: &mut BTreeMap<RecordRef, Change>,
) -> Result<()> {
    for row in rows.values() {
        let Row::Activities(activity) = row else {
            continue;
        };
        let gate = RecordRef::new(Area::Gates, activity.id);
        let organizer = person(activity.organizer_id);
        let former: Vec<String> = known_to(tx, organization, gate)
            .await?
            .into_iter()
            .filter(|audience| audience != STAFF && *audience != organizer)
            .collect();
        if former.is_empty() {
            continue;
        }
        let digest = digest_of(tx, organization, gate).await?;
        let change = changes.entry(gate).or_insert(Change {
            digest,
            told: vec![STAFF.to_owned(), organizer.clone()],
            dropped: Vec::new(),
        });
        change.dropped.extend(former.iter().cloned());
        let facts = sqlx::query(
            "select id, person_id, recorded_by, revision from attendances
             where organization_id = $1 and activity_id = $2",
        )
        .bind(organization.to_string())
        .bind(activity.id.to_string())
        .fetch_all(&mut **tx)
        .await?;
        for fact in facts {
            let id: Uuid = fact.try_get::<String, _>("id")?.parse()?;
            let record = RecordRef::new(Area::Attendances, id);
            let mut told = vec![
                STAFF.to_owned(),
                organizer.clone(),
                format!("person:{}", fact.try_get::<String, _>("person_id")?),
                format!("person:{}", fact.try_get::<String, _>("recorded_by")?),
            ];
            told.sort_unstable();
            told.dedup();
            let dropped = former
                .iter()
                .filter(|audience| !told.contains(audience))
                .cloned()
                .collect();
            changes.insert(
                record,
                Change {
                    digest: domain::row::digest(record, fact.try_get("revision")?),
                    told,
                    dropped,
                },
            );
        }
        hand_over_guests(tx, organization, activity.id, &organizer, &former, changes).await?;
    }
    Ok(())
}

async fn hand_over_guests(
    tx: &mut Tx,
    organization: OrganizationId,
    activity: ActivityId,
    organizer: &str,
    former: &[String],
    changes: &mut BTreeMap<RecordRef, Change>,
) -> Result<()> {
    let guests = sqlx::query(
        "select id, recorded_by, revision from guests
         where organization_id = $1 and activity_id = $2",
    )
    .bind(organization.to_string())
    .bind(activity.to_string())
    .fetch_all(&mut **tx)
    .await?;
    for guest in guests {
        let id: Uuid = guest.try_get::<String, _>("id")?.parse()?;
        let record = RecordRef::new(Area::Guests, id);
        let recorder = format!("person:{}", guest.try_get::<String, _>("recorded_by")?);
        let mut told = [STAFF, organizer, &recorder].map(of_guests).to_vec();
        told.sort_unstable();
        told.dedup();
        let dropped = former
            .iter()
            .map(|audience| of_guests(audience))
            .filter(|audience| !told.contains(audience))
            .collect();
        changes.insert(
            record,
            Change {
                digest: domain::row::digest(record, guest.try_get("revision")?),
                told,
                dropped,
            },
        );
    }
    Ok(())
}

/// Where a task or a problem was given to others, or is done, those before drop it.
async fn take_back(
    tx: &mut Tx,
    organization: OrganizationId,
    changes: &mut BTreeMap<RecordRef, Change>,
) -> Result<()> {
    for (record, change) in changes {
        if !matches!(record.area, Area::Tasks | Area::Rectifications) {
            continue;
        }
        let former = known_to(tx, organization, *record).await?;
        change.dropped = former
            .into_iter()
            .filter(|audience| !change.told.contains(audience))
            .collect();
    }
    Ok(())
}

/// The audiences that were last told that the record is there.
async fn known_to(
    tx: &mut Tx,
    organization: OrganizationId,
    record: RecordRef,
) -> Result<Vec<String>> {
    // The areas stand in the text: each has an index of its own.
    let query = match record.area {
        Area::Gates => {
            "select audience from feed
             where organization_id = $1 and area = 'gates' and record_id = $2 and removed = 0"
        }
        Area::Tasks => {
            "select audience from feed
             where organization_id = $1 and area = 'tasks' and record_id = $2 and removed = 0"
        }
        Area::Rectifications => {
            "select audience from feed
             where organization_id = $1 and area = 'rectifications' and record_id = $2
                 and removed = 0"
        }
        _ => return Ok(Vec::new()),
    };
    let rows = sqlx::query(query)
        .bind(organization.to_string())
        .bind(record.id.to_string())
        .fetch_all(&mut **tx)
        .await?;
    let mut audiences = Vec::with_capacity(rows.len());
    for row in rows {
        audiences.push(row.try_get("audience")?);
    }
    Ok(audiences)
}

async fn digest_of(tx: &mut Tx, organization: OrganizationId, record: RecordRef) -> Result<i64> {
    let row = sqlx::query(
        "select digest from feed
         where organization_id = $1 and audience = $2 and area = $3 and record_id = $4",
    )
    .bind(organization.to_string())
    .bind(STAFF)
    .bind(record.area.as_str())
    .bind(record.id.to_string())
    .fetch_optional(&mut **tx)
    .await?;
    Ok(match row {
        Some(row) => row.try_get("digest")?,
        None => domain::row::digest(record, 1),
    })
}

async fn write(
    tx: &mut Tx,
    organization: OrganizationId,
    changes: &BTreeMap<RecordRef, Change>,
) -> Result<()> {
    let count = changes.len() as i64;
    if count == 0 {
        return Ok(());
    }
    let row = sqlx::query("update organizations set seq = seq + $1 where id = $2 returning seq")
        .bind(count)
        .bind(organization.to_string())
        .fetch_one(&mut **tx)
        .await?;
    let first = row.try_get::<i64, _>("seq")? - count + 1;
    let organization = organization.to_string();
    let mut entries = Vec::with_capacity(changes.len());
    for (seq, (record, change)) in (first..).zip(changes) {
        let id = record.id.to_string();
        for (audiences, removed) in [(&change.told, 0), (&change.dropped, 1)] {
            for audience in audiences {
                entries.push((
                    audience,
                    record.area,
                    id.clone(),
                    seq,
                    change.digest,
                    removed,
                ));
            }
        }
    }
    bulk::write(
        tx,
        "insert into feed (organization_id, audience, area, record_id, seq, digest, removed) values",
        7,
        "on conflict (organization_id, audience, area, record_id) do update set
             seq = excluded.seq, digest = excluded.digest, removed = excluded.removed",
        &entries,
        |query, (audience, area, id, seq, digest, removed)| {
            query
                .bind(organization.clone())
                .bind(audience.as_str())
                .bind(area.as_str())
                .bind(id.as_str())
                .bind(*seq)
                .bind(*digest)
                .bind(i64::from(*removed))
        },
    )
    .await
}
