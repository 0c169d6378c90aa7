//! Receives the bytes of one `PATCH` and makes them durable piece by piece.
//!
//! A piece is an object of its own under a unique name; the offset counts it once the object and the
//! line about it are written. A cut connection keeps what came before the cut.

use std::time::Duration;

use axum::body::{Body, Bytes};
use futures::StreamExt as _;
use object_store::{ObjectStoreExt as _, PutPayload, path::Path};
use sha1::Digest as _;
use uuid::Uuid;

use super::store::{self, Piece, Upload};
use crate::{AppState, error::Result};

/// The folder of pieces.
pub const PIECES: &str = "uploads";
/// Bytes that are held in memory before they are written.
const PIECE: usize = 512 * 1024;
/// How long a connection may stay silent.
const SILENCE: Duration = Duration::from_mins(1);

/// How a `PATCH` ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Received {
    /// The durable offset.
    Upto(i64),
    /// Somebody else took the upload meanwhile.
    Taken,
    /// More bytes came than the upload has.
    TooMany,
    /// The bytes don't have the checksum that the request named; none of them counts.
    BadChecksum,
}

/// The checksum of one `PATCH`, from `Upload-Checksum`.
pub enum Checksum {
    Sha256(Vec<u8>, domain::keys::Sha256Stream),
    Sha1(Vec<u8>, sha1::Sha1),
}

impl Checksum {
    /// Reads `algorithm base64`; `None` when it is none of ours.
    pub fn read(header: &str) -> Option<Self> {
        use base64::{Engine as _, engine::general_purpose::STANDARD};
        let (algorithm, value) = header.trim().split_once(' ')?;
        let expected = STANDARD.decode(value.trim()).ok()?;
        match (algorithm, expected.len()) {
            ("sha256", 32) => Some(Self::Sha256(
                expected,
                domain::keys::Sha256Stream::default(),
            )),
            ("sha1", 20) => Some(Self::Sha1(expected, sha1::Sha1::new())),
            _ => None,
        }
    }

    fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Sha256(_, hash) => hash.update(bytes),
            Self::Sha1(_, hash) => hash.update(bytes),
        }
    }

    fn fits(self) -> bool {
        match self {
            Self::Sha256(expected, hash) => hash.finish_hex() == domain::keys::hex(&expected),
            Self::Sha1(expected, hash) => hash.finalize().as_slice() == expected,
        }
    }
}

/// Appends the body to the upload, which `holder` has taken.
pub async fn receive(
    state: &AppState,
    upload: &Upload,
    holder: &str,
    body: Body,
    mut checksum: Option<Checksum>,
) -> Result<Received> {
    let mut writer = Writer {
        state,
        upload,
        holder,
        offset: upload.stored_bytes,
        pieces: upload.pieces,
        written: Vec::new(),
    };
    let mut stream = body.into_data_stream();
    let mut waiting: Vec<Bytes> = Vec::new();
    let mut length = 0;
    let mut arrived = upload.stored_bytes;
    let mut whole = true;
    loop {
        let bytes = match tokio::time::timeout(SILENCE, stream.next()).await {
            Ok(None) => break,
            Ok(Some(Ok(bytes))) => bytes,
            Ok(Some(Err(_))) | Err(_) => {
                whole = false;
                break;
            }
        };
        arrived = arrived.saturating_add(bytes.len() as i64);
        if arrived > upload.size {
            writer.discard().await;
            return Ok(Received::TooMany);
        }
        if let Some(checksum) = &mut checksum {
            checksum.update(&bytes);
        }
        length += bytes.len();
        waiting.push(bytes);
        if length >= PIECE {
            writer.put(std::mem::take(&mut waiting)).await?;
            length = 0;
            if checksum.is_none() && !writer.count().await? {
                return Ok(Received::Taken);
            }
        }
    }
    writer.put(waiting).await?;
    if let Some(checksum) = checksum
        && (!whole || !checksum.fits())
    {
        writer.discard().await;
        return Ok(Received::BadChecksum);
    }
    Ok(if writer.count().await? {
        Received::Upto(writer.offset)
    } else {
        Received::Taken
    })
}

struct Writer<'a> {
    state: &'a AppState,
    upload: &'a Upload,
    holder: &'a str,
    offset: i64,
    pieces: i64,
    /// Durable, not yet counted.
    written: Vec<Piece>,
}

impl Writer<'_> {
    /// Makes bytes durable.
    async fn put(&mut self, bytes: Vec<Bytes>) -> Result<()> {
        let payload: PutPayload = bytes.into_iter().collect();
        let size = payload.content_length() as i64;
        if size == 0 {
            return Ok(());
        }
        let number = self.pieces + self.written.len() as i64;
        // Unique, so that a request that lost the upload can't write over what came after it.
        let object = format!(
            "{PIECES}/{}/{number}-{}",
            self.upload.id,
            Uuid::new_v4().simple()
        );
        self.state
            .blobs
            .put(&Path::from(object.as_str()), payload)
            .await?;
        self.written.push(Piece { object, size });
        Ok(())
    }

    /// Counts what is durable; false when somebody else has the upload.
    async fn count(&mut self) -> Result<bool> {
        if self.written.is_empty() {
            return Ok(true);
        }
        let mut tx = self.state.db.begin_for(self.upload.organization_id).await?;
        let mine = store::append(
            &mut tx,
            self.upload,
            self.holder,
            self.pieces,
            &self.written,
        )
        .await?;
        if !mine {
            drop(tx);
            self.discard().await;
            return Ok(false);
        }
        tx.commit().await?;
        self.offset += self.written.iter().map(|piece| piece.size).sum::<i64>();
        self.pieces += self.written.len() as i64;
        self.written.clear();
        Ok(true)
    }

    async fn discard(&mut self) {
        remove(self.state, &self.written).await;
        self.written.clear();
    }
}

/// Removes objects that nothing counts any more; one that stays behind only takes space.
pub async fn remove(state: &AppState, pieces: &[Piece]) {
    for piece in pieces {
        if let Err(error) = state.blobs.delete(&Path::from(piece.object.as_str())).await {
            tracing::warn!(%error, object = piece.object, "a piece can't be removed");
        }
    }
}
