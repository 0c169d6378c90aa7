//! Who took part in a year, as sums by department, and the names of those whom nothing has reached yet.
//!
//! For invitations, never for an assessment: no counts of a person, and nothing of it reaches phones.

mod named;

use std::collections::{BTreeMap, HashSet};

use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Response},
    routing::get,
};
use chrono::{Datelike as _, Months, NaiveDate};
use domain::{
    DepartmentId, Lang, OrganizationId, PersonId, Timestamp,
    api::participation::{DepartmentTurnout, NotYet, Participation},
    permission::Ability,
    pinyin,
};
use serde::Deserialize;
use sqlx::{AnyConnection, Row as _};

use self::named::named;
use crate::{
    AppState, Error, Result,
    areas::departments,
    audit,
    auth::{Member, role_from},
    extract::{Json, Query},
    office::{download, evidence::check_year, organization_name, subjects},
    reports::table::{Cell, Table, workbook},
};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/office/participation", get(shown))
        .route("/api/office/participation/list.xlsx", get(list))
}

#[derive(Clone, Copy, Deserialize)]
struct Asked {
    year: Option<i32>,
    month: Option<u32>,
    /// Only these names are taken away.
    department: Option<DepartmentId>,
    #[serde(default)]
    lang: Lang,
}

/// Members with the day on which each joined.
type People = Vec<(NotYet, Timestamp)>;

async fn shown(
    State(state): State<AppState>,
    member: Member,
    Query(asked): Query<Asked>,
) -> Result<Json<Participation>> {
    member.require(Ability::Review)?;
    load(&state, member.organization_id, asked).await.map(Json)
}

async fn list(
    State(state): State<AppState>,
    member: Member,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    member.require(Ability::Review)?;
    let organization = member.organization_id;
    let found = load(&state, organization, asked).await?;
    let mut tx = state.db.begin_for(organization).await?;
    let unit = organization_name(&mut tx, organization).await?;
    let people: Vec<&NotYet> = found
        .not_yet
        .iter()
        .filter(|it| asked.department.is_none() || it.department_id == asked.department)
        .collect();
    let lines = format!("{} names", people.len());
    audit::by(
        &mut tx,
        &member,
        state.clock.now(),
        "participation_export",
        None,
        &lines,
    )
    .await?;
    tx.commit().await?;
    let lang = asked.lang;
    let word = lang.pick("尚未参与人员（邀请用）", "To invite");
    let mut table = Table::new(
        lang.pick("邀请名单", "To invite"),
        &format!("{unit} {} {word}", found.year),
        &[
            (lang.pick("科室", "Department"), 24.0),
            (lang.pick("姓名", "Name"), 14.0),
            (lang.pick("身份", "Role"), 14.0),
            (lang.pick("已报名后续活动", "Signed up for something"), 18.0),
            (lang.pick("加入日期", "Joined"), 14.0),
        ],
    );
    table.notes.push(
        lang.pick(
            "仅供创建办邀请参加活动，不作考核依据，不公开、不排名。",
            "For the office to invite people; no assessment, not public, no ranking.",
        )
        .to_owned(),
    );
    let name_of = |id: Option<DepartmentId>| {
        let line = found.departments.iter().find(|line| line.id == id);
        line.map_or("", |line| line.name.as_str())
    };
    for person in people {
        let (zh, en) = person.role.name();
        table.push(vec![
            Cell::text(name_of(person.department_id)),
            Cell::text(&person.name),
            Cell::text(lang.pick(zh, en)),
            Cell::text(if person.signed_up { "√" } else { "" }),
            Cell::text(
                person
                    .joined
                    .map_or_else(String::new, |day| day.to_string()),
            ),
        ]);
    }
    let name = format!("{unit} {} {word}.xlsx", found.year);
    let headers = download::headers(download::XLSX, "participation.xlsx", &name);
    Ok((headers, workbook(&[table], lang)?).into_response())
}

