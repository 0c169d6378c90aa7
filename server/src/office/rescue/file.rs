//! The file itself: to the disk as it comes, then opened chunk by chunk. At no time is more of it in
//! memory than its manifest or one photo.

use std::{
    fs::File,
    io::{self, BufRead as _, BufReader, Read, Seek as _, Write as _},
};

use axum::body::{Body, Bytes};
use domain::{
    keys::is_sha256_hex,
    rescue::{
        CHUNK_BYTES, CarriedBlob, FILE_BYTES, KEY_BYTES, LINE_BYTES, Manifest, Opener, TAG_BYTES,
        key_id,
    },
};
use futures::StreamExt as _;

use super::refused;
use crate::{Error, Result, keys::ServerKeys, settings::Settings};

/// The longest manifest.
const MANIFEST_BYTES: u32 = 64 * 1024 * 1024;

/// Writes the body to a file without a name, which is gone when nobody holds it.
pub(super) async fn spool(settings: &Settings, body: Body) -> Result<File> {
    // Beside the data there is room; where there is no such folder, as with S3, the system's.
    let mut file = tempfile::tempfile_in(&settings.data)
        .or_else(|_| tempfile::tempfile())
        .map_err(full)?;
    let mut stream = body.into_data_stream();
    let mut length = 0;
    while let Some(bytes) = stream.next().await {
        // Who hung up hears nothing anyway.
        let bytes = bytes.map_err(|_| Error::Unavailable { retry_after_s: 30 })?;
        length += bytes.len();
        if length > FILE_BYTES {
            return Err(Error::TooLarge {
                limit: FILE_BYTES as i64,
            });
        }
        file = blocking(move || {
            let written = file.write_all(&bytes);
            (file, written)
        })
        .await
        .and_then(|(file, written)| written.map(|()| file).map_err(full))?;
    }
    Ok(file)
}

pub(super) struct Opened {
    pub(super) key_id: String,
    pub(super) manifest: Manifest,
    pub(super) photos: Plain,
}

pub(super) async fn open(keys: &ServerKeys, file: File) -> Result<Opened> {
    let keys = keys.clone();
    blocking(move || begin(&keys, file)).await?
}

fn begin(keys: &ServerKeys, mut file: File) -> Result<Opened> {
    file.rewind().map_err(Error::internal)?;
    let mut file = BufReader::new(file);
    let mut line = Vec::new();
    let read = (&mut file)
        .take(LINE_BYTES as u64)
        .read_until(b'\n', &mut line);
    read.map_err(Error::internal)?;
    let line = line.strip_suffix(b"\n").unwrap_or_default();
    let line = str::from_utf8(line).unwrap_or_default();
    let id = key_id(line).ok_or_else(|| {
        refused(
            "no_rescue_file",
            "这不是明录手机导出的文件，请选择扩展名为 .minglu 的文件",
            "This isn’t a file exported by Minglu on a phone. Please choose one that ends in .minglu",
        )
    })?;
    let mut key = [0; KEY_BYTES];
    file.read_exact(&mut key).map_err(|_| damaged())?;
    let opener = keys
        .rescue_key(id)
        .and_then(|own| own.opener(line, &key))
        .ok_or_else(foreign)?;
    let mut plain = Plain {
        file,
        opener,
        chunk: Vec::new(),
        at: 0,
        ended: false,
        opened: false,
    };
    let mut length = [0; 4];
    if plain.read_exact(&mut length).is_err() {
        // What can't be opened at all was sealed for another key, or is damaged from the start.
        return Err(if plain.opened { damaged() } else { foreign() });
    }
    let length = u32::from_be_bytes(length);
    if length > MANIFEST_BYTES {
        return Err(damaged());
    }
    let mut manifest = Vec::new();
    let read = (&mut plain).take(length.into()).read_to_end(&mut manifest);
    if read.map_err(|_| damaged())? != length as usize {
        return Err(damaged());
    }
    Ok(Opened {
        key_id: id.to_owned(),
        manifest: serde_json::from_slice(&manifest).map_err(|_| damaged())?,
        photos: plain,
    })
}

/// The next blob's bytes; `None` when it is larger than a photo may be or has no name of one.
pub(super) async fn next_blob(
    mut photos: Plain,
    blob: &CarriedBlob,
    limit: i64,
) -> Result<(Plain, Option<Bytes>)> {
    let size = blob.size;
    let wanted = size > 0 && size <= limit.max(0) as u64 && is_sha256_hex(&blob.sha256);
    blocking(move || {
        let mut rest = (&mut photos).take(size);
        let mut bytes = Vec::new();
        let read = if wanted {
            rest.read_to_end(&mut bytes).map(|read| read as u64)
        } else {
            io::copy(&mut rest, &mut io::sink())
        };
        match read {
            Ok(read) if read == size => Ok((photos, wanted.then(|| bytes.into()))),
            _ => Err(damaged()),
        }
    })
    .await?
}

/// What was sealed, read in order.
pub(super) struct Plain {
    file: BufReader<File>,
    opener: Opener,
    chunk: Vec<u8>,
    at: usize,
    ended: bool,
    /// Whether the first chunk could be opened.
    opened: bool,
}

impl Plain {
    fn next_chunk(&mut self) -> io::Result<()> {
        let mut head = [0; 5];
        self.file.read_exact(&mut head)?;
        let [mark, length @ ..] = head;
        let length = u32::from_be_bytes(length) as usize;
        if mark > 1 || length > CHUNK_BYTES + TAG_BYTES {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let mut sealed = vec![0; length];
        self.file.read_exact(&mut sealed)?;
        self.ended = mark == 1;
        self.chunk = self
            .opener
            .open(&sealed, self.ended)
            .ok_or(io::ErrorKind::InvalidData)?;
        self.at = 0;
        self.opened = true;
        Ok(())
    }
}

impl Read for Plain {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at == self.chunk.len() {
            if self.ended {
                return Ok(0);
            }
            self.next_chunk()?;
        }
        let read = (&self.chunk[self.at..]).read(buffer)?;
        self.at += read;
        Ok(read)
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(Error::internal)
}

fn full(error: io::Error) -> Error {
    tracing::warn!(%error, "a rescue file can't be put on the disk");
    Error::Unavailable { retry_after_s: 60 }
}

fn foreign() -> Error {
    refused(
        "sealed_for_another",
        "这个文件不是为本服务器加密的，或者开头已损坏；请确认服务器地址，或在原手机上重新导出",
        "This file was sealed for another server, or its beginning is damaged. Please check the server’s address, or export it again on that phone",
    )
}

fn damaged() -> Error {
    refused(
        "damaged_file",
        "文件已损坏或不完整，已读到的内容已收下；请重新传一次，或在原手机上重新导出",
        "The file is damaged or incomplete; what could be read was taken in. Please transfer it again, or export it again on that phone",
    )
}
