//! The browser's store: one `IndexedDB` database per account.
//!
//! Upgrades only add stores. A connection that another tab's upgrade or the browser closed is opened
//! anew at the next transaction. Values are JSON text; bytes are `ArrayBuffer`s, since stored `File`s
//! have been lost by browsers.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use async_trait::async_trait;
use futures::{
    channel::oneshot,
    future::{Either, select},
    lock::Mutex,
};
use idb::{Database, DatabaseEvent, Factory, KeyRange, ObjectStore, ObjectStoreParams};
use js_sys::{Array, ArrayBuffer, Function, Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};

use super::{Mode, Storage, StorageError, Store, Transaction};

/// Grows with each added store.
const VERSION: u32 = 1;
const BLOBS: &str = "blobs";
/// How long an old tab may keep an upgrade waiting, in ms.
const BLOCKED_MS: u32 = 8_000;

/// The account's database; clones share the connection.
#[derive(Clone)]
pub struct IndexedDb(Rc<Shared>);

struct Shared {
    name: String,
    connection: Rc<RefCell<Option<Rc<Connection>>>>,
    opening: Mutex<()>,
}

struct Connection {
    /// The browser's object; `idb` hands it out only by value.
    raw: JsValue,
    /// Holds the callbacks.
    database: Database,
}

impl IndexedDb {
    /// Opens the database, making or upgrading it where needed.
    pub async fn open(name: &str) -> Result<Self, StorageError> {
        let storage = Self(Rc::new(Shared {
            name: name.to_owned(),
            connection: Rc::default(),
            opening: Mutex::new(()),
        }));
        storage.connection().await?;
        Ok(storage)
    }

    /// Deletes a database with all that it holds.
    pub async fn delete(name: &str) -> Result<(), StorageError> {
        let request = factory()?.delete(name).map_err(|error| read(&error))?;
        request.await.map_err(|error| read(&error))
    }

    /// Closes the connection; the next transaction opens it anew.
    pub fn close(&self) {
        let connection = self.0.connection.borrow_mut().take();
        if let Some(connection) = connection {
            connection.database.close();
        }
    }

    async fn connection(&self) -> Result<Rc<Connection>, StorageError> {
        let _turn = self.0.opening.lock().await;
        if let Some(connection) = self.0.connection.borrow().as_ref() {
            return Ok(connection.clone());
        }
        let raw: JsValue = open(&self.0.name).await?.into();
        let mut database = Database::try_from(raw.clone()).map_err(|error| read(&error))?;
        let connection = self.0.connection.clone();
        database.on_close(move |_| {
            let held = connection.borrow_mut().take();
            wasm_bindgen_futures::spawn_local(async move { drop(held) });
        });
        let connection = self.0.connection.clone();
        database.on_version_change(move |_| {
            // A newer tab wants to upgrade; holding on would block it. The connection itself stays
            // alive until its callback has returned.
            let held = connection.borrow_mut().take();
            if let Some(held) = held {
                held.database.close();
                wasm_bindgen_futures::spawn_local(async move { drop(held) });
            }
        });
        let opened = Rc::new(Connection { raw, database });
        *self.0.connection.borrow_mut() = Some(opened.clone());
        Ok(opened)
    }
}

async fn open(name: &str) -> Result<Database, StorageError> {
    let mut request = factory()?
        .open(name, Some(VERSION))
        .map_err(|error| read(&error))?;
    request.on_upgrade_needed(|event| {
        let Ok(database) = event.database() else {
            return;
        };
        let there = database.store_names();
        let wanted = Store::ALL.iter().map(|store| store.name());
        for name in wanted.chain([BLOBS]) {
            if !there.iter().any(|known| known == name) {
                // A store that can't be made fails the first transaction, which says so.
                let _made = database.create_object_store(name, ObjectStoreParams::new());
            }
        }
    });
    let opened = request.into_future();
    let waited = gloo_timers::future::TimeoutFuture::new(BLOCKED_MS);
    match select(Box::pin(opened), waited).await {
        Either::Left((opened, _)) => opened.map_err(|error| read(&error)),
        Either::Right(_) => Err(StorageError::Blocked),
    }
}

