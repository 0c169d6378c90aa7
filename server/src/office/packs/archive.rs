//! The pack as a ZIP archive that is written while it is sent: whatever its size, no more of it is in
//! memory than a piece of one photo, one document and what the manifest says of each file.

use std::{
    collections::HashSet,
    io::{self, Write},
    sync::Arc,
};

use axum::body::{Body, Bytes};
use chrono::{Datelike as _, Timelike as _};
use domain::{
    Lang, OrganizationId, Timestamp,
    api::packs::{ItemSheet, LeftOut, SheetLine, WhyLeftOut},
    areas::{attachments::BlobFacts, attendances::presences, standards::Placed},
    keys::Sha256Stream,
    packs::{Entry, FORMAT, MANIFEST, Manifest, RecordReceipts, SEAL},
    time::UTC_OFFSET_MINUTES,
};
use futures::stream;
use object_store::{GetOptions, ObjectStore as _, ObjectStoreExt as _};
use tokio::{runtime::Handle, sync::OwnedSemaphorePermit, sync::mpsc};
use uuid::Uuid;
use zip::{
    CompressionMethod, ZipWriter,
    write::{SimpleFileOptions, StreamWriter},
};

use super::{
    catalogue::{Catalogue, Line},
    gather::{Gathered, Gathering, Material, What, day, is_in, moment},
    packets::Packets,
    progress::Progress,
    records::Upcoming,
    redact::{file_name, masked},
    sheet, store,
};
use crate::{
    AppState, Error, Result,
    areas::blobs,
    docx::{Document, Picture, can_draw},
    office::activity_detail,
    reports::roster::Roster,
};

/// Bytes of a photo or file that are in memory at once.
const PIECE: u64 = 1024 * 1024;
/// The largest small picture that is put into a document.
const THUMBNAIL: i64 = 400_000;
/// Pieces of an item whose records are read at once.
const AHEAD: usize = 100;
/// Records whose receipts are read at once.
const RECEIPTS: usize = 200;

/// What to write.
pub(super) struct Order {
    pub state: AppState,
    pub organization: OrganizationId,
    pub scope: Option<String>,
    pub gathered: Gathered,
    pub now: Timestamp,
    pub progress: Arc<Progress>,
    /// Given back when it is done, or nobody reads any more.
    pub permit: OwnedSemaphorePermit,
}

/// The archive as it is written by a thread of its own; it waits for whoever reads.
pub(super) fn body(order: Order) -> Body {
    let (sender, receiver) = mpsc::channel::<io::Result<Bytes>>(2);
    let runtime = Handle::current();
    tokio::task::spawn_blocking(move || {
        let _permit = order.permit;
        let (gathered, progress) = (order.gathered, order.progress);
        let mut pack = Pack {
            state: order.state,
            organization: order.organization,
            runtime: runtime.clone(),
            zip: ZipWriter::new_stream(Packets::new(
                runtime,
                sender.clone(),
                Arc::clone(&progress),
            )),
            options: options(order.now),
            entries: Vec::new(),
            records: Vec::new(),
            upcoming: Upcoming::default(),
            catalogue: Catalogue::default(),
            folders: HashSet::new(),
            now: order.now,
        };
        let written = pack
            .write(&gathered, order.scope.as_deref())
            .and_then(|()| pack.zip.finish().map_err(Error::internal))
            .and_then(|mut rest| rest.flush().map_err(Error::internal));
        progress.end(written.is_ok());
        if let Err(error) = written {
            // Where the reader hung up, nobody hears it; elsewhere the transfer is seen to be cut.
            if !sender.is_closed() {
                error.log();
            }
            let _ = sender.blocking_send(Err(io::Error::other("the pack can't be completed")));
        }
    });
    Body::from_stream(stream::unfold(receiver, |mut receiver| async move {
        let packet = receiver.recv().await?;
        Some((packet, receiver))
    }))
}

struct Pack {
    state: AppState,
    organization: OrganizationId,
    runtime: Handle,
    zip: ZipWriter<StreamWriter<Packets>>,
    options: SimpleFileOptions,
    entries: Vec<Entry>,
    /// Records that are in it.
    records: Vec<Uuid>,
    upcoming: Upcoming,
    catalogue: Catalogue,
    /// Names that items' folders have already, in lower case as Windows sees them.
    folders: HashSet<String>,
    now: Timestamp,
}

