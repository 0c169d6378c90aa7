//! What a report counts.

use std::collections::{BTreeMap, HashSet};

use chrono::Datelike as _;
use domain::{
    ActivityId, OrganizationId, PersonId, Text,
    areas::{activities::ActivityKind, submissions::ReviewState},
};
use sqlx::{AnyConnection, Row as _};

use super::position;
use crate::{
    Result,
    areas::forms,
    office::{
        hours::{
            self,
            lines::{self, Span},
        },
        organization_name, packs,
    },
};

pub(super) struct Figures {
    pub unit: String,
    pub span: Span,
    /// Those that took place, in the order of all kinds.
    pub kinds: Vec<OfKind>,
    /// People with service minutes, and their minutes, at voluntary service.
    pub volunteers: usize,
    pub minutes: i64,
    pub forms: Vec<OfForm>,
    /// The current standard's title.
    pub standard: Option<String>,
    pub projects: Vec<packs::OfProject>,
}

pub(super) struct OfKind {
    pub kind: ActivityKind,
    pub activities: i64,
    /// People who came, guests too.
    pub came: i64,
    /// So many of them weren't members.
    pub guests: i64,
    pub minutes: i64,
}

pub(super) struct OfForm {
    pub title: Text,
    pub records: i64,
    pub approved: i64,
    pub waiting: i64,
    pub returned: i64,
}

impl Figures {
    pub async fn of(
        connection: &mut AnyConnection,
        organization: OrganizationId,
        span: Span,
    ) -> Result<Self> {
        let mut kinds: BTreeMap<usize, OfKind> = BTreeMap::new();
        let mut volunteers: HashSet<PersonId> = HashSet::new();
        let mut minutes = 0;
        let guests = of_guests(connection, organization, span).await?;
        let rounding = hours::rounding(connection, organization).await?;
        for served in lines::of_period(connection, organization, span).await? {
            let kind = served.activity.kind;
            let own = kinds.entry(position(kind)).or_insert(OfKind {
                kind,
                activities: 0,
                came: 0,
                guests: 0,
                minutes: 0,
            });
            own.activities += 1;
            let guests = guests.get(&served.activity.id).copied().unwrap_or_default();
            own.guests += guests;
            own.came += guests;
            own.came += served
                .lines
                .iter()
                .filter(|it| it.arrived.is_some())
                .count() as i64;
            let counted = served.lines.iter().map(|it| rounding.round(it.minutes));
            own.minutes += counted.sum::<i64>();
            if kind.is_service() {
                for line in served.lines.iter().filter(|it| it.minutes > 0) {
                    volunteers.insert(line.person_id);
                    minutes += rounding.round(line.minutes);
                }
            }
        }
        let year = span.last.year();
        let (standard, projects) = packs::projects(connection, organization, year).await?;
        Ok(Self {
            unit: organization_name(connection, organization).await?,
            span,
            kinds: kinds.into_values().collect(),
            volunteers: volunteers.len(),
            minutes,
            forms: of_forms(connection, organization, span).await?,
            standard,
            projects,
        })
    }

    pub fn activities(&self) -> i64 {
        self.kinds.iter().map(|it| it.activities).sum()
    }

    pub fn came(&self) -> i64 {
        self.kinds.iter().map(|it| it.came).sum()
    }

    pub fn guests(&self) -> i64 {
        self.kinds.iter().map(|it| it.guests).sum()
    }
}

/// Guests who count, by the activities that begin in the period.
async fn of_guests(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    span: Span,
) -> Result<BTreeMap<ActivityId, i64>> {
    let (from, until) = span.moments();
    let rows = sqlx::query(
        "select g.activity_id, cast(count(*) as bigint) as n from guests g
             join activities a on a.id = g.activity_id
         where g.organization_id = $1 and a.starts_at >= $2 and a.starts_at < $3
             and g.struck is null and g.person_id is null
         group by g.activity_id",
    )
    .bind(organization.to_string())
    .bind(from.0)
    .bind(until.0)
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            let activity: String = row.try_get("activity_id")?;
            Ok((activity.parse()?, row.try_get("n")?))
        })
        .collect()
}

/// Records by form and state, in the order of the forms; those that were taken back don't count.
async fn of_forms(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    span: Span,
) -> Result<Vec<OfForm>> {
    let (from, until) = span.moments();
    let rows = sqlx::query(
        "select form_id, state, cast(count(*) as bigint) as n from submissions
         where organization_id = $1 and occurred_at >= $2 and occurred_at < $3
         group by form_id, state",
    )
    .bind(organization.to_string())
    .bind(from.0)
    .bind(until.0)
    .fetch_all(&mut *connection)
    .await?;
    let mut found: BTreeMap<String, OfForm> = BTreeMap::new();
    for row in rows {
        let form: String = row.try_get("form_id")?;
        let (state, n): (String, i64) = (row.try_get("state")?, row.try_get("n")?);
        let own = found.entry(form.clone()).or_insert(OfForm {
            title: Text::new(form, ""),
            records: 0,
            approved: 0,
            waiting: 0,
            returned: 0,
        });
        match ReviewState::parse(&state) {
            Some(ReviewState::Approved) => own.approved += n,
            Some(ReviewState::Submitted) => own.waiting += n,
            Some(ReviewState::Returned) => own.returned += n,
            Some(ReviewState::Voided) | None => continue,
        }
        own.records += n;
    }
    let mut sorted = Vec::with_capacity(found.len());
    for version in forms::store::versions(connection, organization, None).await? {
        if let Some(mut own) = found.remove(&version.row.form.id) {
            own.title = version.row.form.title.clone();
            sorted.push((version.row.position, own));
        }
    }
    sorted.extend(found.into_values().map(|own| (i64::MAX, own)));
    sorted.sort_by_key(|(position, _)| *position);
    let forms = sorted.into_iter().map(|(_, own)| own);
    Ok(forms.filter(|own| own.records > 0).collect())
}
