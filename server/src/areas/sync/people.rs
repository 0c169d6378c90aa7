//! Who may do what, as of a moment: the roles that people held when they captured something.

use std::collections::HashMap;

use domain::{OrganizationId, PersonId, Timestamp, permission::Actor};
use sqlx::{AnyConnection, Row as _};

use crate::{auth::role_from, bulk, error::Result};

/// The roles that each person ever held.
#[derive(Debug, Default)]
pub struct Roles(HashMap<PersonId, Held>);

#[derive(Debug)]
struct Held {
    /// Oldest first; never empty.
    roles: Vec<(Timestamp, Actor)>,
    deactivated_at: Option<Timestamp>,
}

impl Roles {
    /// Adds people; those whom the organization doesn't know stay unknown.
    pub async fn load(
        &mut self,
        connection: &mut AnyConnection,
        organization: OrganizationId,
        people: &[PersonId],
    ) -> Result<()> {
        let ids: Vec<String> = people
            .iter()
            .filter(|id| !self.0.contains_key(id))
            .map(ToString::to_string)
            .collect();
        let rows = bulk::by_ids(
            connection,
            organization,
            "select p.id, p.role, p.department_id, p.active, p.deactivated_at,
                    r.since, r.role as held_role, r.department_id as held_department
             from people p left join person_roles r on r.person_id = p.id
             where p.organization_id = $1 and p.id in",
            &ids,
            "order by r.since",
        )
        .await?;
        for row in rows {
            let person_id: PersonId = row.try_get::<String, _>("id")?.parse()?;
            let since: Option<i64> = row.try_get("since")?;
            let (role, department): (String, Option<String>) = match since {
                Some(_) => (row.try_get("held_role")?, row.try_get("held_department")?),
                None => (row.try_get("role")?, row.try_get("department_id")?),
            };
            let actor = Actor {
                person_id,
                role: role_from(&role)?,
                department_id: department.map(|id| id.parse()).transpose()?,
            };
            let active: i64 = row.try_get("active")?;
            let deactivated: Option<i64> = row.try_get("deactivated_at")?;
            let held = self.0.entry(person_id).or_insert_with(|| Held {
                roles: Vec::new(),
                deactivated_at: (active == 0).then_some(Timestamp(deactivated.unwrap_or(0))),
            });
            held.roles.push((Timestamp(since.unwrap_or(0)), actor));
        }
        Ok(())
    }

    /// The person with the role held at `captured_at`; `None` when unknown, or deactivated by then.
    ///
    /// A capture before the first role (a phone whose clock fell back to 1970) counts as made under
    /// the first one, a capture in the future as made now.
    pub fn as_of(&self, person: PersonId, captured_at: Timestamp, now: Timestamp) -> Option<Actor> {
        let held = self.0.get(&person)?;
        let at = captured_at.min(now);
        if held.deactivated_at.is_some_and(|end| at > end) {
            return None;
        }
        let earlier = held.roles.iter().rev().find(|(since, _)| *since <= at);
        earlier.or(held.roles.first()).map(|(_, actor)| *actor)
    }

    /// The person with the role held last, whether still active or not.
    pub fn last(&self, person: PersonId) -> Option<Actor> {
        let (_, actor) = self.0.get(&person)?.roles.last()?;
        Some(*actor)
    }
}