impl Pack {
    fn write(&mut self, gathered: &Gathered, scope: Option<&str>) -> Result<()> {
        let placed = gathered.version.standard.items();
        let placed = placed.filter(|placed| is_in(*placed, scope));
        for (placed, own) in placed.zip(&gathered.items) {
            self.item(gathered, placed, own)?;
        }
        let title = format!("{}{}年度", gathered.organization, gathered.year);
        let notes = [
            format!("测评标准：{}", gathered.version.standard.title),
            format!("制作时间：{}", moment(self.now)),
        ];
        let bytes = self.catalogue.workbook(&title, &notes)?;
        self.add("目录.xlsx".to_owned(), true, &bytes)?;
        self.add("核验说明.txt".to_owned(), false, HOW_TO_VERIFY.as_bytes())?;
        let manifest = Manifest {
            format: FORMAT.to_owned(),
            organization_id: self.organization,
            organization: gathered.organization.clone(),
            standard_id: gathered.version.line.id,
            standard: gathered.version.standard.title.clone(),
            year: gathered.year,
            scope: scope.map(str::to_owned),
            made_at: self.now,
            entries: std::mem::take(&mut self.entries),
            receipts: self.receipts()?,
        };
        let manifest = serde_json::to_vec_pretty(&manifest)?;
        let seal = serde_json::to_vec_pretty(&self.state.keys.seal(&manifest))?;
        self.add(MANIFEST.to_owned(), false, &manifest)?;
        self.add(SEAL.to_owned(), false, &seal)
    }

    fn item(&mut self, gathered: &Gathered, placed: Placed<'_>, own: &Gathering) -> Result<()> {
        let mut sheet = sheet::sheet(gathered, placed, own);
        let mut folder = folder(placed);
        // Long codes may begin alike.
        for number in 2.. {
            if self.folders.insert(folder.to_lowercase()) {
                break;
            }
            folder = format!("{} {number}", self::folder(placed));
        }
        let lines = std::mem::take(&mut sheet.lines);
        let mut listed = Vec::with_capacity(lines.len());
        let mut pictures = Vec::new();
        for (index, (line, material)) in lines.into_iter().zip(&own.materials).enumerate() {
            if index % AHEAD == 0 {
                self.look_ahead(&own.materials[index..])?;
            }
            let path = format!("{folder}/{}", line.file);
            match self.material(&path, material, &gathered.organization)? {
                Written::Whole { pages } => {
                    listed.push(catalogued(&line, material, pages, path));
                    if let What::Photo { thumbnail, .. } = &material.what
                        && pictures.len() < sheet::PICTURES
                    {
                        pictures.extend(self.picture(thumbnail, &line)?);
                    }
                    sheet.lines.push(line);
                }
                Written::Not(why) => sheet.left_out.push(LeftOut {
                    kind: line.kind,
                    title: line.title,
                    why,
                }),
            }
        }
        self.item_sheet(&folder, &sheet, pictures, &mut listed)?;
        self.catalogue.push(
            sheet::titled(&placed.item.code, &placed.item.title),
            placed.item.points.to_string(),
            sheet.needs,
            listed,
            sheet.left_out,
        );
        Ok(())
    }

    fn item_sheet(
        &mut self,
        folder: &str,
        sheet: &ItemSheet,
        pictures: Vec<Picture>,
        listed: &mut Vec<Line>,
    ) -> Result<()> {
        let date = day(self.now);
        let words = date.map(|it| it.format("%Y年%-m月%-d日").to_string());
        let document = sheet::document(sheet, pictures, &words.unwrap_or_default());
        let pages = document.pages();
        let path = format!(
            "{folder}/000 {} 报送材料说明.docx",
            file_name(&sheet.code, 20)
        );
        self.add(path.clone(), true, &document.finish()?)?;
        listed.insert(
            0,
            Line {
                number: 0,
                document_no: String::new(),
                responsible: sheet.organization.clone(),
                title: format!("{} 报送材料说明", sheet.code),
                date,
                pages: pages.map(|pages| pages as i64),
                remarks: String::new(),
                path,
                caption: None,
                other_year: false,
            },
        );
        Ok(())
    }