fn factory() -> Result<Factory, StorageError> {
    Factory::new().map_err(|error| StorageError::Unavailable(error.to_string()))
}

#[async_trait(?Send)]
impl Storage for IndexedDb {
    async fn begin(&self, mode: Mode) -> Result<Box<dyn Transaction>, StorageError> {
        let database = self.connection().await?;
        if let Ok(begun) = begin(&database, mode) {
            return Ok(Box::new(begun));
        }
        // The browser dropped the connection while the app was in the background.
        self.close();
        let begun = begin(&*self.connection().await?, mode)?;
        Ok(Box::new(begun))
    }
}

/// Begins a transaction over all stores; `idb` can't pass the durability, so the browser's own
/// function is called.
fn begin(connection: &Connection, mode: Mode) -> Result<IdbTransaction, StorageError> {
    let names: Array = Store::ALL
        .iter()
        .map(|store| store.name())
        .chain([BLOBS])
        .map(JsValue::from)
        .collect();
    let (access, durability) = match mode {
        Mode::Read => ("readonly", "default"),
        Mode::Write => ("readwrite", "relaxed"),
        Mode::Strict => ("readwrite", "strict"),
    };
    let options = Object::new();
    let begun = Reflect::set(&options, &"durability".into(), &durability.into())
        .and_then(|_| Reflect::get(&connection.raw, &"transaction".into()))
        .and_then(JsCast::dyn_into::<Function>)
        .and_then(|function| function.call3(&connection.raw, &names, &access.into(), &options))
        .map_err(|error| classify(&describe(&error)))?;
    let transaction = idb::Transaction::try_from(begun.clone()).map_err(|error| read(&error))?;
    Ok(IdbTransaction {
        transaction,
        raw: begun,
        stores: RefCell::default(),
        open: mode != Mode::Read,
    })
}

struct IdbTransaction {
    transaction: idb::Transaction,
    raw: JsValue,
    /// Those that were used: a page of rows asks for the same one five hundred times.
    stores: RefCell<BTreeMap<&'static str, Rc<ObjectStore>>>,
    /// Whether dropping it must take its writes back.
    open: bool,
}

impl Drop for IdbTransaction {
    fn drop(&mut self) {
        // Left alone, the browser would commit what was written so far.
        if self.open {
            // Fails only when it has ended already.
            let _ended = call(&self.raw, "abort");
        }
    }
}

impl IdbTransaction {
    fn store(&self, name: &'static str) -> Result<Rc<ObjectStore>, StorageError> {
        let known = self.stores.borrow().get(name).cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        let store = self.transaction.object_store(name);
        let store = Rc::new(store.map_err(|error| self.why(&error))?);
        self.stores.borrow_mut().insert(name, store.clone());
        Ok(store)
    }

    /// The reason that the transaction was aborted for, or else what the call itself said.
    fn why(&self, error: &idb::Error) -> StorageError {
        self.abort_reason().unwrap_or_else(|| read(error))
    }

    fn abort_reason(&self) -> Option<StorageError> {
        let error = Reflect::get(&self.raw, &"error".into()).ok()?;
        (!error.is_null() && !error.is_undefined()).then(|| classify(&describe(&error)))
    }

    async fn value(&self, store: &'static str, key: &str) -> Result<Option<JsValue>, StorageError> {
        let request = self.store(store)?.get(JsValue::from(key));
        let request = request.map_err(|error| self.why(&error))?;
        request.await.map_err(|error| self.why(&error))
    }

    fn write(&self, store: &'static str, key: &str, value: &JsValue) -> Result<(), StorageError> {
        // Failing, it aborts the transaction; `commit` then says why.
        let request = self.store(store)?.put(value, Some(&JsValue::from(key)));
        request.map(drop).map_err(|error| self.why(&error))
    }

    fn remove(&self, store: &'static str, key: &str) -> Result<(), StorageError> {
        let request = self.store(store)?.delete(JsValue::from(key));
        request.map(drop).map_err(|error| self.why(&error))
    }
}

#[async_trait(?Send)]
impl Transaction for IdbTransaction {
    async fn get(&self, store: Store, key: &str) -> Result<Option<String>, StorageError> {
        let value = self.value(store.name(), key).await?;
        Ok(value.and_then(|value| value.as_string()))
    }

