//! A row of a pull's answer, read once and kept in the server's own words.

use domain::{RecordRef, Row};
use serde::Deserialize;
use serde_json::value::RawValue;

/// As [`PulledRow`](domain::api::sync::PulledRow), with a row's own text, which is what is kept.
#[derive(Debug)]
pub(crate) enum Pulled {
    Put { row: Row, text: Box<RawValue> },
    Remove { record: RecordRef },
}

/// The same, of which nothing is read yet but where its parts stand.
#[derive(Debug, Deserialize)]
pub(super) struct PulledText<'a> {
    #[serde(borrow)]
    change: Option<&'a RawValue>,
    #[serde(borrow)]
    row: Option<&'a RawValue>,
    #[serde(borrow)]
    record: Option<&'a RawValue>,
}

impl Pulled {
    /// The record with its row, or `None` where that went.
    pub(crate) fn into_change(self) -> (RecordRef, Option<Row>) {
        match self {
            Self::Put { row, .. } => (row.record(), Some(row)),
            Self::Remove { record } => (record, None),
        }
    }

    /// `None` for what this build can't read.
    pub(super) fn read(pulled: &PulledText<'_>) -> Option<Self> {
        match pulled.change?.get() {
            r#""put""# => {
                let text = pulled.row?;
                Some(Self::Put {
                    row: domain::json::read(text.get()).ok()?,
                    text: text.to_owned(),
                })
            }
            r#""remove""# => Some(Self::Remove {
                record: domain::json::read(pulled.record?.get()).ok()?,
            }),
            _ => None,
        }
    }
}