    /// Reads the records that come next.
    fn look_ahead(&mut self, materials: &[Material]) -> Result<()> {
        let next = materials.iter().take(AHEAD);
        let ids: Vec<Uuid> = next
            .filter_map(|material| match &material.what {
                What::Record { id, .. } => Some(id.0),
                _ => None,
            })
            .collect();
        let (state, organization) = (&self.state, self.organization);
        let upcoming = &mut self.upcoming;
        self.runtime.block_on(async {
            let mut connection = state.db.read().acquire().await?;
            upcoming.load(&mut connection, organization, &ids).await
        })
    }

    fn material(&mut self, path: &str, material: &Material, unit: &str) -> Result<Written> {
        match &material.what {
            What::Record { id, activity } => {
                match self.upcoming.sheet(*id, unit, activity.as_deref()) {
                    Ok(document) => {
                        self.records.push(id.0);
                        self.document(path, document)
                    }
                    Err(why) => Ok(Written::Not(why)),
                }
            }
            What::Photo { blob, .. } => self.blob(path, &blob.sha256, Some(1)),
            What::File { sha256 } => self.blob(path, sha256, None),
            What::SignIn(id) => {
                let detail = self.activity(*id)?;
                let roster = Roster::new(&detail, Lang::Zh).of_those_who_came(masked);
                let bytes = roster.workbook(Lang::Zh)?;
                self.add(path.to_owned(), true, &bytes)?;
                Ok(Written::Whole { pages: None })
            }
            What::Headcount(id) => {
                let detail = self.activity(*id)?;
                let people = presences(&detail.attendances);
                let members = people.values().filter(|it| it.arrived.is_some()).count();
                let came = members + detail.guests.iter().filter(|it| it.counts()).count();
                let mut document = Document::new("活动参加人数");
                for (label, text) in [
                    ("活动名称", detail.activity.title),
                    ("时间", moment(detail.activity.starts_at)),
                    ("地点", detail.activity.place),
                    ("组织者", detail.organizer_name),
                    ("参加人数", format!("{came}人")),
                ] {
                    document.paragraph(&format!("{label}：{}", masked(&text)));
                }
                document.paragraph("为保护参加人员个人信息，本表只列人数，不列姓名。");
                self.document(path, document)
            }
        }
    }

    fn activity(&self, id: domain::ActivityId) -> Result<domain::api::office::ActivityDetail> {
        self.runtime.block_on(async {
            let mut connection = self.state.db.read().acquire().await?;
            activity_detail::load(&mut connection, self.organization, id).await
        })
    }

    fn document(&mut self, path: &str, document: Document) -> Result<Written> {
        let pages = document.pages().map(|pages| pages as i64);
        self.add(path.to_owned(), true, &document.finish()?)?;
        Ok(Written::Whole { pages })
    }

