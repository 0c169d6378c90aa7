//! Reads one pushed operation, whatever it holds: nothing in it may sink the others.
//!
//! Leaves out judging it: a readable operation can still be refused by a rule.

use domain::{
    OpId, Operation, RecordRef, Refusal, keys,
    operation::{SCHEMA_VERSION, payload_hash},
};
use serde::Deserialize;
use serde_json::{Value, value::RawValue};
use uuid::Uuid;

/// Longest reason from the JSON reader that is passed on, in characters.
const DETAIL: usize = 200;

/// One operation as it arrived.
#[derive(Clone, Debug)]
pub struct Envelope {
    pub raw: String,
    /// The id that it claims, if that much could be read.
    pub op_id: Option<OpId>,
    /// SHA-256 of the canonical form, or of the raw text where there is none.
    pub hash: String,
    /// Zero where they couldn't be read.
    pub device_epoch: i64,
    pub device_seq: i64,
    pub record: Option<RecordRef>,
    pub operation: Result<Operation, Refusal>,
}

impl Envelope {
    /// The id under which the inbox keeps it, unless another operation has it already.
    pub fn key(&self) -> OpId {
        self.op_id
            .unwrap_or_else(|| derived("unreadable", "", &self.hash))
    }

    /// The id under which the inbox keeps it when its own is taken by other content. The same
    /// content finds its place again.
    pub fn key_when_reused(&self) -> OpId {
        derived("reused", &self.key().to_string(), &self.hash)
    }
}

fn derived(kind: &str, id: &str, hash: &str) -> OpId {
    let mixed = keys::sha256_parts(&[b"inbox", kind.as_bytes(), id.as_bytes(), hash.as_bytes()]);
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&mixed[..16]);
    OpId(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

/// Reads an operation; never fails.
pub fn read(raw: &RawValue) -> Envelope {
    let raw = raw.get();
    let parts = Parts::of(raw);
    let (hash, operation) = match serde_json::from_str::<Value>(raw) {
        Ok(value) => {
            let operation = decode(raw, &value, parts.schema_version);
            (payload_hash(&value), operation)
        }
        Err(error) => (keys::sha256_hex(raw.as_bytes()), Err(unreadable(&error))),
    };
    Envelope {
        raw: raw.to_owned(),
        op_id: parts.op_id,
        hash,
        device_epoch: parts.device_epoch,
        device_seq: parts.device_seq,
        record: parts.record,
        operation,
    }
}

/// Reads an operation that the inbox kept.
pub fn read_kept(raw: &str) -> Result<Operation, Refusal> {
    serde_json::from_str(raw).map_err(|error| unreadable(&error))
}

/// Refuses an operation with a character that no database keeps.
pub fn check_characters(operation: &Operation) -> Result<(), Refusal> {
    let value = serde_json::to_value(operation).map_err(|error| unreadable(&error))?;
    nul(&value).map_or(Ok(()), |field| Err(Refusal::BadCharacter { field }))
}

fn decode(raw: &str, value: &Value, schema_version: Option<i64>) -> Result<Operation, Refusal> {
    if let Some(field) = raw.contains("\\u0000").then(|| nul(value)).flatten() {
        return Err(Refusal::BadCharacter { field });
    }
    // From the text, not from the value: the reader's message then names line and column.
    serde_json::from_str(raw).map_err(|error| match schema_version {
        Some(version) if version != i64::from(SCHEMA_VERSION) => Refusal::UnknownSchema {
            version: u32::try_from(version).unwrap_or(0),
        },
        _ => unreadable(&error),
    })
}

fn unreadable(error: &serde_json::Error) -> Refusal {
    Refusal::Unreadable {
        detail: error
            .to_string()
            .chars()
            .filter(|c| !c.is_control())
            .take(DETAIL)
            .collect(),
    }
}

/// The path to the first text with a NUL, which no database keeps.
fn nul(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => text.contains('\0').then(String::new),
        Value::Array(items) => items.iter().find_map(nul),
        Value::Object(fields) => fields.iter().find_map(|(name, value)| {
            if name.contains('\0') {
                return Some(name.replace('\0', "\u{2400}"));
            }
            let inner = nul(value)?;
            // The innermost name says most to a person.
            Some(if inner.is_empty() {
                name.clone()
            } else {
                inner
            })
        }),
        _ => None,
    }
}

