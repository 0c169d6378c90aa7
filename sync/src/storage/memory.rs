//! A store in memory: for tests, the simulation and browsers without `IndexedDB` (where it says so).
//!
//! It also forgets: a power cut takes back what was written without strict durability.

use std::{cell::RefCell, collections::BTreeMap, future::poll_fn, rc::Rc, sync::Arc, task::Poll};

use async_trait::async_trait;
use futures::lock::{Mutex, OwnedMutexGuard};

use super::{Mode, Storage, StorageError, Store, Transaction};

/// A handle on a store in memory; clones share it, as tabs do.
#[derive(Clone, Default)]
pub struct Memory(Rc<Shared>);

#[derive(Default)]
struct Shared {
    data: RefCell<Data>,
    turn: Arc<Mutex<()>>,
    /// What relaxed writes replaced, newest last.
    undo: RefCell<Vec<Write>>,
    limit: RefCell<Option<usize>>,
}

#[derive(Clone, Default)]
struct Data {
    texts: BTreeMap<(Store, String), String>,
    bytes: BTreeMap<String, Vec<u8>>,
}

#[derive(Clone)]
enum Write {
    Text(Store, String, Option<String>),
    Bytes(String, Option<Vec<u8>>),
}

impl Memory {
    /// Takes back all that a power cut may lose.
    pub fn cut_power(&self) {
        let undo = std::mem::take(&mut *self.0.undo.borrow_mut());
        let mut data = self.0.data.borrow_mut();
        for write in undo.into_iter().rev() {
            data.apply(write);
        }
    }

    /// Refuses any commit that puts something and leaves the store larger than `bytes`. Deleting is
    /// always possible, as in a browser.
    pub fn limit_bytes(&self, bytes: Option<usize>) {
        *self.0.limit.borrow_mut() = bytes;
    }

    pub fn used_bytes(&self) -> usize {
        self.0.data.borrow().size()
    }

    /// Replaces stored bytes, as a failing disk would.
    pub fn damage_bytes(&self, name: &str, bytes: Option<Vec<u8>>) {
        self.0
            .data
            .borrow_mut()
            .apply(Write::Bytes(name.to_owned(), bytes));
    }

    /// Removes everything, as a browser does that evicts an origin.
    pub fn evict(&self) {
        *self.0.data.borrow_mut() = Data::default();
        self.0.undo.borrow_mut().clear();
    }

    /// A second device restored from a backup of this one.
    pub fn restore_copy(&self) -> Self {
        let copy = Self::default();
        *copy.0.data.borrow_mut() = self.0.data.borrow().clone();
        copy
    }
}

impl Data {
    /// Applies a write and returns the one that takes it back.
    fn apply(&mut self, write: Write) -> Write {
        match write {
            Write::Text(store, key, value) => {
                let slot = (store, key.clone());
                let old = match value {
                    Some(value) => self.texts.insert(slot, value),
                    None => self.texts.remove(&slot),
                };
                Write::Text(store, key, old)
            }
            Write::Bytes(name, value) => {
                let old = match value {
                    Some(value) => self.bytes.insert(name.clone(), value),
                    None => self.bytes.remove(&name),
                };
                Write::Bytes(name, old)
            }
        }
    }

    fn size(&self) -> usize {
        let texts = self
            .texts
            .iter()
            .map(|((_, key), value)| key.len() + value.len());
        let bytes = self.bytes.values().map(Vec::len);
        texts.chain(bytes).sum()
    }
}

#[async_trait(?Send)]
impl Storage for Memory {
    async fn begin(&self, mode: Mode) -> Result<Box<dyn Transaction>, StorageError> {
        step_aside().await;
        let turn = self.0.turn.clone().lock_owned().await;
        Ok(Box::new(MemoryTransaction {
            shared: self.0.clone(),
            mode,
            writes: RefCell::default(),
            _turn: turn,
        }))
    }
}

#[derive(Default)]
struct Writes {
    texts: BTreeMap<(Store, String), Option<String>>,
    bytes: BTreeMap<String, Option<Vec<u8>>>,
}

struct MemoryTransaction {
    shared: Rc<Shared>,
    mode: Mode,
    writes: RefCell<Writes>,
    _turn: OwnedMutexGuard<()>,
}