    async fn list(
        &self,
        store: Store,
        prefix: &str,
    ) -> Result<Vec<(String, String)>, StorageError> {
        let end = format!("{prefix}\u{ffff}");
        let range = KeyRange::bound(&prefix.into(), &end.into(), None, None);
        let range = range.map_err(|error| read(&error))?;
        let at = self.store(store.name())?;
        let keys = at.get_all_keys(Some(range.clone().into()), None);
        let values = at.get_all(Some(range.into()), None);
        let keys = keys.map_err(|error| self.why(&error))?;
        let values = values.map_err(|error| self.why(&error))?;
        // Both are asked for before either is awaited: the transaction stays busy in between.
        let (keys, values) = futures::join!(keys.into_future(), values.into_future());
        let keys = keys.map_err(|error| self.why(&error))?;
        let values = values.map_err(|error| self.why(&error))?;
        let pairs = keys.iter().zip(&values);
        Ok(pairs
            .filter_map(|(key, value)| Some((key.as_string()?, value.as_string()?)))
            .collect())
    }

    async fn put(&self, store: Store, key: &str, value: String) -> Result<(), StorageError> {
        self.write(store.name(), key, &value.into())
    }

    async fn delete(&self, store: Store, key: &str) -> Result<(), StorageError> {
        self.remove(store.name(), key)
    }

    async fn get_bytes(&self, name: &str) -> Result<Option<Vec<u8>>, StorageError> {
        let value = self.value(BLOBS, name).await?;
        let buffer = value.and_then(|value| value.dyn_into::<ArrayBuffer>().ok());
        Ok(buffer.map(|buffer| Uint8Array::new(&buffer).to_vec()))
    }

    async fn put_bytes(&self, name: &str, bytes: &[u8]) -> Result<(), StorageError> {
        self.write(BLOBS, name, &Uint8Array::from(bytes).buffer())
    }

    async fn delete_bytes(&self, name: &str) -> Result<(), StorageError> {
        self.remove(BLOBS, name)
    }

    async fn commit(mut self: Box<Self>) -> Result<(), StorageError> {
        if !self.open {
            return Ok(());
        }
        self.open = false;
        let (done, ended) = oneshot::channel();
        let done = Rc::new(RefCell::new(Some(done)));
        let finish = move |completed: bool| {
            if let Some(done) = done.borrow_mut().take() {
                // Nobody waits when the page is going away.
                let _unheard = done.send(completed);
            }
        };
        let completed = finish.clone();
        self.transaction.on_complete(move |_| completed(true));
        self.transaction.on_abort(move |_| finish(false));
        // Absent in old browsers, which commit by themselves once nothing is asked any more.
        let asked = call(&self.raw, "commit");
        if let (Err(_), Some(reason)) = (asked, self.abort_reason()) {
            return Err(reason);
        }
        match ended.await {
            Ok(true) => Ok(()),
            _ => Err(self
                .abort_reason()
                .unwrap_or_else(|| StorageError::Lost("aborted".to_owned()))),
        }
    }
}

fn call(object: &JsValue, function: &str) -> Result<JsValue, JsValue> {
    Reflect::get(object, &function.into())?
        .dyn_into::<Function>()?
        .call0(object)
}

fn describe(error: &JsValue) -> String {
    let part = |name: &str| {
        let value = Reflect::get(error, &name.into()).ok();
        value
            .and_then(|value| value.as_string())
            .unwrap_or_default()
    };
    format!("{}: {}", part("name"), part("message"))
}

fn read(error: &idb::Error) -> StorageError {
    classify(&error.to_string())
}

/// Reads the browser's error by its name, which `idb` keeps within the text.
fn classify(text: &str) -> StorageError {
    if text.contains("QuotaExceededError") {
        StorageError::Full
    } else if text.contains("VersionError") {
        StorageError::Outdated
    } else if text.contains("SecurityError") || text.contains("NotSupportedError") {
        StorageError::Unavailable(text.to_owned())
    } else {
        StorageError::Lost(text.to_owned())
    }
}
