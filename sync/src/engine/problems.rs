//! What a person should look at, as the store keeps it.

use domain::OpId;

use crate::{
    records::{self, Tx, meta},
    storage::{StorageError, Store},
    types::{Problem, quarantine_key},
};

pub(crate) async fn put_problem(tx: &Tx, problem: &Problem) -> Result<(), StorageError> {
    records::put(tx, Store::Meta, &key(&problem.key()), problem).await
}

pub(crate) async fn drop_problem(tx: &Tx, problem: &Problem) -> Result<(), StorageError> {
    tx.delete(Store::Meta, &key(&problem.key())).await
}

/// Drops the note on an operation that the office was to look at.
pub(crate) async fn forget_quarantine(tx: &Tx, op_id: OpId) -> Result<(), StorageError> {
    tx.delete(Store::Meta, &key(&quarantine_key(op_id))).await
}

pub(super) fn key(name: &str) -> String {
    format!("{}{name}", meta::PROBLEM)
}
