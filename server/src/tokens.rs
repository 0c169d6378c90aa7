//! Random secrets and the hashes under which the database knows them.

use domain::keys;

use crate::error::{Error, Result};

/// `N` bytes from the operating system.
pub fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| Error::internal(error.to_string()))?;
    Ok(bytes)
}

/// A new secret of 256 bits, as text for a cookie or a link.
pub fn secret() -> Result<String> {
    Ok(keys::to_base64url(&random::<32>()?))
}

/// What the database keeps instead of the secret: a stolen database opens nothing.
pub fn hash(secret: &str) -> String {
    keys::sha256_hex(secret.as_bytes())
}

/// `length` characters that nobody mistakes for one another, read aloud or copied by hand.
pub fn code(length: usize) -> Result<String> {
    const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";
    let mut code = String::with_capacity(length);
    while code.len() < length {
        let [byte] = random::<1>()?;
        code.push(char::from(LETTERS[usize::from(byte & 31)]));
    }
    Ok(code)
}
