//! The review list: one page of submissions, newest first, whatever is filtered.
//!
//! At a million rows a page has to be found in one index, read from its newest end. One filter decides
//! which (the driver); the others are written as `coalesce(column, …)`, which keeps both databases
//! from choosing another index but still lets them read the column from this one. The worst case is
//! a page with few or no hits: then the driver's part of the index is read whole.

use std::fmt::Write as _;

use domain::{
    OrganizationId, SubmissionId, Timestamp,
    api::{
        Page,
        office::{SubmissionFilter, SubmissionLine},
    },
    areas::submissions::ReviewState,
};
use sqlx::{AnyConnection, AssertSqlSafe, Row as _, any::AnyRow};

use super::counts;
use crate::{
    Error, Result,
    paging::{self, Place},
};

/// Lines in a page, unless told; and the most.
const LINES: i64 = 50;
const LINES_MAX: i64 = 200;
/// So many index entries are read in a few milliseconds.
const FEW: i64 = 20_000;

/// One page, newest arrival first; where only dates narrow it down, latest happening first.
pub(super) async fn page(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    filter: &SubmissionFilter,
) -> Result<Page<SubmissionLine>> {
    let after = Place::read(filter.after.as_deref())?;
    let limit = filter.limit.unwrap_or(LINES).clamp(1, LINES_MAX);
    // PostgreSQL refuses a NUL in a text; no form has such an id.
    if filter.form_id.as_ref().is_some_and(|id| id.contains('\0')) {
        return Err(Error::invalid(
            "form_id",
            "没有这个表单，请重新选择",
            "There is no such form. Please choose again",
        ));
    }
    let driver = choose(connection, organization, filter).await?;
    let plan = Plan::new(filter, after.as_ref(), driver);
    let mut query = sqlx::query(AssertSqlSafe(plan.text)).bind(organization.to_string());
    for value in plan.values {
        query = match value {
            Value::Text(text) => query.bind(text),
            Value::Number(number) => query.bind(number),
        };
    }
    // One more than shown tells whether there is a next page.
    let rows = query.bind(limit + 1).fetch_all(connection).await?;
    let lines = rows.iter().map(line).collect::<Result<Vec<_>>>()?;
    Ok(paging::page(lines, limit as usize, |last| Place {
        at: match driver {
            Driver::Occurred => last.occurred_at,
            _ => last.received_at,
        },
        id: last.id,
    }))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Driver {
    Author,
    Department,
    State,
    Form,
    /// Both the form and the state.
    FormInState,
    /// Only dates narrow it down.
    Occurred,
    Newest,
}

/// Chooses the filter that leaves the least to read.
async fn choose(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    filter: &SubmissionFilter,
) -> Result<Driver> {
    if filter.author_id.is_some() {
        return Ok(Driver::Author);
    }
    if filter.department_id.is_some() {
        return Ok(Driver::Department);
    }
    if let Some(state) = filter.state {
        let counts = counts::load(connection, organization).await?;
        let counted = counts.into_iter().find(|(counted, _)| *counted == state);
        if counted.is_none_or(|(_, n)| n < FEW) {
            return Ok(Driver::State);
        }
    }
    let dated = filter.from.is_some() || filter.until.is_some();
    if let Some(form) = &filter.form_id
        && dated
        && is_rare(connection, organization, form).await?
    {
        return Ok(Driver::Form);
    }
    Ok(if dated {
        Driver::Occurred
    } else if filter.form_id.is_some() && filter.state.is_some() {
        Driver::FormInState
    } else if filter.form_id.is_some() {
        Driver::Form
    } else if filter.state.is_some() {
        Driver::State
    } else {
        Driver::Newest
    })
}

/// Whether a form has few records.
async fn is_rare(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    form_id: &str,
) -> Result<bool> {
    let row = sqlx::query(
        "select cast(count(*) as bigint) as n
         from (select 1 from submissions where organization_id = $1 and form_id = $2 limit $3) few",
    )
    .bind(organization.to_string())
    .bind(form_id)
    .bind(FEW)
    .fetch_one(connection)
    .await?;
    Ok(row.try_get::<i64, _>("n")? < FEW)
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Value {
    Text(String),
    Number(i64),
}

/// The statement: text put together from literals, and the values of `$2` and on; `$1` is the
/// organization and the last one is the limit.
struct Plan {
    text: String,
    values: Vec<Value>,
}

impl Plan {
    fn new(filter: &SubmissionFilter, after: Option<&Place<SubmissionId>>, driver: Driver) -> Self {
        let by_occurred = driver == Driver::Occurred;
        let mut plan = Self {
            text: String::from("select id from submissions where organization_id = $1"),
            values: Vec::new(),
        };
        plan.equal(
            filter.state.map(|state| state.as_str().to_owned()),
            matches!(driver, Driver::State | Driver::FormInState),
            " and state = ",
            " and coalesce(state, '') = ",
        );
        plan.equal(
            filter.form_id.clone(),
            matches!(driver, Driver::Form | Driver::FormInState),
            " and form_id = ",
            " and coalesce(form_id, '') = ",
        );
        plan.equal(
            filter.department_id.map(|id| id.to_string()),
            driver == Driver::Department,
            " and department_id = ",
            " and coalesce(department_id, '') = ",
        );
        plan.equal(
            filter.author_id.map(|id| id.to_string()),
            driver == Driver::Author,
            " and author_id = ",
            " and coalesce(author_id, '') = ",
        );
        if let Some(from) = filter.from {
            let text = if by_occurred {
                " and occurred_at >= "
            } else {
                " and coalesce(occurred_at, 0) >= "
            };
            plan.bind(text, Value::Number(from.0));
        }
        match filter.until {
            // The position is never later than `until`; one upper bound keeps the index's range.
            Some(_) if by_occurred && after.is_some() => {}
            Some(until) if by_occurred => plan.bind(" and occurred_at < ", Value::Number(until.0)),
            Some(until) => plan.bind(" and coalesce(occurred_at, 0) < ", Value::Number(until.0)),
            None => {}
        }
        if let Some(after) = after {
            plan.text.push_str(if by_occurred {
                " and (occurred_at, id) < ("
            } else {
                " and (received_at, id) < ("
            });
            plan.bind("", Value::Number(after.at.0));
            plan.bind(", ", Value::Text(after.id.to_string()));
            plan.text.push(')');
        }
        plan.text.push_str(if by_occurred {
            " order by occurred_at desc, id desc limit "
        } else {
            " order by received_at desc, id desc limit "
        });
        plan.placeholder(plan.values.len() + 2);
        plan.text = format!(
            "select s.id, s.revision, s.form_id, s.title, s.author_id, s.state, s.occurred_at,
                    s.received_at, s.photos, s.photos_stored, s.conflicts,
                    p.name as author_name, d.name as department_name
             from ({}) page
             join submissions s on s.id = page.id
             join people p on p.id = s.author_id
             left join departments d on d.id = s.department_id{}",
            plan.text,
            if by_occurred {
                " order by s.occurred_at desc, s.id desc"
            } else {
                " order by s.received_at desc, s.id desc"
            },
        );
        plan
    }

    fn equal(
        &mut self,
        value: Option<String>,
        is_driver: bool,
        driving: &'static str,
        other: &'static str,
    ) {
        if let Some(value) = value {
            self.bind(if is_driver { driving } else { other }, Value::Text(value));
        }
    }

    fn bind(&mut self, before: &'static str, value: Value) {
        self.text.push_str(before);
        self.values.push(value);
        self.placeholder(self.values.len() + 1);
    }

    fn placeholder(&mut self, number: usize) {
        // Writing to a String can't fail.
        let _ = write!(self.text, "${number}");
    }
}

fn line(row: &AnyRow) -> Result<SubmissionLine> {
    let state: String = row.try_get("state")?;
    Ok(SubmissionLine {
        id: row.try_get::<String, _>("id")?.parse()?,
        revision: row.try_get("revision")?,
        form_id: row.try_get("form_id")?,
        title: row.try_get("title")?,
        author_id: row.try_get::<String, _>("author_id")?.parse()?,
        author_name: row.try_get("author_name")?,
        department_name: row.try_get("department_name")?,
        state: ReviewState::parse(&state)
            .ok_or_else(|| Error::internal(format!("unknown review state {state}")))?,
        occurred_at: Timestamp(row.try_get("occurred_at")?),
        received_at: Timestamp(row.try_get("received_at")?),
        photos: row.try_get("photos")?,
        photos_stored: row.try_get("photos_stored")?,
        has_conflict: row.try_get::<String, _>("conflicts")? != "[]",
    })
}