/// What can be read of an operation that as a whole can't: each field by itself, the rest skipped
/// without looking into its texts.
#[derive(Default)]
struct Parts {
    op_id: Option<OpId>,
    device_epoch: i64,
    device_seq: i64,
    schema_version: Option<i64>,
    record: Option<RecordRef>,
}

#[derive(Deserialize)]
struct Fields<'a> {
    #[serde(borrow, default)]
    op_id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    device_epoch: Option<&'a RawValue>,
    #[serde(borrow, default)]
    device_seq: Option<&'a RawValue>,
    #[serde(borrow, default)]
    schema_version: Option<&'a RawValue>,
    #[serde(borrow, default)]
    record: Option<&'a RawValue>,
}

impl Parts {
    fn of(raw: &str) -> Self {
        let Ok(fields) = serde_json::from_str::<Fields<'_>>(raw) else {
            return Self::default();
        };
        Self {
            op_id: get::<Uuid>(fields.op_id).map(OpId),
            device_epoch: get(fields.device_epoch).unwrap_or(0),
            device_seq: get(fields.device_seq).unwrap_or(0),
            schema_version: get(fields.schema_version),
            record: get(fields.record),
        }
    }
}

fn get<'a, T: Deserialize<'a>>(field: Option<&'a RawValue>) -> Option<T> {
    serde_json::from_str(field?.get()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "01930000-0000-7000-8000-000000000001";

    fn envelope(raw: &str) -> Envelope {
        read(&RawValue::from_string(raw.to_owned()).expect("JSON"))
    }

    #[test]
    fn an_id_is_found_beside_a_lone_surrogate() {
        let envelope = envelope(&format!(
            r#"{{"change":"\ud800","op_id":"{ID}","device_seq":7,"device_epoch":2}}"#
        ));
        assert_eq!(envelope.op_id.map(|id| id.to_string()), Some(ID.to_owned()));
        assert_eq!((envelope.device_epoch, envelope.device_seq), (2, 7));
        assert!(matches!(
            envelope.operation,
            Err(Refusal::Unreadable { .. })
        ));
    }

    #[test]
    fn a_nul_is_named_by_its_field() {
        let envelope = envelope(&format!(
            r#"{{"op_id":"{ID}","change":{{"title":"a\u0000b"}}}}"#
        ));
        assert_eq!(
            envelope.operation,
            Err(Refusal::BadCharacter {
                field: "title".to_owned()
            })
        );
    }

    #[test]
    fn a_version_from_the_future_says_so() {
        let envelope = envelope(&format!(r#"{{"op_id":"{ID}","schema_version":9}}"#));
        assert_eq!(
            envelope.operation,
            Err(Refusal::UnknownSchema { version: 9 })
        );
    }

    #[test]
    fn what_is_no_object_is_kept_under_an_id_of_its_content() {
        for raw in ["null", "7", "[]", "\"x\"", "{}"] {
            let first = envelope(raw);
            assert_eq!(first.op_id, None);
            assert_eq!(first.key(), envelope(raw).key());
            assert!(first.operation.is_err(), "{raw}");
        }
        assert_ne!(envelope("null").key(), envelope("7").key());
    }

    #[test]
    fn spaces_and_the_order_of_fields_dont_change_the_hash() {
        assert_eq!(
            envelope(r#"{"a":1,"b":{"c":2,"d":3}}"#).hash,
            envelope(r#"{ "b": {"d":3, "c":2}, "a":1 }"#).hash
        );
    }

    #[test]
    fn deep_nesting_is_unreadable() {
        let raw = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
        assert!(envelope(&raw).operation.is_err());
    }
}
