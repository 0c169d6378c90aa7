//! Guests (来宾): facts that somebody came and left who isn't a member. A name, and no more than the
//! organizer asks.
//!
//! Leaves out service minutes: those are members' (`attendances`). How long a guest stayed stands on the
//! sign-in list only.

use serde::{Deserialize, Serialize};

use crate::{
    ids::{ActivityId, GuestId, PersonId},
    json,
    operation::{Change, Operation},
    time::{MINUTE_MS, Timestamp},
};

/// Longest name and unit, in characters.
pub const NAME_LIMIT: i64 = 40;
pub const UNIT_LIMIT: i64 = 80;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guest {
    pub id: GuestId,
    pub revision: i64,
    pub activity_id: ActivityId,
    /// Empty once it was taken out on the guest's request.
    pub name: String,
    /// Where the guest comes from; only where the organizer asks.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub unit: String,
    pub at: Timestamp,
    /// The latest leaving that was recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<Timestamp>,
    pub recorded_by: PersonId,
    /// SHA-256 (hex) of the handwritten signature's picture, if one was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<String>,
    /// Why the office struck the line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub struck: Option<String>,
    /// The member that the guest turned out to be or became: the member's attendance counts instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person_id: Option<PersonId>,
}

impl Guest {
    /// Whether the guest is one of those who came.
    pub fn counts(&self) -> bool {
        self.struck.is_none() && self.person_id.is_none()
    }

    /// How long the guest stayed, whole minutes, rounded down; `None` until both ends are known.
    pub fn minutes(&self) -> Option<i64> {
        Some((self.left?.since(self.at) / MINUTE_MS).max(0))
    }

    /// The name, or that it was taken out.
    pub fn shown_name(&self) -> (&str, &str) {
        shown(&self.name)
    }
}

/// A guest's name, or that it was taken out.
pub fn shown(name: &str) -> (&str, &str) {
    if name.is_empty() {
        ("（姓名已删除）", "(name removed)")
    } else {
        (name, name)
    }
}

crate::tagged! {
    "GuestChange", tag = "type";
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum GuestChange {
        Arrive {
            activity_id: ActivityId,
            name: String,
            #[serde(default, skip_serializing_if = "String::is_empty")]
            unit: String,
            /// SHA-256 (hex) of the signature's picture, sent as a blob.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            signature: Option<String>,
        },
        /// Of the guest whose record it is.
        Leave { activity_id: ActivityId },
    }
}

impl GuestChange {
    pub fn activity_id(&self) -> ActivityId {
        match self {
            Self::Arrive { activity_id, .. } | Self::Leave { activity_id } => *activity_id,
        }
    }
}

/// What stays of an envelope that nobody can read.
const FORGOTTEN: &str = r#"{"forgotten":true}"#;

/// The envelope of a guest's arrival without what names the guest. Of one that can't be read nothing but the
/// numbers beside it stay: a name may stand anywhere in it.
pub fn nameless(envelope: &str) -> String {
    let read: Option<Operation> = json::read(envelope).ok();
    read.and_then(|mut operation| {
        if let Change::Guests(GuestChange::Arrive {
            name,
            unit,
            signature,
            ..
        }) = &mut operation.change
        {
            name.clear();
            unit.clear();
            *signature = None;
        }
        operation.blobs.clear();
        serde_json::to_string(&operation).ok()
    })
    .unwrap_or_else(|| FORGOTTEN.to_owned())
}

/// Whether an envelope is what [`nameless`] left of one.
pub fn is_nameless(envelope: &str) -> bool {
    envelope == FORGOTTEN
        || json::read::<Operation>(envelope).is_ok_and(|operation| {
            matches!(&operation.change, Change::Guests(GuestChange::Arrive { name, .. }) if name.is_empty())
        })
}

#[cfg(test)]
mod tests {
    use super::nameless;

    #[test]
    fn no_envelope_keeps_a_name_or_stands_in_the_way() {
        for envelope in [
            r#"{"op_id":"x","change":{"area":"guests","change":"李梅"}}"#,
            r#"{"change":{"area":"guests","change":{"type":"later","who":"李梅"}},"n":1e999}"#,
            "李梅",
            "[]",
        ] {
            assert_eq!(nameless(envelope), r#"{"forgotten":true}"#);
        }
    }
}
