//! Rescue: everything that the server lacks in one sealed file, and files that this phone carries for
//! others.
//!
//! The operations are the raw envelopes, so that handing a file in twice does no harm. Only the server
//! opens it ([`domain::rescue`]); whoever carries it can't read it.

use domain::{
    Lang, Timestamp,
    api::sync::RescueReport,
    keys,
    rescue::{self, CarriedBlob, FILE_BYTES, Manifest, RescuePass, Sealer},
    small,
    text::Text,
    time::DAY_MS,
};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::{
    engine::SyncReport,
    error::SyncError,
    records::{self, Tx, Upload, meta},
    replica::Replica,
    storage::{Mode, StorageError, Store},
};

/// How long the list of carried files names one that was handed in.
const CARRIED_MS: i64 = 30 * DAY_MS;

/// Why there is no file, or why one isn't carried.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RescueError {
    /// The phone hasn't reached a server that takes rescue files since it was set up.
    #[error("no key to seal it for")]
    NoKey,
    #[error("no rescue file")]
    NotOne,
    #[error("the file is too large")]
    TooLarge,
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl RescueError {
    pub fn message(&self, lang: Lang) -> String {
        match self {
            Self::NoKey => lang
                .pick(
                    "这台手机还没有取得加密用的密钥，请先连一次网；内容都还在本机",
                    "This phone has no key to encrypt with yet. Please go online once; everything is still on this phone",
                )
                .to_owned(),
            Self::NotOne => lang
                .pick(
                    "这不是明录导出的文件，请选择扩展名为 .minglu 的文件",
                    "This isn’t a file exported by Minglu. Please choose one that ends in .minglu",
                )
                .to_owned(),
            Self::TooLarge => lang
                .pick(
                    "文件超过 200 MB，请交给办公室导入",
                    "The file is larger than 200 MB. Please give it to the office",
                )
                .to_owned(),
            Self::Storage(error) => error.message(lang),
        }
    }
}

/// All that a rescue file needs of what waits, so that it goes along whatever this build can read of it.
#[derive(Deserialize)]
struct Envelope {
    operation: Box<RawValue>,
}

/// A file that this phone carries, or carried, for somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CarriedFile {
    pub sha256: String,
    pub size: i64,
    pub since: Timestamp,
    #[serde(default)]
    pub last_error: Option<Text>,
    /// The server will never take it.
    #[serde(default)]
    pub refused: bool,
    /// What the server said when it was handed in.
    #[serde(default)]
    pub report: Option<RescueReport>,
}

impl CarriedFile {
    pub fn is_pending(&self) -> bool {
        self.report.is_none() && !self.refused
    }

    fn key(sha256: &str) -> String {
        format!("{}{sha256}", meta::CARRIED)
    }
}

pub(crate) async fn carried(tx: &Tx) -> Result<Vec<CarriedFile>, StorageError> {
    records::list(tx, Store::Meta, meta::CARRIED).await
}

impl Replica {
    /// A sealed file with all that the server doesn't hold, drafts included.
    pub async fn rescue(&self) -> Result<Vec<u8>, RescueError> {
        let tx = self.0.storage.begin(Mode::Read).await?;
        let pass: Option<RescuePass> = records::get(&*tx, Store::Meta, meta::RESCUE).await?;
        let pass = pass.ok_or(RescueError::NoKey)?;
        let envelopes: Vec<Envelope> = records::list(&*tx, Store::Outbox, "").await?;
        let drafts = tx.list(Store::Drafts, "").await?;
        let mut uploads: Vec<Upload> = records::list(&*tx, Store::Uploads, "").await?;
        uploads.retain(|upload| upload.stored_at.is_none());
        small::sort_by_key(&mut uploads, |upload| {
            (!upload.wanted, upload.kind, upload.order)
        });
        let account = self.account();
        let mut manifest = Manifest {
            organization_id: account.organization_id,
            person_id: account.person_id,
            device_id: account.device_id,
            name: account.name,
            token: pass.token.clone(),
            saved_at: self.best_now(),
            app_build: self.0.environment.app_build(),
            operations: envelopes.into_iter().map(|it| it.operation).collect(),
            blobs: Vec::new(),
            drafts: drafts
                .into_iter()
                .filter_map(|(_, text)| RawValue::from_string(text).ok())
                .collect(),
            left_out: 0,
        };
        let mut blobs = Vec::new();
        let mut room = FILE_BYTES.saturating_sub(written(&manifest)?.len() * 2);
        for upload in uploads {
            let Some(bytes) = tx.get_bytes(&upload.sha256).await? else {
                continue;
            };
            // What sealing adds is far below one in a hundred.
            let size = bytes.len() + bytes.len() / 100 + 1_000;
            if size > room {
                manifest.left_out += 1;
                continue;
            }
            room -= size;
            manifest.blobs.push(CarriedBlob {
                sha256: upload.sha256,
                media_type: upload.media_type,
                size: bytes.len() as u64,
                draft: !upload.wanted,
            });
            blobs.push(bytes);
        }
        drop(tx);
        let mut seed = [0; 32];
        self.0.environment.fill_random(&mut seed);
        seal(&pass, seed, &manifest, blobs)
    }

