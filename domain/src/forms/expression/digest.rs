//! `digest()` and `uuid()`.
//!
//! Leaves out randomness: an identifier is made of the environment's seed.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

use crate::{forms::evaluation::Environment, text::Text};

const ALGORITHMS: [&str; 5] = ["MD5", "SHA-1", "SHA-256", "SHA-384", "SHA-512"];

/// Refuses an algorithm that XForms doesn't name.
pub(super) fn check(algorithm: &str) -> Result<(), Text> {
    if ALGORITHMS.contains(&algorithm) {
        return Ok(());
    }
    let known = ALGORITHMS.join(", ");
    Err(Text::new(
        format!("digest() 可用的算法：{known}"),
        format!("digest() knows these algorithms: {known}."),
    ))
}

/// The hash of a text's UTF-8 bytes, as `hex` or else in base64; empty for an unknown algorithm.
pub(super) fn digest(text: &str, algorithm: &str, encoding: &str) -> String {
    let bytes = text.as_bytes();
    let hash = match algorithm {
        "MD5" => Md5::digest(bytes).to_vec(),
        "SHA-1" => Sha1::digest(bytes).to_vec(),
        "SHA-256" => Sha256::digest(bytes).to_vec(),
        "SHA-384" => Sha384::digest(bytes).to_vec(),
        "SHA-512" => Sha512::digest(bytes).to_vec(),
        _ => return String::new(),
    };
    if encoding == "hex" {
        let mut hex = String::with_capacity(2 * hash.len());
        for byte in hash {
            for digit in [byte >> 4, byte & 15] {
                hex.extend(char::from_digit(u32::from(digit), 16));
            }
        }
        hex
    } else {
        BASE64_STANDARD.encode(hash)
    }
}

/// A UUID of version 4 for the question's `key`, or an identifier of `length` letters and digits.
pub(super) fn uuid(environment: &Environment, key: &str, length: Option<usize>) -> String {
    let hash = |block: u64| {
        let mut hasher = Sha512::new();
        hasher.update(environment.seed.to_be_bytes());
        hasher.update(block.to_be_bytes());
        hasher.update(key.as_bytes());
        hasher.finalize()
    };
    let Some(length) = length else {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&hash(0)[..16]);
        return uuid::Builder::from_random_bytes(bytes)
            .into_uuid()
            .to_string();
    };
    let letters = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut text = String::with_capacity(length);
    for block in 1.. {
        for byte in hash(block) {
            if text.len() == length {
                return text;
            }
            text.push(char::from(letters[usize::from(byte) % letters.len()]));
        }
    }
    text
}
