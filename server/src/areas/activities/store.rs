//! SQL for activities and their gates. A gate is the code word's side of an activity's row.

use domain::{
    ActivityId, DepartmentId, OrganizationId, PersonId,
    areas::activities::{Activity, Gate},
    time::Timestamp,
};
use sqlx::{AnyConnection, Row as _, any::AnyRow};

use crate::{Result, Tx, bulk};

/// An activity with what only its gate and the office may know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    pub activity: Activity,
    pub code_word: String,
}

impl Stored {
    pub fn gate(&self) -> Gate {
        Gate {
            activity_id: self.activity.id,
            revision: self.activity.revision,
            code_word: self.code_word.clone(),
        }
    }
}

/// Loads activities by id; ids that aren't known in this organization are left out.
pub async fn load(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    ids: &[ActivityId],
) -> Result<Vec<Stored>> {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let rows = bulk::by_ids(
        connection,
        organization,
        "select id, revision, title, kind, place, details, starts_at, ends_at, organizer_id,
                department_id, capacity, items, state, is_public, code_word
         from activities where organization_id = $1 and id in",
        &ids,
        "",
    )
    .await?;
    rows.iter().map(decode).collect()
}

pub async fn find(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    id: ActivityId,
) -> Result<Option<Stored>> {
    let rows = load(connection, organization, &[id]).await?;
    Ok(rows.into_iter().next())
}

/// The planned activities that name items of the standard.
pub async fn with_items(
    connection: &mut AnyConnection,
    organization: OrganizationId,
) -> Result<Vec<Activity>> {
    let rows = sqlx::query(
        "select id, revision, title, kind, place, details, starts_at, ends_at, organizer_id,
                department_id, capacity, items, state, is_public, code_word
         from activities where organization_id = $1 and state = 'planned' and items <> '[]'
         order by starts_at desc, id limit 2000",
    )
    .bind(organization.to_string())
    .fetch_all(connection)
    .await?;
    let stored = rows.iter().map(decode);
    stored.map(|stored| Ok(stored?.activity)).collect()
}

/// Writes an activity, new or changed; the caller publishes the activity and its gate.
pub async fn put(tx: &mut Tx, organization: OrganizationId, stored: &Stored) -> Result<()> {
    let activity = &stored.activity;
    sqlx::query(
        "insert into activities
             (id, organization_id, revision, title, kind, place, details, starts_at, ends_at,
              organizer_id, department_id, capacity, items, state, is_public, code_word)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
         on conflict (id) do update set
             revision = excluded.revision, title = excluded.title, kind = excluded.kind,
             place = excluded.place, details = excluded.details, starts_at = excluded.starts_at,
             ends_at = excluded.ends_at, organizer_id = excluded.organizer_id,
             department_id = excluded.department_id, capacity = excluded.capacity,
             items = excluded.items, state = excluded.state, is_public = excluded.is_public,
             code_word = excluded.code_word
         where activities.organization_id = excluded.organization_id",
    )
    .bind(activity.id.to_string())
    .bind(organization.to_string())
    .bind(activity.revision)
    .bind(activity.title.as_str())
    .bind(bulk::word(&activity.kind)?)
    .bind(activity.place.as_str())
    .bind(activity.details.as_str())
    .bind(activity.starts_at.0)
    .bind(activity.ends_at.0)
    .bind(activity.organizer_id.to_string())
    .bind(activity.department_id.map(|id| id.to_string()))
    .bind(activity.capacity)
    .bind(serde_json::to_string(&activity.items)?)
    .bind(bulk::word(&activity.state)?)
    .bind(i64::from(activity.public))
    .bind(stored.code_word.as_str())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// An activity as the office lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub activity: Activity,
    pub organizer_name: String,
    /// People who signed up and didn't withdraw.
    pub coming: i64,
    /// People with at least one check-in, guests too.
    pub arrived: i64,
}

/// Activities that touch `from..until`, in the order of their start; `limit` at most.
pub async fn list(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    from: Timestamp,
    until: Timestamp,
    limit: i64,
) -> Result<Vec<Listed>> {
    let rows = sqlx::query(
        "select a.id, a.revision, a.title, a.kind, a.place, a.details, a.starts_at, a.ends_at,
                a.organizer_id, a.department_id, a.capacity, a.items, a.state, a.is_public,
                a.code_word, p.name as organizer_name,
                (select cast(count(*) as bigint) from sign_ups s
                 where s.activity_id = a.id and s.state = 'coming') as coming,
                (select cast(count(distinct t.person_id) as bigint) from attendances t
                 where t.activity_id = a.id and t.direction = 'in')
                + (select cast(count(*) as bigint) from guests g
                   where g.organization_id = a.organization_id and g.activity_id = a.id
                     and g.struck is null and g.person_id is null) as arrived
         from activities a
         join people p on p.id = a.organizer_id
         where a.organization_id = $1 and a.starts_at < $2 and a.ends_at >= $3
         order by a.starts_at, a.id
         limit $4",
    )
    .bind(organization.to_string())
    .bind(until.0)
    .bind(from.0)
    .bind(limit)
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Listed {
                activity: decode(row)?.activity,
                organizer_name: row.try_get("organizer_name")?,
                coming: row.try_get("coming")?,
                arrived: row.try_get("arrived")?,
            })
        })
        .collect()
}

/// Whether somebody active in this organization has this id.
pub async fn is_member(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    person: PersonId,
) -> Result<bool> {
    let row =
        sqlx::query("select 1 from people where organization_id = $1 and id = $2 and active = 1")
            .bind(organization.to_string())
            .bind(person.to_string())
            .fetch_optional(connection)
            .await?;
    Ok(row.is_some())
}

/// Whether this organization has a department with this id.
pub async fn is_department(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    department: DepartmentId,
) -> Result<bool> {
    let row = sqlx::query("select 1 from departments where organization_id = $1 and id = $2")
        .bind(organization.to_string())
        .bind(department.to_string())
        .fetch_optional(connection)
        .await?;
    Ok(row.is_some())
}

fn decode(row: &AnyRow) -> Result<Stored> {
    Ok(Stored {
        activity: Activity {
            id: row.try_get::<String, _>("id")?.parse()?,
            revision: row.try_get("revision")?,
            title: row.try_get("title")?,
            kind: bulk::variant(row.try_get("kind")?)?,
            place: row.try_get("place")?,
            details: row.try_get("details")?,
            starts_at: Timestamp(row.try_get("starts_at")?),
            ends_at: Timestamp(row.try_get("ends_at")?),
            organizer_id: row.try_get::<String, _>("organizer_id")?.parse()?,
            department_id: row
                .try_get::<Option<String>, _>("department_id")?
                .map(|id| id.parse())
                .transpose()?,
            capacity: row.try_get("capacity")?,
            items: serde_json::from_str(&row.try_get::<String, _>("items")?)?,
            state: bulk::variant(row.try_get("state")?)?,
            public: row.try_get::<i64, _>("is_public")? != 0,
        },
        code_word: row.try_get("code_word")?,
    })
}