impl MemoryTransaction {
    fn check_writable(&self) -> Result<(), StorageError> {
        if self.mode == Mode::Read {
            return Err(StorageError::Unavailable(
                "this transaction only reads".to_owned(),
            ));
        }
        Ok(())
    }
}

#[async_trait(?Send)]
impl Transaction for MemoryTransaction {
    async fn get(&self, store: Store, key: &str) -> Result<Option<String>, StorageError> {
        let slot = (store, key.to_owned());
        Ok(match self.writes.borrow().texts.get(&slot) {
            Some(written) => written.clone(),
            None => self.shared.data.borrow().texts.get(&slot).cloned(),
        })
    }

    async fn list(
        &self,
        store: Store,
        prefix: &str,
    ) -> Result<Vec<(String, String)>, StorageError> {
        let from = (store, prefix.to_owned());
        let within = |(at, key): &(Store, String)| *at == store && key.starts_with(prefix);
        let data = self.shared.data.borrow();
        let stored = data.texts.range(from.clone()..);
        let mut found: BTreeMap<&str, &str> = stored
            .take_while(|(slot, _)| within(slot))
            .map(|((_, key), value)| (key.as_str(), value.as_str()))
            .collect();
        let writes = self.writes.borrow();
        let written = writes.texts.range(from..);
        for ((_, key), value) in written.take_while(|(slot, _)| within(slot)) {
            match value {
                Some(value) => found.insert(key, value),
                None => found.remove(key.as_str()),
            };
        }
        let owned = found.into_iter();
        Ok(owned
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect())
    }

    async fn put(&self, store: Store, key: &str, value: String) -> Result<(), StorageError> {
        self.check_writable()?;
        let slot = (store, key.to_owned());
        self.writes.borrow_mut().texts.insert(slot, Some(value));
        Ok(())
    }

    async fn delete(&self, store: Store, key: &str) -> Result<(), StorageError> {
        self.check_writable()?;
        let slot = (store, key.to_owned());
        self.writes.borrow_mut().texts.insert(slot, None);
        Ok(())
    }

    async fn get_bytes(&self, name: &str) -> Result<Option<Vec<u8>>, StorageError> {
        Ok(match self.writes.borrow().bytes.get(name) {
            Some(written) => written.clone(),
            None => self.shared.data.borrow().bytes.get(name).cloned(),
        })
    }

    async fn put_bytes(&self, name: &str, bytes: &[u8]) -> Result<(), StorageError> {
        self.check_writable()?;
        let bytes = Some(bytes.to_vec());
        self.writes
            .borrow_mut()
            .bytes
            .insert(name.to_owned(), bytes);
        Ok(())
    }

    async fn delete_bytes(&self, name: &str) -> Result<(), StorageError> {
        self.check_writable()?;
        self.writes.borrow_mut().bytes.insert(name.to_owned(), None);
        Ok(())
    }

    async fn commit(self: Box<Self>) -> Result<(), StorageError> {
        if self.mode == Mode::Read {
            return Ok(());
        }
        step_aside().await;
        let Writes { texts, bytes } = self.writes.take();
        let puts = texts.values().any(Option::is_some) || bytes.values().any(Option::is_some);
        let mut data = self.shared.data.borrow_mut();
        let writes = texts
            .into_iter()
            .map(|((store, key), value)| Write::Text(store, key, value))
            .chain(
                bytes
                    .into_iter()
                    .map(|(name, value)| Write::Bytes(name, value)),
            );
        let mut back: Vec<Write> = writes.map(|write| data.apply(write)).collect();
        if puts
            && self
                .shared
                .limit
                .borrow()
                .is_some_and(|limit| data.size() > limit)
        {
            for write in back.into_iter().rev() {
                data.apply(write);
            }
            return Err(StorageError::Full);
        }
        let mut undo = self.shared.undo.borrow_mut();
        if self.mode == Mode::Strict {
            // A strict commit flushes what came before it as well.
            undo.clear();
        } else {
            undo.append(&mut back);
        }
        Ok(())
    }
}

/// Lets others run first, so that tests meet the interleavings that a browser has.
async fn step_aside() {
    let mut asked = false;
    poll_fn(|context| {
        if asked {
            return Poll::Ready(());
        }
        asked = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
