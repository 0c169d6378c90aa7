//! What became of an operation that waited or was refused, heard by the phone that sent it.

use domain::{Area, OpId, Outcome, RecordRef, areas::later_verdicts::LaterVerdict};

use super::problems::{forget_quarantine, put_problem};
use crate::{
    records::{self, Sent, Tx},
    storage::{StorageError, Store},
    types::Problem,
};

/// Notes what a later verdict on an operation of this device asks its author to look at, and drops what
/// it settles.
pub(super) async fn hear_verdict(tx: &Tx, verdict: &LaterVerdict) -> Result<(), StorageError> {
    let known = RecordRef::new(Area::LaterVerdicts, verdict.op_id);
    let known = records::synced(tx, known).await?;
    // What was heard before comes again when everything is pulled anew.
    if known.is_some_and(|row| row.revision() >= verdict.revision) {
        return Ok(());
    }
    let name = verdict.op_id.to_string();
    let sent = tx.list(Store::Sent, "").await?;
    let mut named = sent
        .iter()
        .filter(|(_, text)| text.contains(&name))
        .filter_map(|(_, text)| domain::json::read::<Sent>(text).ok());
    // One that is still in the outbox looks at it when its answer comes.
    match named.find(|sent| sent.known_as() == verdict.op_id) {
        Some(sent) => note_verdict(tx, verdict, sent.op_id, sent.record.record()).await,
        None => Ok(()),
    }
}

/// What the author is to look at by this verdict, and no longer by an earlier one.
pub(super) async fn note_verdict(
    tx: &Tx,
    verdict: &LaterVerdict,
    op_id: OpId,
    record: Option<RecordRef>,
) -> Result<(), StorageError> {
    let problem = match (&verdict.closed, verdict.outcome.first()) {
        (Some(reason), _) => Problem::NotTakenIn {
            op_id,
            record,
            reason: reason.clone(),
        },
        (None, Outcome::Quarantined { refusal }) => Problem::Quarantined {
            op_id,
            record,
            refusal: refusal.clone(),
        },
        _ => return forget_quarantine(tx, op_id).await,
    };
    put_problem(tx, &problem).await
}
