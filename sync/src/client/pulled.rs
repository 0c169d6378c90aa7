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

#[derive(Deserialize)]
struct PulledText<'a> {
    change: PulledChange,
    #[serde(borrow)]
    row: Option<&'a RawValue>,
    record: Option<RecordRef>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum PulledChange {
    Put,
    Remove,
}

impl Pulled {
    /// `None` for what this build can't read.
    pub(super) fn read(raw: &RawValue) -> Option<Self> {
        let read: PulledText = domain::json::read(raw.get()).ok()?;
        match read.change {
            PulledChange::Put => {
                let text = read.row?;
                Some(Self::Put {
                    row: domain::json::read(text.get()).ok()?,
                    text: text.to_owned(),
                })
            }
            PulledChange::Remove => Some(Self::Remove {
                record: read.record?,
            }),
        }
    }
}