    /// A small picture with its caption, if it is here and can stand in a document.
    fn picture(&self, thumbnail: &BlobFacts, line: &SheetLine) -> Result<Option<Picture>> {
        if !can_draw(&thumbnail.media_type) || thumbnail.size > THUMBNAIL {
            return Ok(None);
        }
        let place = blobs::path(self.organization, &thumbnail.sha256);
        let read = self.runtime.block_on(async {
            let read = self.state.blobs.get(&place).await?;
            read.bytes().await
        });
        let bytes = match read {
            Ok(bytes) => bytes.to_vec(),
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        Ok(Some(Picture {
            bytes,
            media_type: thumbnail.media_type.clone(),
            width: thumbnail.width,
            height: thumbnail.height,
            caption: sheet::caption(line),
        }))
    }

    /// Bytes of the store as they are, piece by piece.
    fn blob(&mut self, path: &str, sha256: &str, pages: Option<i64>) -> Result<Written> {
        let place = blobs::path(self.organization, sha256);
        let blobs = Arc::clone(&self.state.blobs);
        // How long it is comes with its first piece.
        let first = self.runtime.block_on(async {
            let options = GetOptions::new().with_range(Some(0..PIECE));
            let found = blobs.get_opts(&place, options).await?;
            let size = found.meta.size;
            Ok((size, found.bytes().await?))
        });
        let (size, mut piece) = match first {
            Ok(first) => first,
            Err(object_store::Error::NotFound { .. }) => {
                return Ok(Written::Not(WhyLeftOut::NotStored));
            }
            Err(error) => return Err(error.into()),
        };
        let options = self
            .options
            .compression_method(CompressionMethod::Stored)
            .large_file(size >= u64::from(u32::MAX));
        self.zip
            .start_file(path, options)
            .map_err(Error::internal)?;
        let mut hash = Sha256Stream::default();
        let mut from = 0;
        loop {
            hash.update(&piece);
            self.zip.write_all(&piece).map_err(Error::internal)?;
            from += piece.len() as u64;
            if from >= size || piece.is_empty() {
                break;
            }
            let next = blobs.get_range(&place, from..size.min(from + PIECE));
            piece = self.runtime.block_on(next)?;
        }
        self.entries.push(Entry {
            path: path.to_owned(),
            bytes: from as i64,
            sha256: hash.finish_hex(),
        });
        Ok(Written::Whole { pages })
    }

    fn add(&mut self, path: String, is_packed: bool, bytes: &[u8]) -> Result<()> {
        // Documents and workbooks are archives themselves.
        let method = if is_packed {
            CompressionMethod::Stored
        } else {
            CompressionMethod::Deflated
        };
        let options = self.options.compression_method(method);
        self.zip
            .start_file(&path, options)
            .map_err(Error::internal)?;
        self.zip.write_all(bytes).map_err(Error::internal)?;
        self.entries.push(Entry {
            sha256: domain::keys::sha256_hex(bytes),
            bytes: bytes.len() as i64,
            path,
        });
        Ok(())
    }

    /// What the server signed when it received the records, by record.
    fn receipts(&mut self) -> Result<Vec<RecordReceipts>> {
        let mut records = std::mem::take(&mut self.records);
        records.sort_unstable();
        records.dedup();
        let mut all: Vec<RecordReceipts> = Vec::new();
        for piece in records.chunks(RECEIPTS) {
            let found = self.runtime.block_on(async {
                let mut connection = self.state.db.read().acquire().await?;
                store::operations(&mut connection, self.organization, piece).await
            })?;
            for it in found {
                let receipt = self.state.keys.sign_receipt(
                    it.op_id,
                    &it.payload_hash,
                    &it.verdict,
                    it.received_at,
                );
                match all.last_mut() {
                    Some(last) if last.record == it.record => last.receipts.push(receipt),
                    _ => all.push(RecordReceipts {
                        record: it.record,
                        receipts: vec![receipt],
                    }),
                }
            }
        }
        Ok(all)
    }
}

enum Written {
    Whole { pages: Option<i64> },
    Not(WhyLeftOut),
}

fn catalogued(line: &SheetLine, material: &Material, pages: Option<i64>, path: String) -> Line {
    use domain::api::packs::Mark;
    let other_year = |mark: &Mark| matches!(mark, Mark::OtherYear | Mark::Undated);
    Line {
        number: line.number,
        document_no: line.document_no.clone(),
        responsible: line.responsible.clone(),
        title: line.title.clone(),
        date: material.date,
        pages,
        remarks: sheet::marks(&line.marks),
        path,
        caption: line.caption.clone(),
        other_year: line.marks.iter().any(other_year),
    }
}

/// Project, content and item, each a folder.
fn folder(placed: Placed<'_>) -> String {
    let name = |code: &str, title: &str| file_name(&sheet::titled(code, title), 24);
    format!(
        "{}/{}/{}",
        name(&placed.project.code, &placed.project.title),
        name(&placed.content.code, &placed.content.title),
        name(&placed.item.code, &placed.item.title),
    )
}

fn options(now: Timestamp) -> SimpleFileOptions {
    let at = now.civil(UTC_OFFSET_MINUTES).and_then(|at| {
        zip::DateTime::from_date_and_time(
            u16::try_from(at.year()).ok()?,
            at.month() as u8,
            at.day() as u8,
            at.hour() as u8,
            at.minute() as u8,
            at.second() as u8,
        )
        .ok()
    });
    let options = SimpleFileOptions::default().unix_permissions(0o644);
    at.map_or(options, |at| options.last_modified_time(at))
}

const HOW_TO_VERIFY: &str = "本材料包由“明录”制作。manifest.json 列出每个文件的 SHA-256 和每条记录的接收回执，\
seal.json 是服务器对它的数字签名（Ed25519）。\r\n\
核验：minglu verify-pack 材料包.zip\r\n\
文件有增、删、改，核验都会指出。公钥可向制作单位索取（minglu keys），用 --keys 指定。\r\n\r\n\
Made by Minglu. manifest.json names each file's SHA-256 and the receipts of each record; seal.json is the \
server's signature (Ed25519).\r\n\
To verify: minglu verify-pack PACK.zip [--keys KEYS.json]\r\n";
