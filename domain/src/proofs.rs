//! Check-in proofs: certificates, the rotating code on the organizer's phone, the volunteer's
//! personal code. Both codes are made and read offline; the server judges them on arrival.
//!
//! A code's text is a link into the app, `{origin}/c#{token}`, so that a phone's own camera opens it
//! as well. The token is `base64url(payload)`; see [`DisplayCode`] and [`PersonalCode`] for the bytes.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    areas::attendances::{Direction, Flag},
    ids::{ActivityId, PersonId},
    keys::{self, SecretKey},
    time::{SECOND_MS, Timestamp},
};

/// The rotating code changes this often.
pub const DISPLAY_SLOT_MS: i64 = 15 * SECOND_MS;
/// The personal code changes this often.
pub const PERSONAL_SLOT_MS: i64 = 30 * SECOND_MS;
/// How far a slot may be from the capture, by the best clocks known, before it is flagged.
pub const SLOT_TOLERANCE_MS: i64 = 5 * 60 * SECOND_MS;
/// How many wrong code words one person may try at one activity before further ones are flagged.
pub const CODE_WORD_TRIES: i64 = 5;

/// The server's word that a device's key stands for an activity's gate or for a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    pub id: Uuid,
    pub subject: CertificateSubject,
    /// The device's Ed25519 public key, base64url.
    pub public_key: String,
    pub not_before: Timestamp,
    pub not_after: Timestamp,
    /// Which of the server's keys signed it.
    pub key_id: String,
    /// The server's signature over [`Certificate::message`], base64url.
    pub signature: String,
}

crate::tagged! {
    "CertificateSubject", tag = "kind";
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum CertificateSubject {
        Display { activity_id: ActivityId },
        Personal { person_id: PersonId },
    }
}

impl Certificate {
    /// The bytes that the server signs.
    pub fn message(&self) -> Vec<u8> {
        let (kind, id) = match self.subject {
            CertificateSubject::Display { activity_id } => (b'D', activity_id.0),
            CertificateSubject::Personal { person_id } => (b'P', person_id.0),
        };
        keys::sha256_parts(&[
            b"minglu-certificate-1",
            self.id.as_bytes(),
            &[kind],
            id.as_bytes(),
            self.public_key.as_bytes(),
            &self.not_before.0.to_be_bytes(),
            &self.not_after.0.to_be_bytes(),
        ])
        .to_vec()
    }

    pub fn is_signed_by(&self, server_key: &[u8]) -> bool {
        keys::from_base64url(&self.signature)
            .is_some_and(|signature| keys::verify(server_key, &self.message(), &signature))
    }

    pub fn is_valid_at(&self, at: Timestamp) -> bool {
        self.not_before <= at && at <= self.not_after
    }
}

/// The server's public keys and the certificates that it took back; phones keep the last they heard.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trust {
    pub keys: Vec<TrustedKey>,
    pub revoked: Vec<Uuid>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrustedKey {
    pub id: String,
    /// base64url
    pub public_key: String,
}

impl Trust {
    pub fn key(&self, id: &str) -> Option<Vec<u8>> {
        self.keys
            .iter()
            .find(|key| key.id == id)
            .and_then(|key| keys::from_base64url(&key.public_key))
    }
}

const VERSION: u8 = 1;

/// The rotating code: `version 1 | 'D' | activity 16 | certificate 16 | slot 8 | direction 1 |
/// signature 64`, all big-endian; the signature covers what precedes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisplayCode {
    pub activity_id: ActivityId,
    pub certificate_id: Uuid,
    pub slot: i64,
    pub direction: Direction,
    signature: [u8; 64],
    signed: Vec<u8>,
}

/// The personal code: `version 1 | 'P' | person 16 | certificate 16 | public key 32 | not before 8 |
/// not after 8 | key id length 1 | key id | server's signature 64 | slot 8 | device's signature 64`.
/// It carries its certificate, so that an organizer's phone can check it offline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonalCode {
    pub certificate: Certificate,
    pub person_id: PersonId,
    pub slot: i64,
    signature: [u8; 64],
    signed: Vec<u8>,
}

/// Either kind of code, read from what a camera saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Code {
    Display(DisplayCode),
    Personal(PersonalCode),
}

/// The slot that `at` falls in.
pub fn slot(at: Timestamp, length_ms: i64) -> i64 {
    at.0.div_euclid(length_ms)
}

/// Makes the link for the organizer's screen.
pub fn display_link(
    origin: &str,
    certificate: &Certificate,
    key: &SecretKey,
    activity_id: ActivityId,
    direction: Direction,
    at: Timestamp,
) -> String {
    let mut bytes = vec![VERSION, b'D'];
    bytes.extend(activity_id.0.as_bytes());
    bytes.extend(certificate.id.as_bytes());
    bytes.extend(slot(at, DISPLAY_SLOT_MS).to_be_bytes());
    bytes.push(u8::from(direction == Direction::Out));
    let signature = key.sign(&bytes);
    bytes.extend(signature);
    format!("{origin}/c#{}", keys::to_base64url(&bytes))
}

/// Makes the link for the volunteer's own screen; `None` when the certificate is no personal one.
pub fn personal_link(
    origin: &str,
    certificate: &Certificate,
    key: &SecretKey,
    at: Timestamp,
) -> Option<String> {
    let CertificateSubject::Personal { person_id } = certificate.subject else {
        return None;
    };
    let mut bytes = vec![VERSION, b'P'];
    bytes.extend(person_id.0.as_bytes());
    bytes.extend(certificate.id.as_bytes());
    bytes.extend(keys::from_base64url(&certificate.public_key)?);
    bytes.extend(certificate.not_before.0.to_be_bytes());
    bytes.extend(certificate.not_after.0.to_be_bytes());
    bytes.push(u8::try_from(certificate.key_id.len()).ok()?);
    bytes.extend(certificate.key_id.as_bytes());
    bytes.extend(keys::from_base64url(&certificate.signature)?);
    bytes.extend(slot(at, PERSONAL_SLOT_MS).to_be_bytes());
    let signature = key.sign(&bytes);
    bytes.extend(signature);
    Some(format!("{origin}/c#{}", keys::to_base64url(&bytes)))
}

