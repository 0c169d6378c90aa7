//! The storage contract on a browser's `IndexedDB`, exported for a page to run.
#![cfg(target_arch = "wasm32")]

use std::rc::Rc;

use futures::FutureExt;
use sync::{
    Storage, StorageError,
    storage::{Mode, Store, contract, indexed_db::IndexedDb},
};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

/// Resolves to one text per fact: its name, and after a colon what went wrong, if something did.
#[wasm_bindgen]
pub async fn run_contract(prefix: String) -> Vec<JsValue> {
    let open = |name: &str| {
        let name = name.to_owned();
        async move {
            let storage = IndexedDb::open(&name).await?;
            Ok::<Rc<dyn Storage>, StorageError>(Rc::new(storage))
        }
        .boxed_local()
    };
    let mut lines = Vec::new();
    for (fact, held) in contract::check_all(&prefix, &open).await {
        lines.push(line(fact, held));
    }
    let name = format!("{prefix}-connection");
    lines.push(line(
        "a_closed_connection_is_opened_anew",
        reopens(&name).await,
    ));
    lines.push(line(
        "a_deleted_database_can_be_made_again",
        delete(&name).await,
    ));
    lines
}

/// Keeps a connection open and says what a transaction meets after another tab's upgrade.
#[wasm_bindgen]
pub struct Tab(IndexedDb);

#[wasm_bindgen]
impl Tab {
    pub async fn open(name: String) -> Result<Tab, JsValue> {
        IndexedDb::open(&name).await.map(Tab).map_err(text)
    }

    pub async fn put(&self, value: String) -> Result<(), JsValue> {
        put(&self.0, value).await.map_err(text)
    }
}

fn text(error: StorageError) -> JsValue {
    JsValue::from_str(&format!("{error:?}"))
}

fn line(fact: &str, held: Result<(), String>) -> JsValue {
    JsValue::from_str(&match held {
        Ok(()) => fact.to_owned(),
        Err(why) => format!("{fact}: {why}"),
    })
}

async fn put(storage: &IndexedDb, value: String) -> Result<(), StorageError> {
    let tx = storage.begin(Mode::Strict).await?;
    tx.put(Store::Meta, "key", value).await?;
    tx.commit().await
}

async fn reopens(name: &str) -> Result<(), String> {
    let attempt = async {
        let storage = IndexedDb::open(name).await?;
        put(&storage, "before".to_owned()).await?;
        storage.close();
        put(&storage, "after".to_owned()).await?;
        let tx = storage.begin(Mode::Read).await?;
        let found = tx.get(Store::Meta, "key").await?;
        drop(tx);
        storage.close();
        Ok::<_, StorageError>(found)
    };
    match attempt.await {
        Ok(Some(value)) if value == "after" => Ok(()),
        other => Err(format!("{other:?}")),
    }
}

async fn delete(name: &str) -> Result<(), String> {
    let attempt = async {
        IndexedDb::delete(name).await?;
        let storage = IndexedDb::open(name).await?;
        let tx = storage.begin(Mode::Read).await?;
        tx.get(Store::Meta, "key").await
    };
    match attempt.await {
        Ok(None) => Ok(()),
        other => Err(format!("{other:?}")),
    }
}
