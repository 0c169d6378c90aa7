//! What the phone of a closed account still does: it hands in its earlier work, and hears whether the
//! server still has what it handed in before. It pulls nothing any more.

use super::{SyncReport, carry_on, problems::drop_problem};
use crate::{
    error::SyncError,
    replica::Replica,
    storage::{Mode, StorageError},
    types::Problem,
};

impl Replica {
    pub(super) async fn closed_round(&self, report: &mut SyncReport) -> Result<(), SyncError> {
        carry_on(self.beat().await, report)?;
        carry_on(self.push(report).await, report)?;
        carry_on(self.send_blobs(report).await, report)?;
        Ok(self.forget_notes_of_pulls(report).await?)
    }

    /// Drops the notes that the end of a pull would drop.
    async fn forget_notes_of_pulls(&self, report: &SyncReport) -> Result<(), StorageError> {
        let tx = self.0.storage.begin(Mode::Write).await?;
        if !self.0.engine.found_full.get() && !report.full {
            drop_problem(&*tx, &Problem::DeviceFull).await?;
        }
        if self.pull_state(&*tx).await?.unread_by.is_none() {
            drop_problem(&*tx, &Problem::UpdateNeeded).await?;
        }
        self.0.engine.unless_full(tx.commit().await)
    }
}
