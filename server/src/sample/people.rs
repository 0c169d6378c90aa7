//! Departments, people and a few devices of the sample organization.

use std::collections::HashMap;

use domain::{
    DepartmentId, DeviceId, OrganizationId, Row, Timestamp,
    areas::people::{Department, Person, Role},
    time::{DAY_MS, HOUR_MS, MINUTE_MS},
};

use super::{Rows, csv::Table, unknown};
use crate::{
    Clock, Error, Result, Tx, ids,
    organizations::{NewPerson, add_person},
};

/// Members by user name, in the order of the file.
pub(super) struct Members {
    list: Vec<Person>,
    by_user_name: HashMap<String, usize>,
}

impl Members {
    pub(super) fn get(&self, user_name: &str) -> Result<&Person> {
        self.by_user_name
            .get(user_name)
            .and_then(|index| self.list.get(*index))
            .ok_or_else(|| unknown("person", user_name))
    }

    pub(super) fn count(&self) -> usize {
        self.list.len()
    }

    /// `count` different people, others for another `turn`.
    pub(super) fn some(&self, turn: usize, count: usize) -> impl Iterator<Item = &Person> {
        self.list
            .iter()
            .cycle()
            .skip(turn * 17 % self.list.len().max(1))
            .step_by(7)
            .take(count.min(self.list.len()))
    }
}

/// A volunteer with a returned record, the recorder who runs today's activity, a reviewer, an
/// administrator.
pub(super) const LONGEST: [&str; 4] = ["luqinghe", "qianyuqing", "linjingshu", "chensiyuan"];

pub(super) async fn fill(
    tx: &mut Tx,
    clock: &Clock,
    organization: OrganizationId,
    rows: &mut Rows,
) -> Result<Members> {
    let mut departments: HashMap<String, DepartmentId> = HashMap::new();
    let table = Table::read(include_str!("../../../templates/departments.csv"));
    for (position, record) in (1_i64..).zip(table.records()) {
        let department = Department {
            id: ids::new(clock),
            revision: 1,
            name: record.get("name").to_owned(),
            position,
        };
        sqlx::query(
            "insert into departments (id, organization_id, revision, name, position)
             values ($1, $2, $3, $4, $5)",
        )
        .bind(department.id.to_string())
        .bind(organization.to_string())
        .bind(department.revision)
        .bind(department.name.as_str())
        .bind(department.position)
        .execute(&mut **tx)
        .await?;
        departments.insert(record.get("code").to_owned(), department.id);
        rows.push(Row::Departments(department));
    }
    let mut members = Members {
        list: Vec::new(),
        by_user_name: HashMap::new(),
    };
    // They were there before the sample's activities took place.
    let joined = clock.now().plus_ms(-400 * DAY_MS);
    // The command line hands a link to the longest-standing member of each role.
    let joined_first = joined.plus_ms(-DAY_MS);
    let table = Table::read(include_str!("../../../templates/people.csv"));
    for record in table.records() {
        let role = record.get("role");
        let department = record
            .optional("department")
            .map(|code| {
                departments
                    .get(code)
                    .ok_or_else(|| unknown("department", code))
            })
            .transpose()?;
        let person = NewPerson {
            name: record.get("name"),
            user_name: record.optional("user_name"),
            mobile: record.optional("mobile"),
            role: Role::parse(role).ok_or_else(|| unknown("role", role))?,
            department_id: department.copied(),
        };
        let user_name = record.get("user_name");
        let since = if LONGEST.contains(&user_name) {
            joined_first
        } else {
            joined
        };
        let person = add_person(tx, organization, ids::new(clock), since, &person).await?;
        members
            .by_user_name
            .insert(user_name.to_owned(), members.list.len());
        rows.push(Row::People(person.clone()));
        members.list.push(person);
    }
    Ok(members)
}

/// Phones of a few people: one has sent everything, one was quiet for two days with work on it.
pub(super) async fn devices(
    tx: &mut Tx,
    clock: &Clock,
    organization: OrganizationId,
    members: &Members,
) -> Result<HashMap<String, DeviceId>> {
    struct Phone {
        user_name: &'static str,
        name: &'static str,
        seen_ms_ago: i64,
        outbox: i64,
        blobs: i64,
    }
    let phones = [
        Phone {
            user_name: "qianyuqing",
            name: "示例 · Android Chrome",
            seen_ms_ago: 4 * MINUTE_MS,
            outbox: 0,
            blobs: 0,
        },
        Phone {
            user_name: "sunbowen",
            name: "示例 · iPhone Safari",
            seen_ms_ago: 50 * HOUR_MS,
            outbox: 4,
            blobs: 6,
        },
        Phone {
            user_name: "wangqiming",
            name: "示例 · Android Chrome",
            seen_ms_ago: 3 * HOUR_MS,
            outbox: 0,
            blobs: 2,
        },
    ];
    let now = clock.now();
    let mut devices = HashMap::new();
    for phone in phones {
        let id: DeviceId = ids::new(clock);
        let seen = now.plus_ms(-phone.seen_ms_ago);
        let oldest = (phone.outbox > 0).then_some(Timestamp(seen.0 - HOUR_MS).0);
        sqlx::query(
            "insert into devices
                 (id, organization_id, person_id, name, kind, app_build, created_at, last_seen_at,
                  outbox, oldest, blobs, max_device_seq, persisted, free_bytes)
             values ($1, $2, $3, $4, 'phone', 'sample', $5, $6, $7, $8, $9, $10, 1, 8000000000)",
        )
        .bind(id.to_string())
        .bind(organization.to_string())
        .bind(members.get(phone.user_name)?.id.to_string())
        .bind(phone.name)
        .bind(now.plus_ms(-90 * DAY_MS).0)
        .bind(seen.0)
        .bind(phone.outbox)
        .bind(oldest)
        .bind(phone.blobs)
        .bind(phone.outbox)
        .execute(&mut **tx)
        .await?;
        devices.insert(phone.user_name.to_owned(), id);
    }
    if devices.is_empty() {
        return Err(Error::internal("the sample has no phones"));
    }
    Ok(devices)
}
