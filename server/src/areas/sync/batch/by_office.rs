//! Takes in one operation on the office's word, over the rows as they are now.

use std::collections::BTreeMap;

use domain::{
    Operation, OrganizationId, Outcome, PersonId, RecordRef, Refusal, Row, Timestamp,
    areas::people::Role,
};
use sqlx::AnyConnection;

use super::{Batch, quarantined};
use crate::{AppState, error::Result};

/// Decides an operation that a rule refused before. The author may do now what a reviewer may, and
/// what only asks for the office's consent has it; what makes no sense is refused again.
///
/// `corrected_by` stands in the history when the office changed answers. Unless the outcome counts,
/// roll back.
pub async fn take_in(
    connection: &mut AnyConnection,
    state: &AppState,
    organization: OrganizationId,
    now: Timestamp,
    operation: &Operation,
    corrected_by: Option<PersonId>,
) -> Result<(Outcome, BTreeMap<RecordRef, Row>)> {
    let mut batch = Batch::new(organization, now);
    batch.reviewer = corrected_by;
    batch
        .world
        .load(connection, state, std::iter::once(operation))
        .await?;
    let roles = &batch.world.roles;
    let author = operation.actor_id;
    let captured_at = operation.capture.captured_at();
    let actor = roles.as_of(author, captured_at, now).or(roles.last(author));
    let Some(mut actor) = actor.filter(|_| operation.organization_id == organization) else {
        return Ok((quarantined(Refusal::NotYours), BTreeMap::new()));
    };
    actor.role = actor.role.max(Role::Reviewer);
    let outcome = batch.judge_as(operation, actor, true);
    if outcome.takes_effect() {
        // What waited for it is its author's own.
        batch.reviewer = None;
        batch
            .release(connection, state, Vec::new(), &mut [])
            .await?;
        batch.write(connection, &[], &[]).await?;
    }
    Ok((outcome, batch.touched))
}
