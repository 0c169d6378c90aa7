//! The rescue file: what a phone couldn't send, sealed so that only the server opens it, and carried by
//! anybody.
//!
//! Sealed by HPKE (RFC 9180, base mode): DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, `ChaCha20Poly1305`;
//! `info` is the first line without its end. The file is that line, `minglu-rescue-1 <key id>\n`, the 32
//! bytes of the encapsulated key, and chunks in order: one byte that is 1 for the last chunk and else 0
//! (also the chunk's associated data), its length as 4 bytes, and so many sealed bytes. What is sealed:
//! the length of the [`Manifest`] as 4 bytes, the manifest as JSON, and the blobs in its order.
//!
//! Leaves out reading and writing files, and where randomness comes from.

use std::convert::Infallible;

use hpke::{
    Deserializable as _, Kem as _, OpModeR, OpModeS, Serializable as _,
    aead::{AeadCtxR, AeadCtxS, ChaCha20Poly1305},
    kdf::HkdfSha256,
    kem::X25519HkdfSha256,
    rand_core::{TryCryptoRng, TryRng},
};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::{DeviceId, OrganizationId, PersonId, Timestamp, keys};

/// How a rescue file begins.
pub const FORMAT: &str = "minglu-rescue-1";
/// The most bytes of a rescue file.
pub const FILE_BYTES: usize = 200 * 1024 * 1024;
/// The most bytes of a chunk before it is sealed.
pub const CHUNK_BYTES: usize = 64 * 1024;
/// What sealing adds to a chunk.
pub const TAG_BYTES: usize = 16;
/// The encapsulated key.
pub const KEY_BYTES: usize = 32;
/// The longest first line, its end included.
pub const LINE_BYTES: usize = 100;

type Cipher = ChaCha20Poly1305;
type Derivation = HkdfSha256;
type Exchange = X25519HkdfSha256;

/// What a phone needs to seal a rescue file; the server gives it with the last page of a pull.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RescuePass {
    /// Which of the server's keys.
    pub key_id: String,
    /// X25519, base64url.
    pub public_key: String,
    /// The server's signature over [`token_message`], base64url: it goes into the file and shows that
    /// the file comes from this account on this phone.
    pub token: String,
}

/// The bytes that the server signs for one account on one phone.
pub fn token_message(organization: OrganizationId, person: PersonId, device: DeviceId) -> Vec<u8> {
    keys::sha256_parts(&[
        b"minglu-rescue-token-1",
        organization.0.as_bytes(),
        person.0.as_bytes(),
        device.0.as_bytes(),
    ])
    .to_vec()
}

/// What stands before the blobs.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Manifest {
    pub organization_id: OrganizationId,
    pub person_id: PersonId,
    pub device_id: DeviceId,
    /// Of the person, for people.
    pub name: String,
    pub token: String,
    pub saved_at: Timestamp,
    pub app_build: String,
    /// Raw envelopes, so that taking them in twice does no harm.
    pub operations: Vec<Box<RawValue>>,
    pub blobs: Vec<CarriedBlob>,
    /// Not submitted, hence nobody's but the person's.
    #[serde(default)]
    pub drafts: Vec<Box<RawValue>>,
    /// Photos that didn't fit.
    #[serde(default)]
    pub left_out: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CarriedBlob {
    pub sha256: String,
    pub media_type: String,
    pub size: u64,
    /// Only a draft names it.
    #[serde(default)]
    pub draft: bool,
}

/// Seals what is written into it.
pub struct Sealer {
    context: AeadCtxS<Cipher, Derivation, Exchange>,
    waiting: Vec<u8>,
    file: Vec<u8>,
}

impl Sealer {
    /// `seed` comes from a cryptographic source and is used once. `None` when the key isn't one.
    pub fn new(pass: &RescuePass, seed: [u8; 32]) -> Option<Self> {
        let public = keys::from_base64url(&pass.public_key)?;
        let public = <Exchange as hpke::Kem>::PublicKey::from_bytes(&public).ok()?;
        let line = format!("{FORMAT} {}", pass.key_id);
        let (key, context) = hpke::setup_sender_with_rng::<Cipher, Derivation, Exchange>(
            &OpModeS::Base,
            &public,
            line.as_bytes(),
            &mut Seed { seed, drawn: 0 },
        )
        .ok()?;
        let mut file = line.into_bytes();
        file.push(b'\n');
        file.extend_from_slice(&key.to_bytes());
        Some(Self {
            context,
            waiting: Vec::with_capacity(CHUNK_BYTES),
            file,
        })
    }

