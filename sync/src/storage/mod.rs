//! The device's store: named maps from text keys to JSON text (and one to bytes) under transactions.
//!
//! A transaction commits whole or, dropped, leaves nothing behind. Write transactions never
//! interleave, also across tabs. Leaves out what the values mean.
//!
//! Never hold one transaction while opening another, unless its `commit` is under way and goes on being
//! polled. Await nothing but the transaction's own methods while it is open: `IndexedDB` ends a transaction
//! that has nothing to do.

pub mod contract;
#[cfg(target_arch = "wasm32")]
pub mod indexed_db;
pub mod memory;

use async_trait::async_trait;
use domain::{Lang, Text};

#[async_trait(?Send)]
pub trait Storage {
    async fn begin(&self, mode: Mode) -> Result<Box<dyn Transaction>, StorageError>;
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Read,
    /// A crash of the device may forget it.
    Write,
    /// Survives a crash of the device once `commit` returned: for all that is shown as saved.
    Strict,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Store {
    /// Rows that the server sent, `{area}/{id}`.
    Synced,
    /// Operations that the server hasn't received, by the order of their capture.
    Outbox,
    /// Operations that the server received.
    Sent,
    Drafts,
    /// What is known about each blob, by its SHA-256.
    Uploads,
    Meta,
}

impl Store {
    pub const ALL: [Self; 6] = [
        Self::Synced,
        Self::Outbox,
        Self::Sent,
        Self::Drafts,
        Self::Uploads,
        Self::Meta,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Synced => "synced",
            Self::Outbox => "outbox",
            Self::Sent => "sent",
            Self::Drafts => "drafts",
            Self::Uploads => "uploads",
            Self::Meta => "meta",
        }
    }
}

/// Reads see the writes that were begun before them, and may be answered while later ones are begun.
#[async_trait(?Send)]
pub trait Transaction {
    async fn get(&self, store: Store, key: &str) -> Result<Option<String>, StorageError>;
    /// All entries whose key starts with `prefix`, by key.
    async fn list(&self, store: Store, prefix: &str)
    -> Result<Vec<(String, String)>, StorageError>;
    async fn put(&self, store: Store, key: &str, value: String) -> Result<(), StorageError>;
    async fn delete(&self, store: Store, key: &str) -> Result<(), StorageError>;
    async fn get_bytes(&self, name: &str) -> Result<Option<Vec<u8>>, StorageError>;
    async fn put_bytes(&self, name: &str, bytes: &[u8]) -> Result<(), StorageError>;
    async fn delete_bytes(&self, name: &str) -> Result<(), StorageError>;
    async fn commit(self: Box<Self>) -> Result<(), StorageError>;
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StorageError {
    #[error("the device has no space left")]
    Full,
    /// An old tab keeps the store at its older version.
    #[error("another tab keeps the store from being upgraded")]
    Blocked,
    /// A newer build of the app upgraded the store.
    #[error("a newer version of the app uses the store")]
    Outdated,
    /// The connection broke; trying again may help.
    #[error("the store was lost: {0}")]
    Lost(String),
    /// What was read back isn't what was written.
    #[error("the store returned other bytes than were written")]
    Corrupt,
    #[error("the store can't be used: {0}")]
    Unavailable(String),
}

impl StorageError {
    /// What the person can do about it.
    pub fn text(&self) -> Text {
        match self {
            Self::Full => Text::new(
                "手机存储空间不足，请清理空间后再试",
                "This device has no space left. Free some space and try again",
            ),
            Self::Blocked => Text::new(
                "请关闭其他已打开的明录页面后重试",
                "Close the other open Minglu pages and try again",
            ),
            Self::Outdated => Text::new(
                "应用已更新，请重新打开页面",
                "The app was updated. Please open the page again",
            ),
            Self::Lost(_) | Self::Corrupt => {
                Text::new("没有存好，请再试一次", "It wasn't saved. Please try again")
            }
            Self::Unavailable(_) => Text::new(
                "浏览器不允许在本机保存数据，请退出无痕模式或改用系统浏览器",
                "The browser doesn't let Minglu store data. Leave private mode or use the system browser",
            ),
        }
    }

    pub fn message(&self, lang: Lang) -> String {
        self.text().get(lang).to_owned()
    }
}