    /// Carries a colleague's file: it is handed in when there is a network.
    pub async fn carry(&self, file: &[u8]) -> Result<(), RescueError> {
        let line = file.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let line = str::from_utf8(line).unwrap_or_default();
        if rescue::key_id(line).is_none() || file.len() <= line.len() + rescue::KEY_BYTES {
            return Err(RescueError::NotOne);
        }
        if file.len() > FILE_BYTES {
            return Err(RescueError::TooLarge);
        }
        self.ask_to_persist().await;
        let sha256 = keys::sha256_hex(file);
        let key = CarriedFile::key(&sha256);
        let tx = self.0.storage.begin(Mode::Strict).await?;
        let before: Option<CarriedFile> = records::get(&*tx, Store::Meta, &key).await?;
        // Handed in before: the server counts what it knows, so that doing it again is harmless.
        tx.put_bytes(&sha256, file).await?;
        let carried = CarriedFile {
            since: before.map_or_else(|| self.best_now(), |before| before.since),
            size: file.len() as i64,
            last_error: None,
            refused: false,
            report: None,
            sha256,
        };
        records::put(&*tx, Store::Meta, &key, &carried).await?;
        tx.commit().await?;
        self.changed().await;
        self.wake();
        Ok(())
    }

    /// The files that this phone carries or has handed in lately.
    pub async fn carried(&self) -> Result<Vec<CarriedFile>, StorageError> {
        let tx = self.0.storage.begin(Mode::Read).await?;
        carried(&*tx).await
    }

    /// Hands in what is carried.
    pub(crate) async fn hand_in(&self, report: &mut SyncReport) -> Result<(), SyncError> {
        let tx = self.0.storage.begin(Mode::Read).await?;
        let files = carried(&*tx).await?;
        drop(tx);
        for file in files {
            if !file.is_pending() {
                if self.best_now().since(file.since) > CARRIED_MS {
                    self.forget_carried(&file).await?;
                }
                continue;
            }
            let now = self.now_monotonic();
            if self.0.engine.rests.is_resting(&file.sha256, now) {
                continue;
            }
            let tx = self.0.storage.begin(Mode::Read).await?;
            let bytes = tx.get_bytes(&file.sha256).await?;
            drop(tx);
            let Some(bytes) = bytes else {
                self.forget_carried(&file).await?;
                continue;
            };
            let answer = self.client().hand_in(bytes).await;
            self.note_hand_in(file, answer, report).await?;
            self.changed().await;
        }
        Ok(())
    }

    async fn note_hand_in(
        &self,
        file: CarriedFile,
        answer: Result<RescueReport, SyncError>,
        report: &mut SyncReport,
    ) -> Result<(), SyncError> {
        let sha256 = file.sha256.clone();
        let (changed, failure) = match answer {
            Ok(said) if said.later == 0 => {
                self.0.engine.rests.succeeded(&sha256);
                let done = CarriedFile {
                    report: Some(said),
                    last_error: None,
                    ..file
                };
                (done, None)
            }
            Ok(_) => (file, None),
            Err(error) => {
                let refused = matches!(
                    error,
                    SyncError::TooLarge
                        | SyncError::Server {
                            status: 403 | 409 | 415 | 422,
                            ..
                        }
                );
                let failed = CarriedFile {
                    last_error: Some(error.text()),
                    refused,
                    ..file
                };
                (failed, Some(error))
            }
        };
        let tx = self.0.storage.begin(Mode::Write).await?;
        let key = CarriedFile::key(&sha256);
        records::put(&*tx, Store::Meta, &key, &changed).await?;
        if changed.report.is_some() {
            tx.delete_bytes(&sha256).await?;
        }
        tx.commit().await?;
        if changed.is_pending() {
            self.0
                .engine
                .rests
                .begin(&sha256, self.now_monotonic(), None);
        }
        match failure {
            Some(error) if error.ends_round() => Err(error),
            Some(error) => {
                report.note(error);
                Ok(())
            }
            None => Ok(()),
        }
    }

    async fn forget_carried(&self, file: &CarriedFile) -> Result<(), StorageError> {
        let tx = self.0.storage.begin(Mode::Write).await?;
        tx.delete(Store::Meta, &CarriedFile::key(&file.sha256))
            .await?;
        tx.delete_bytes(&file.sha256).await?;
        tx.commit().await
    }
}

fn written(manifest: &Manifest) -> Result<Vec<u8>, RescueError> {
    let text = serde_json::to_string(manifest)
        .map_err(|error| StorageError::Unavailable(error.to_string()))?;
    Ok(text.into_bytes())
}

fn seal(
    pass: &RescuePass,
    seed: [u8; 32],
    manifest: &Manifest,
    blobs: Vec<Vec<u8>>,
) -> Result<Vec<u8>, RescueError> {
    let manifest = written(manifest)?;
    let mut sealer = Sealer::new(pass, seed).ok_or(RescueError::NoKey)?;
    let length = (manifest.len() as u32).to_be_bytes();
    let written = sealer
        .write(&length)
        .and_then(|()| sealer.write(&manifest))
        .and_then(|()| blobs.into_iter().try_for_each(|blob| sealer.write(&blob)))
        .and_then(|()| sealer.finish());
    written.ok_or(RescueError::NoKey)
}