    pub fn write(&mut self, mut bytes: &[u8]) -> Option<()> {
        while !bytes.is_empty() {
            // A full chunk waits until it is clear whether it is the last.
            if self.waiting.len() == CHUNK_BYTES {
                self.seal(false)?;
            }
            let room = CHUNK_BYTES - self.waiting.len();
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            self.waiting.extend_from_slice(now);
            bytes = later;
        }
        Some(())
    }

    /// The whole file.
    pub fn finish(mut self) -> Option<Vec<u8>> {
        self.seal(true)?;
        Some(self.file)
    }

    fn seal(&mut self, last: bool) -> Option<()> {
        let mark = [u8::from(last)];
        let sealed = self.context.seal(&self.waiting, &mark).ok()?;
        self.file.extend_from_slice(&mark);
        self.file
            .extend_from_slice(&(sealed.len() as u32).to_be_bytes());
        self.file.extend_from_slice(&sealed);
        self.waiting.clear();
        Some(())
    }
}

/// The server's key that opens rescue files, derived from one of its signing keys.
pub struct RescueKey {
    secret: <Exchange as hpke::Kem>::PrivateKey,
    public: <Exchange as hpke::Kem>::PublicKey,
}

impl RescueKey {
    pub fn derive(secret: &[u8; 32]) -> Self {
        let material = keys::sha256_parts(&[b"minglu-rescue-key-1", secret]);
        let (secret, public) = Exchange::derive_keypair(&material);
        Self { secret, public }
    }

    /// base64url
    pub fn public(&self) -> String {
        keys::to_base64url(&self.public.to_bytes())
    }

    /// Begins to open a file with this first line (without its end) and encapsulated key.
    pub fn opener(&self, line: &str, key: &[u8]) -> Option<Opener> {
        let key = <Exchange as hpke::Kem>::EncappedKey::from_bytes(key).ok()?;
        let context =
            hpke::setup_receiver(&OpModeR::Base, &self.secret, &key, line.as_bytes()).ok()?;
        Some(Opener(context))
    }
}

/// Opens chunks in their order.
pub struct Opener(AeadCtxR<Cipher, Derivation, Exchange>);

impl Opener {
    /// `None` when the chunk was changed, belongs elsewhere, or isn't (or is) the last.
    pub fn open(&mut self, sealed: &[u8], last: bool) -> Option<Vec<u8>> {
        self.0.open(sealed, &[u8::from(last)]).ok()
    }
}

/// The id of the key that a first line names.
pub fn key_id(line: &str) -> Option<&str> {
    line.strip_prefix(FORMAT)?
        .strip_prefix(' ')
        .filter(|id| !id.is_empty())
}

/// Gives out a seed and what follows from it.
struct Seed {
    seed: [u8; 32],
    drawn: u64,
}

impl TryRng for Seed {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for piece in bytes.chunks_mut(32) {
            let block = keys::sha256_parts(&[&self.seed, &self.drawn.to_be_bytes()]);
            self.drawn += 1;
            piece.copy_from_slice(&block[..piece.len()]);
        }
        Ok(())
    }
}

