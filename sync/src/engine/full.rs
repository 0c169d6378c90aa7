//! A device that has no space left. What it holds must get out all the same, so nothing that is sent
//! waits for a note about the sending: what can't be noted is done again in a later round, which harms
//! nothing. That the device is full, only this tab may know: it may be too full to write that down.

use super::{Engine, SyncReport};
use crate::{error::SyncError, replica::Replica, storage::StorageError, types::Problem};

impl Engine {
    /// Whether the last round found the device full.
    pub(crate) fn is_full(&self) -> bool {
        self.full.get()
    }

    /// The person has seen it; the next round may find it again.
    pub(crate) fn forget_full(&self) {
        self.full.set(false);
    }

    /// Lets a note pass that didn't fit.
    pub(super) fn unless_full(&self, noted: Result<(), StorageError>) -> Result<(), StorageError> {
        match noted {
            Err(StorageError::Full) => {
                self.found_full.set(true);
                Ok(())
            }
            other => other,
        }
    }
}

impl Replica {
    /// At the end of a round: whether the device is full, as far as the round met it.
    pub(super) async fn judge_space(&self, report: &mut SyncReport) {
        let full = self.0.engine.found_full.replace(false) || report.full;
        self.0.engine.full.set(full);
        if full {
            report.note(SyncError::Storage(StorageError::Full));
            // For the other tabs and the next start, if it just fits.
            let _unwritten = self.note_problem(&Problem::DeviceFull).await;
        }
    }
}
