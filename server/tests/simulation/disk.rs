//! The phone's disk: the store in memory, with more places to crash at, and a note of every operation
//! that it promised to keep.

use std::{
    cell::RefCell,
    rc::{Rc, Weak},
};

use async_trait::async_trait;
use domain::{OpId, RecordRef};
use serde::Deserialize;
use serde_json::{Value, value::RawValue};
use sync::{
    StorageError,
    storage::{Mode, Storage, Store, Transaction, memory::Memory},
};

use crate::{
    machine::step_aside,
    mutations::{Mutation, Tear},
    poison,
    simulation::Simulation,
};

pub struct Disk {
    pub simulation: Weak<Simulation>,
    pub phone: usize,
    pub memory: Memory,
}

/// What of an outbox entry the simulation looks at.
#[derive(Debug, Deserialize)]
pub struct OutboxEntry {
    pub op_id: OpId,
    record: Value,
    pub attempts: u32,
    pub operation: Box<RawValue>,
}

impl OutboxEntry {
    /// The record that it is about, unless another build made it.
    pub fn record(&self) -> Option<RecordRef> {
        serde_json::from_value(self.record.clone()).ok()
    }
}

#[async_trait(?Send)]
impl Storage for Disk {
    async fn begin(&self, mode: Mode) -> Result<Box<dyn Transaction>, StorageError> {
        let simulation = self.simulation.upgrade().ok_or_else(gone)?;
        if simulation.is_store_lost(self.phone) {
            return Err(lost());
        }
        let mode = match (simulation.mutation(), mode) {
            (Some(Mutation::RelaxedWrites), Mode::Strict) => Mode::Write,
            _ => mode,
        };
        Ok(Box::new(DiskTransaction {
            inner: self.memory.begin(mode).await?,
            simulation,
            phone: self.phone,
            memory: self.memory.clone(),
            promised: RefCell::default(),
            tear: RefCell::default(),
        }))
    }
}

fn gone() -> StorageError {
    StorageError::Unavailable("the run is over".to_owned())
}

fn lost() -> StorageError {
    StorageError::Unavailable("the connection to the store is lost".to_owned())
}

struct DiskTransaction {
    inner: Box<dyn Transaction>,
    simulation: Rc<Simulation>,
    phone: usize,
    memory: Memory,
    promised: RefCell<Vec<OutboxEntry>>,
    tear: RefCell<Tear>,
}

#[async_trait(?Send)]
impl Transaction for DiskTransaction {
    async fn get(&self, store: Store, key: &str) -> Result<Option<String>, StorageError> {
        self.inner.get(store, key).await
    }

    async fn list(
        &self,
        store: Store,
        prefix: &str,
    ) -> Result<Vec<(String, String)>, StorageError> {
        self.inner.list(store, prefix).await
    }

    async fn put(&self, store: Store, key: &str, value: String) -> Result<(), StorageError> {
        let mut value = value;
        if store == Store::Outbox {
            value = poison::spoil(value);
            let entry: Result<OutboxEntry, _> = serde_json::from_str(&value);
            if let Ok(entry) = entry {
                let sent_before = entry.attempts > 0;
                if sent_before && self.simulation.mutation() == Some(Mutation::ForgetWhenSending) {
                    return self.inner.delete(store, key).await;
                }
                if !sent_before {
                    self.promised.borrow_mut().push(entry);
                }
            }
        }
        if store == Store::Meta && key == "pull" && value.contains("\"healed\":true") {
            self.simulation.note_heal(self.phone);
        }
        if store == Store::Meta && key == "problem/step" {
            self.simulation.note_out_of_step(self.phone);
        }
        let is_silent = self.simulation.mutation() == Some(Mutation::SilentLoss);
        if is_silent && key.starts_with("problem/photo/") {
            return Ok(());
        }
        self.tear.borrow_mut().note(store, key, Some(&value));
        self.inner.put(store, key, value).await
    }

    async fn delete(&self, store: Store, key: &str) -> Result<(), StorageError> {
        self.tear.borrow_mut().note(store, key, None);
        self.inner.delete(store, key).await
    }

    async fn get_bytes(&self, name: &str) -> Result<Option<Vec<u8>>, StorageError> {
        self.inner.get_bytes(name).await
    }

    async fn put_bytes(&self, name: &str, bytes: &[u8]) -> Result<(), StorageError> {
        self.inner.put_bytes(name, bytes).await
    }

    async fn delete_bytes(&self, name: &str) -> Result<(), StorageError> {
        self.inner.delete_bytes(name).await
    }

    async fn commit(self: Box<Self>) -> Result<(), StorageError> {
        let Self {
            inner,
            simulation,
            phone,
            memory,
            promised,
            tear,
        } = *self;
        if simulation.is_store_lost(phone) {
            return Err(lost());
        }
        let (promised, tear) = (promised.into_inner(), tear.into_inner());
        if simulation.mutation() == Some(Mutation::CursorBeforeRows) && tear.is_page() {
            drop(inner);
            return tear.write(&memory).await;
        }
        inner.commit().await?;
        simulation.promise(phone, promised);
        // A crash here finds the work done and nobody who knows.
        step_aside().await;
        Ok(())
    }
}