impl TryCryptoRng for Seed {}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(bytes: &[u8]) -> (RescueKey, Vec<u8>) {
        let key = RescueKey::derive(&[7; 32]);
        let pass = RescuePass {
            key_id: "1".to_owned(),
            public_key: key.public(),
            token: String::new(),
        };
        let mut sealer = Sealer::new(&pass, [9; 32]).expect("a key");
        for piece in bytes.chunks(1_000) {
            sealer.write(piece).expect("sealed");
        }
        (key, sealer.finish().expect("sealed"))
    }

    fn open(key: &RescueKey, file: &[u8]) -> Option<Vec<u8>> {
        let end = file.iter().position(|byte| *byte == b'\n')?;
        let line = str::from_utf8(&file[..end]).ok()?;
        assert_eq!(key_id(line), Some("1"));
        let (encapsulated, mut rest) = file[end + 1..].split_at_checked(KEY_BYTES)?;
        let mut opener = key.opener(line, encapsulated)?;
        let mut plain = Vec::new();
        loop {
            let (head, after) = rest.split_at_checked(5)?;
            let length = u32::from_be_bytes(head[1..].try_into().ok()?) as usize;
            let (chunk, after) = after.split_at_checked(length)?;
            plain.extend(opener.open(chunk, head[0] == 1)?);
            if head[0] == 1 {
                return after.is_empty().then_some(plain);
            }
            rest = after;
        }
    }

    #[test]
    fn what_is_sealed_is_opened_whole_at_every_length() {
        for length in [
            0,
            1,
            CHUNK_BYTES - 1,
            CHUNK_BYTES,
            CHUNK_BYTES + 1,
            3 * CHUNK_BYTES,
        ] {
            let bytes: Vec<u8> = (0..length).map(|it| (it % 251) as u8).collect();
            let (key, file) = sealed(&bytes);
            assert_eq!(open(&key, &file), Some(bytes), "{length}");
        }
    }

    #[test]
    fn what_was_changed_cut_or_swapped_is_not_opened() {
        let bytes: Vec<u8> = (0..2 * CHUNK_BYTES + 10)
            .map(|it| (it % 251) as u8)
            .collect();
        let (key, file) = sealed(&bytes);
        let first_chunk = FORMAT.len() + 3 + KEY_BYTES;
        let one = 5 + CHUNK_BYTES + TAG_BYTES;
        for at in [0, 16, first_chunk - 1, first_chunk + 5, file.len() - 1] {
            let mut changed = file.clone();
            changed[at] ^= 1;
            let line_is_another = std::panic::catch_unwind(|| open(&key, &changed));
            assert!(!matches!(line_is_another, Ok(Some(_))), "at {at}");
        }
        // Without its end, also where a chunk ends and says that it is the last.
        assert_eq!(open(&key, &file[..first_chunk + 2 * one]), None);
        let mut short = file[..first_chunk + one].to_vec();
        short[first_chunk] = 1;
        assert_eq!(open(&key, &short), None);
        let mut swapped = file[..first_chunk].to_vec();
        swapped.extend_from_slice(&file[first_chunk + one..first_chunk + 2 * one]);
        swapped.extend_from_slice(&file[first_chunk..first_chunk + one]);
        swapped.extend_from_slice(&file[first_chunk + 2 * one..]);
        assert_eq!(open(&key, &swapped), None);
        let other = RescueKey::derive(&[8; 32]);
        assert_eq!(open(&other, &file), None);
    }

    /// RFC 9180, A.2: the base mode of the same suite, whose first message must open.
    #[test]
    fn the_suite_is_the_one_of_the_rfc() {
        let hex = |text: &str| -> Vec<u8> {
            text.as_bytes()
                .chunks(2)
                .map(|pair| u8::from_str_radix(str::from_utf8(pair).expect("ASCII"), 16))
                .collect::<Result<_, _>>()
                .expect("hex")
        };
        let info = hex("4f6465206f6e2061204772656369616e2055726e");
        let secret = hex("8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb");
        let key = hex("1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a");
        let sealed = hex(
            "1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28",
        );
        let secret = <Exchange as hpke::Kem>::PrivateKey::from_bytes(&secret).expect("a key");
        let key = <Exchange as hpke::Kem>::EncappedKey::from_bytes(&key).expect("a key");
        let mut context: AeadCtxR<Cipher, Derivation, Exchange> =
            hpke::setup_receiver(&OpModeR::Base, &secret, &key, &info).expect("a context");
        let plain = context.open(&sealed, &hex("436f756e742d30"));
        assert_eq!(plain.ok(), Some(b"Beauty is truth, truth beauty".to_vec()));
    }
}
