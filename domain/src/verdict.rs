//! What became of an operation, and the server's signed word on it.

use serde::{Deserialize, Serialize};

use crate::{ids::OpId, keys, operation::RecordRef, refusal::Refusal, time::Timestamp};

/// The server's answer to one operation of a push, in the order of the request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// `None` when the operation's own id couldn't be read.
    pub op_id: Option<OpId>,
    /// Under which id the server keeps the operation where it can't keep it under its own: unreadable, or
    /// taken by another one. Later verdicts bear this id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept_as: Option<OpId>,
    pub outcome: Outcome,
    /// Absent for `retry`: the server doesn't have it then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<Receipt>,
}

crate::tagged! {
    "Outcome", tag = "verdict";
    #[derive(Clone, Debug, PartialEq)]
    pub enum Outcome {
        Applied {
            revision: i64,
        },
        /// Seen before; carries the first verdict, whatever it was.
        Duplicate {
            first: Box<Outcome>,
        },
        /// Applied over another edit without overlap.
        Merged {
            revision: i64,
        },
        /// Stored; a person will choose between two values.
        Conflict {
            revision: i64,
        },
        /// Waits for the record that it builds on, at most until `until`.
        Held {
            waits_for: RecordRef,
            until: Timestamp,
        },
        /// Received and kept whole, but a rule said no; a person in the office decides.
        Quarantined {
            refusal: Refusal,
        },
        /// The server couldn't now; ask again after this many milliseconds.
        Retry {
            after_ms: i64,
        },
    }
}

impl Outcome {
    /// The outcome that counts: the first one behind a duplicate.
    pub fn first(&self) -> &Self {
        match self {
            Self::Duplicate { first } => first.first(),
            other => other,
        }
    }

    /// Whether the server holds the operation, so that the phone may move it to *sent*.
    pub fn is_received(&self) -> bool {
        !matches!(self.first(), Self::Retry { .. })
    }

    /// Whether the content counts.
    pub fn takes_effect(&self) -> bool {
        matches!(
            self.first(),
            Self::Applied { .. } | Self::Merged { .. } | Self::Conflict { .. }
        )
    }

    /// Whether something is still to be decided.
    pub fn is_undecided(&self) -> bool {
        matches!(self.first(), Self::Held { .. } | Self::Quarantined { .. })
    }

    pub fn name(&self) -> &'static str {
        match self {
            Self::Applied { .. } => "applied",
            Self::Duplicate { .. } => "duplicate",
            Self::Merged { .. } => "merged",
            Self::Conflict { .. } => "conflict",
            Self::Held { .. } => "held",
            Self::Quarantined { .. } => "quarantined",
            Self::Retry { .. } => "retry",
        }
    }
}

/// Proof that the server received an operation: Ed25519 over [`Receipt::message`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    pub op_id: OpId,
    pub payload_hash: String,
    pub verdict: String,
    pub received_at: Timestamp,
    /// Which of the server's keys signed it.
    pub key_id: String,
    /// 64 bytes, base64url.
    pub signature: String,
}

impl Receipt {
    /// The bytes that are signed.
    pub fn message(
        op_id: OpId,
        payload_hash: &str,
        verdict: &str,
        received_at: Timestamp,
    ) -> Vec<u8> {
        keys::sha256_parts(&[
            b"minglu-receipt-1",
            op_id.0.as_bytes(),
            payload_hash.as_bytes(),
            verdict.as_bytes(),
            &received_at.0.to_be_bytes(),
        ])
        .to_vec()
    }

    /// Whether it was signed by the holder of `public_key`.
    pub fn is_signed_by(&self, public_key: &[u8]) -> bool {
        let message = Self::message(
            self.op_id,
            &self.payload_hash,
            &self.verdict,
            self.received_at,
        );
        keys::from_base64url(&self.signature)
            .is_some_and(|signature| keys::verify(public_key, &message, &signature))
    }
}