async fn load(
    state: &AppState,
    organization: OrganizationId,
    asked: Asked,
) -> Result<Participation> {
    let now = state.clock.now();
    let year = check_year(asked.year.unwrap_or(subjects::today(now).year()))?;
    let (from, until) = span(year, asked.month)?;
    let mut connection = state.db.snapshot().await?;
    let people = members(&mut connection, organization, until).await?;
    let mut took_part = took_part(&mut connection, organization, from, until).await?;
    took_part.extend(named(&mut connection, organization, &people, from, until).await?);
    let coming = coming(&mut connection, organization, now).await?;
    let departments = departments::store::list(&mut connection, organization).await?;
    let mut lines: BTreeMap<Option<DepartmentId>, DepartmentTurnout> = BTreeMap::new();
    let mut not_yet = Vec::new();
    for (person, joined_at) in people {
        let id = person.department_id;
        let department = departments.iter().find(|it| Some(it.id) == id);
        let line = lines.entry(id).or_insert_with(|| DepartmentTurnout {
            id,
            name: department.map(|it| it.name.clone()).unwrap_or_default(),
            took_part: 0,
            of: 0,
        });
        line.of += 1;
        if took_part.contains(&person.id) {
            line.took_part += 1;
        } else {
            let signed_up = coming.contains(&person.id);
            let joined = (joined_at >= from).then(|| subjects::today(joined_at));
            not_yet.push(NotYet {
                signed_up,
                joined,
                ..person
            });
        }
    }
    // In the departments' own order, those without one last.
    let place = |id: Option<DepartmentId>| {
        let at = departments.iter().position(|it| Some(it.id) == id);
        at.unwrap_or(usize::MAX)
    };
    let mut departments: Vec<DepartmentTurnout> = lines.into_values().collect();
    departments.sort_by_key(|line| place(line.id));
    not_yet.sort_by_cached_key(|it| (place(it.department_id), pinyin::order(&it.name), it.id));
    Ok(Participation {
        year,
        month: asked.month,
        departments,
        not_yet,
    })
}

/// The first moment of the year or month, and the first after it.
fn span(year: i32, month: Option<u32>) -> Result<(Timestamp, Timestamp)> {
    let first = NaiveDate::from_ymd_opt(year, month.unwrap_or(1), 1);
    let first = first.ok_or_else(|| {
        Error::invalid(
            "month",
            "月份请填 1 到 12",
            "Please give a month from 1 to 12",
        )
    })?;
    let next = first + Months::new(if month.is_some() { 1 } else { 12 });
    Ok((subjects::start_of(first), subjects::start_of(next)))
}

/// Members in use who had joined by then.
async fn members(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    until: Timestamp,
) -> Result<People> {
    let rows = sqlx::query(
        "select id, name, role, department_id, joined_at from people
         where organization_id = $1 and active = 1 and joined_at < $2 order by id",
    )
    .bind(organization.to_string())
    .bind(until.0)
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            let department: Option<String> = row.try_get("department_id")?;
            let person = NotYet {
                id: row.try_get::<String, _>("id")?.parse()?,
                name: row.try_get("name")?,
                role: role_from(&row.try_get::<String, _>("role")?)?,
                department_id: department.map(|id| id.parse()).transpose()?,
                signed_up: false,
                joined: None,
            };
            Ok((person, Timestamp(row.try_get("joined_at")?)))
        })
        .collect()
}

/// Whoever checked in, recorded something, organized an activity or finished a task, and whose minutes of an
/// activity the office noted. A correction to nothing takes nobody's part away: the check-in stays a fact.
async fn took_part(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    from: Timestamp,
    until: Timestamp,
) -> Result<HashSet<PersonId>> {
    let rows: Vec<String> = sqlx::query_scalar(
        "select person_id from attendances
         where organization_id = $1 and at >= $2 and at < $3
         union
         select h.person_id from hour_corrections h
         join activities a on a.id = h.activity_id and a.organization_id = h.organization_id
         where h.organization_id = $1 and a.starts_at >= $2 and a.starts_at < $3
             and h.minutes > 0 and not exists (
                 select 1 from hour_corrections later
                 where later.organization_id = h.organization_id
                     and later.activity_id = h.activity_id
                     and later.person_id = h.person_id and later.at > h.at
             )
         union
         select author_id from submissions
         where organization_id = $1 and occurred_at >= $2 and occurred_at < $3
             and state <> 'voided'
         union
         select organizer_id from activities
         where organization_id = $1 and starts_at >= $2 and starts_at < $3
             and state <> 'cancelled'
         union
         select done_by from task_completions
         where organization_id = $1 and done_at >= $2 and done_at < $3",
    )
    .bind(organization.to_string())
    .bind(from.0)
    .bind(until.0)
    .fetch_all(connection)
    .await?;
    rows.iter().map(|id| Ok(id.parse()?)).collect()
}

/// Whoever signed up for an activity that isn't over.
async fn coming(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    now: Timestamp,
) -> Result<HashSet<PersonId>> {
    let rows: Vec<String> = sqlx::query_scalar(
        "select distinct s.person_id from activities a
         join sign_ups s on s.activity_id = a.id and s.state = 'coming'
         where a.organization_id = $1 and a.ends_at >= $2 and a.starts_at >= $3
             and a.state <> 'cancelled'",
    )
    .bind(organization.to_string())
    .bind(now.0)
    .bind(now.plus_days(-31).0)
    .fetch_all(connection)
    .await?;
    rows.iter().map(|id| Ok(id.parse()?)).collect()
}
