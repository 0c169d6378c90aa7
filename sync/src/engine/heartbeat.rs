//! The heartbeat: what this device still holds, told with each push and whenever that changed.

use domain::api::sync::Heartbeat;

use crate::{
    commit,
    error::SyncError,
    records::{self, meta},
    replica::Replica,
    status::Figures,
    storage::{Mode, StorageError, Store},
};

impl Replica {
    pub(super) async fn heartbeat(&self) -> Result<Heartbeat, StorageError> {
        let free_bytes = self.0.environment.free_bytes().await;
        let tx = self.0.storage.begin(Mode::Read).await?;
        let figures = Figures::read(&*tx, &self.0.shelf).await?;
        let device = commit::device(&*tx).await?;
        let persisted = records::get(&*tx, Store::Meta, meta::PERSISTED).await?;
        let emptied_at = records::get(&*tx, Store::Meta, meta::EMPTIED).await?;
        Ok(Heartbeat {
            device_id: self.account().device_id.to_string(),
            outbox: figures.outbox as i64,
            oldest: figures.oldest,
            blobs: figures.blobs as i64,
            max_device_seq: device.seq,
            device_epoch: device.epoch,
            persisted,
            free_bytes,
            app_build: self.0.environment.app_build(),
            heard_at: self.0.engine.heard_at.get(),
            store: device.store,
            emptied_at,
        })
    }

    /// Tells the server what is held here if it last heard otherwise; so the office never waits for
    /// records that have long arrived.
    pub(super) async fn tell_heartbeat(&self) -> Result<(), SyncError> {
        let heartbeat = self.heartbeat().await?;
        let told = (heartbeat.outbox, heartbeat.blobs);
        if *self.0.engine.told.borrow() == Some(told) {
            return Ok(());
        }
        self.send_heartbeat(heartbeat).await
    }

    /// Tells it whatever the server heard last.
    pub(super) async fn beat(&self) -> Result<(), SyncError> {
        let heartbeat = self.heartbeat().await?;
        self.send_heartbeat(heartbeat).await
    }

    async fn send_heartbeat(&self, heartbeat: Heartbeat) -> Result<(), SyncError> {
        let told = (heartbeat.outbox, heartbeat.blobs);
        let (pushed, heard) = self.client().push(heartbeat, Vec::new()).await?;
        self.0.engine.told.replace(Some(told));
        self.hear(heard).await?;
        self.note_history(pushed.epoch).await?;
        if let Some(notice) = pushed.notice {
            self.heed(notice).await?;
        }
        Ok(())
    }
}