/// Reads a code from a link or a bare token; `None` when it is none of ours.
pub fn read_code(text: &str) -> Option<Code> {
    let token = text.trim().rsplit('#').next()?;
    if token.len() > 1_000 {
        return None;
    }
    let bytes = keys::from_base64url(token)?;
    let split = bytes.len().checked_sub(64)?;
    let (signed, signature) = bytes.split_at(split);
    let signature = <[u8; 64]>::try_from(signature).ok()?;
    let mut reader = Reader(signed);
    if reader.byte()? != VERSION {
        return None;
    }
    match reader.byte()? {
        b'D' => {
            let code = DisplayCode {
                activity_id: ActivityId(reader.uuid()?),
                certificate_id: reader.uuid()?,
                slot: reader.long()?,
                direction: match reader.byte()? {
                    0 => Direction::In,
                    1 => Direction::Out,
                    _ => return None,
                },
                signature,
                signed: signed.to_vec(),
            };
            reader.0.is_empty().then_some(Code::Display(code))
        }
        b'P' => {
            let person_id = PersonId(reader.uuid()?);
            let id = reader.uuid()?;
            let public_key = keys::to_base64url(reader.take(32)?);
            let not_before = Timestamp(reader.long()?);
            let not_after = Timestamp(reader.long()?);
            let length = usize::from(reader.byte()?);
            let key_id = String::from_utf8(reader.take(length)?.to_vec()).ok()?;
            let server_signature = keys::to_base64url(reader.take(64)?);
            let slot = reader.long()?;
            let code = PersonalCode {
                certificate: Certificate {
                    id,
                    subject: CertificateSubject::Personal { person_id },
                    public_key,
                    not_before,
                    not_after,
                    key_id,
                    signature: server_signature,
                },
                person_id,
                slot,
                signature,
                signed: signed.to_vec(),
            };
            reader.0.is_empty().then_some(Code::Personal(code))
        }
        _ => None,
    }
}

impl DisplayCode {
    /// What is wrong with the code, given the certificate it names and the best estimate of when it
    /// was scanned; empty when all is well.
    pub fn judge(
        &self,
        certificate: Option<&Certificate>,
        trust: &Trust,
        activity_id: ActivityId,
        direction: Direction,
        captured_at: Timestamp,
    ) -> Vec<Flag> {
        let mut flags = Vec::new();
        if self.activity_id != activity_id || self.direction != direction {
            flags.push(Flag::OtherCode);
        }
        match certificate {
            Some(certificate)
                if certificate.id == self.certificate_id
                    && certificate.subject
                        == (CertificateSubject::Display {
                            activity_id: self.activity_id,
                        }) =>
            {
                let at = Timestamp(self.slot.saturating_mul(DISPLAY_SLOT_MS));
                judge_signed(
                    certificate,
                    trust,
                    &self.signed,
                    &self.signature,
                    at,
                    &mut flags,
                );
            }
            _ => flags.push(Flag::BadCertificate),
        }
        judge_slot(self.slot, DISPLAY_SLOT_MS, captured_at, &mut flags);
        flags
    }
}

impl PersonalCode {
    /// What is wrong with the code; works offline, since the code carries its certificate.
    pub fn judge(&self, trust: &Trust, person_id: PersonId, captured_at: Timestamp) -> Vec<Flag> {
        let mut flags = Vec::new();
        if self.person_id != person_id {
            flags.push(Flag::OtherCode);
        }
        let at = Timestamp(self.slot.saturating_mul(PERSONAL_SLOT_MS));
        judge_signed(
            &self.certificate,
            trust,
            &self.signed,
            &self.signature,
            at,
            &mut flags,
        );
        judge_slot(self.slot, PERSONAL_SLOT_MS, captured_at, &mut flags);
        flags
    }
}

fn judge_signed(
    certificate: &Certificate,
    trust: &Trust,
    signed: &[u8],
    signature: &[u8],
    at: Timestamp,
    flags: &mut Vec<Flag>,
) {
    let trusted = trust
        .key(&certificate.key_id)
        .is_some_and(|key| certificate.is_signed_by(&key))
        && !trust.revoked.contains(&certificate.id)
        && certificate.is_valid_at(at);
    if !trusted {
        flags.push(Flag::BadCertificate);
    }
    let genuine = keys::from_base64url(&certificate.public_key)
        .is_some_and(|key| keys::verify(&key, signed, signature));
    if !genuine {
        flags.push(Flag::BadSignature);
    }
}

fn judge_slot(slot: i64, length_ms: i64, captured_at: Timestamp, flags: &mut Vec<Flag>) {
    let start = Timestamp(slot.saturating_mul(length_ms));
    let distance = captured_at.since(start);
    if distance < -SLOT_TOLERANCE_MS || distance > length_ms.saturating_add(SLOT_TOLERANCE_MS) {
        flags.push(Flag::SlotFarFromCapture);
    }
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1).map(|bytes| bytes[0])
    }

    fn long(&mut self) -> Option<i64> {
        self.take(8)
            .and_then(|bytes| bytes.try_into().ok())
            .map(i64::from_be_bytes)
    }

    fn uuid(&mut self) -> Option<Uuid> {
        self.take(16).and_then(|bytes| Uuid::from_slice(bytes).ok())
    }
}
