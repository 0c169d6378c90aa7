//! Sign-ups (报名): who says that they will come. One row per person and activity, its id derived
//! from both so that two phones can't make two; the later word counts.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    ids::{ActivityId, PersonId, SignUpId},
    time::Timestamp,
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignUp {
    pub id: SignUpId,
    pub revision: i64,
    pub activity_id: ActivityId,
    pub person_id: PersonId,
    pub state: SignUpState,
    pub at: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignUpState {
    Coming,
    Withdrawn,
}

crate::tagged! {
    "SignUpChange", tag = "type";
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum SignUpChange {
        SignUp { activity_id: ActivityId },
        Withdraw { activity_id: ActivityId },
    }
}

impl SignUpChange {
    pub fn activity_id(&self) -> ActivityId {
        match self {
            Self::SignUp { activity_id } | Self::Withdraw { activity_id } => *activity_id,
        }
    }
}

/// The id of the sign-up of `person` for `activity`.
pub fn sign_up_id(activity: ActivityId, person: PersonId) -> SignUpId {
    let mixed =
        crate::keys::sha256_parts(&[b"sign-up", activity.0.as_bytes(), person.0.as_bytes()]);
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&mixed[..16]);
    SignUpId(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

/// Says whether an id is the one that belongs to this person and activity.
pub fn is_sign_up_id(id: Uuid, activity: ActivityId, person: PersonId) -> bool {
    sign_up_id(activity, person).0 == id
}
