//! A pull's cursor: opaque to the device, `version 1 | epoch 8 | seq 8 | scope 8` as base64url.

use domain::keys;

const VERSION: u8 = 1;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// Of the organization's history; changes when the database is restored from a backup.
    pub epoch: i64,
    pub seq: i64,
    /// Hash of what the device may see.
    pub scope: [u8; 8],
}

impl Cursor {
    pub fn write(self) -> String {
        let mut bytes = vec![VERSION];
        bytes.extend(self.epoch.to_be_bytes());
        bytes.extend(self.seq.to_be_bytes());
        bytes.extend(self.scope);
        keys::to_base64url(&bytes)
    }

    /// `None` for what this server didn't write, or wrote in another version: start again.
    pub fn read(text: &str) -> Option<Self> {
        let bytes = keys::from_base64url(text)?;
        let (version, rest) = bytes.split_first()?;
        if *version != VERSION || rest.len() != 24 {
            return None;
        }
        Some(Self {
            epoch: i64::from_be_bytes(rest[..8].try_into().ok()?),
            seq: i64::from_be_bytes(rest[8..16].try_into().ok()?),
            scope: rest[16..].try_into().ok()?,
        })
    }
}

/// The hash of the audiences that a device belongs to.
pub fn scope(audiences: &[String]) -> [u8; 8] {
    let parts: Vec<&[u8]> = audiences.iter().map(String::as_bytes).collect();
    let hash = keys::sha256_parts(&parts);
    let mut scope = [0; 8];
    scope.copy_from_slice(&hash[..8]);
    scope
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_and_nothing_else_does() {
        let cursor = Cursor {
            epoch: 3,
            seq: i64::MAX,
            scope: [7; 8],
        };
        assert_eq!(Cursor::read(&cursor.write()), Some(cursor));
        for text in ["", "x", "AA", "%%%", &cursor.write()[1..]] {
            assert_eq!(Cursor::read(text), None, "{text}");
        }
    }
}
