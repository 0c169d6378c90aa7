//! Whether bytes are a document of the type that they are said to be.
//!
//! A workbook or letter of today is a zip whose list of parts stands at its end; one of earlier days is
//! an OLE file whose streams have names. One with macros is refused where its type says that it has none.

use std::io::{self, Read, Seek, SeekFrom};

use domain::{
    Refusal,
    media::{CSV, DOC, DOCX, PDF, PPT, PPTX, TEXT, XLS, XLSX},
};

use super::look::{differs, name_of};

const OLE: [u8; 8] = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
/// A line of an OLE file's directory; each begins at a multiple of it.
const OLE_LINE: usize = 128;

pub fn is_ole(head: &[u8]) -> bool {
    head.starts_with(&OLE)
}

/// What was seen of a document that passed.
pub struct Seen<'a> {
    pub head: &'a [u8],
    pub tail: &'a [u8],
    pub size: u64,
    pub parts: &'a OleParts,
}

pub fn check(seen: &Seen, declared: &str) -> Result<(), Refusal> {
    match declared {
        PDF if is_pdf(seen.head) => Ok(()),
        DOCX | XLSX | PPTX => office(seen, declared),
        DOC if seen.parts.names("WordDocument") => Ok(()),
        XLS if seen.parts.names("Workbook") || seen.parts.names("Book") => Ok(()),
        PPT if seen.parts.names("PowerPoint Document") => Ok(()),
        DOC | XLS | PPT if seen.parts.names(ENCRYPTED_STREAM) => Err(differs(declared, ENCRYPTED)),
        TEXT | CSV => text(seen.head).map_err(|found| differs(declared, found)),
        _ => Err(differs(declared, name_of(seen.head))),
    }
}

/// What is protected by a password can't be read by those who must.
const ENCRYPTED: &str = "application/encrypted";

/// The mark may stand behind what a mail program left before it.
fn is_pdf(head: &[u8]) -> bool {
    head[..head.len().min(1024)]
        .windows(5)
        .any(|mark| mark == b"%PDF-")
}

fn office(seen: &Seen, declared: &str) -> Result<(), Refusal> {
    if seen.parts.names(ENCRYPTED_STREAM) {
        return Err(differs(declared, ENCRYPTED));
    }
    if !seen.head.starts_with(b"PK\x03\x04") {
        return Err(differs(declared, name_of(seen.head)));
    }
    let zip = zip::ZipArchive::new(Sparse { seen, at: 0 })
        .map_err(|_| differs(declared, "application/zip"))?;
    let names: Vec<String> = zip
        .file_names()
        .flatten()
        .map(|name| name.to_ascii_lowercase())
        .collect();
    if !names.iter().any(|name| name == "[content_types].xml") {
        return Err(differs(declared, "application/zip"));
    }
    if names.iter().any(|name| name.ends_with("vbaproject.bin")) {
        return Err(differs(declared, "macros"));
    }
    let holds = |folder: &str| names.iter().any(|name| name.starts_with(folder));
    let found = [(DOCX, "word/"), (XLSX, "xl/"), (PPTX, "ppt/")]
        .into_iter()
        .find(|(_, folder)| holds(folder))
        .map_or("application/zip", |(found, _)| found);
    if found == declared {
        Ok(())
    } else {
        Err(differs(declared, found))
    }
}

/// Text in any encoding: no other file begins so, and nothing in it steers a machine.
fn text(head: &[u8]) -> Result<(), &'static str> {
    if head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]) {
        return Ok(());
    }
    let body = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let first: Vec<u8> = body
        .trim_ascii_start()
        .iter()
        .take(9)
        .map(u8::to_ascii_lowercase)
        .collect();
    for page in [
        b"<!doctype".as_slice(),
        b"<html",
        b"<svg",
        b"<?xml",
        b"<script",
    ] {
        if first.starts_with(page) {
            return Err("text/html");
        }
    }
    let steers = |byte: &u8| *byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c);
    if body.is_empty() || body.iter().any(steers) {
        return Err(name_of(head));
    }
    Ok(())
}

/// The streams by which OLE files are told apart.
const STREAMS: [&str; 5] = [
    "WordDocument",
    "Workbook",
    "Book",
    "PowerPoint Document",
    ENCRYPTED_STREAM,
];
const ENCRYPTED_STREAM: &str = "EncryptedPackage";

/// Which streams an OLE file names.
#[derive(Default)]
pub struct OleParts {
    /// Of [`STREAMS`].
    found: Vec<&'static str>,
    /// The beginning of a line whose rest hasn't passed yet.
    rest: Vec<u8>,
}

impl OleParts {
    pub fn update(&mut self, bytes: &[u8]) {
        let missing = (OLE_LINE - self.rest.len()).min(bytes.len());
        let (first, bytes) = if self.rest.is_empty() {
            (&[][..], bytes)
        } else {
            bytes.split_at(missing)
        };
        self.rest.extend_from_slice(first);
        if self.rest.len() == OLE_LINE {
            let line = std::mem::take(&mut self.rest);
            self.line(&line);
        }
        let lines = bytes.chunks_exact(OLE_LINE);
        self.rest.extend_from_slice(lines.remainder());
        for line in lines {
            self.line(line);
        }
    }

    fn line(&mut self, line: &[u8]) {
        if !matches!(line, [b'W' | b'B' | b'P' | b'E', 0, ..]) {
            return;
        }
        let is = |name: &str| {
            let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
            // Its length with the 0 at its end stands behind it.
            let length = u16::from_le_bytes([line[64], line[65]]);
            line.starts_with(&name) && usize::from(length) == name.len() + 2
        };
        for stream in STREAMS {
            if is(stream) && !self.names(stream) {
                self.found.push(stream);
            }
        }
    }

    fn names(&self, stream: &str) -> bool {
        self.found.contains(&stream)
    }
}

/// A file of which the first and the last bytes are at hand; what is between reads as 0.
struct Sparse<'a> {
    seen: &'a Seen<'a>,
    at: u64,
}

impl Read for Sparse<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let rest = self.seen.size.saturating_sub(self.at);
        let length = into.len().min(usize::try_from(rest).unwrap_or(usize::MAX));
        let into = &mut into[..length];
        into.fill(0);
        let tail = self.seen.size - self.seen.tail.len() as u64;
        for (start, bytes) in [(0, self.seen.head), (tail, self.seen.tail)] {
            let skipped = usize::try_from(self.at.saturating_sub(start)).unwrap_or(usize::MAX);
            let before = usize::try_from(start.saturating_sub(self.at)).unwrap_or(usize::MAX);
            if let (Some(bytes), Some(into)) = (bytes.get(skipped..), into.get_mut(before..)) {
                let both = bytes.len().min(into.len());
                into[..both].copy_from_slice(&bytes[..both]);
            }
        }
        self.at += length as u64;
        Ok(length)
    }
}

impl Seek for Sparse<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let (base, by) = match to {
            SeekFrom::Start(at) => (at, 0),
            SeekFrom::End(by) => (self.seen.size, by),
            SeekFrom::Current(by) => (self.at, by),
        };
        self.at = base
            .checked_add_signed(by)
            .ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write as _};

    use super::*;
    use crate::areas::blobs::look::Look;

    /// As it passes in pieces of whatever size.
    fn judge(bytes: &[u8], declared: &str) -> Result<(), Refusal> {
        let judged = [7, 512, 1_000_003].map(|piece| {
            let mut look = Look::new(declared);
            for piece in bytes.chunks(piece) {
                look.update(piece);
            }
            look.judge()
        });
        assert_eq!(judged[0], judged[1]);
        assert_eq!(judged[1], judged[2]);
        judged[0].clone()
    }

    fn zipped(parts: &[&str], padding: usize) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default()
            .compression_method(zip::CompressionMethod::Stored);
        for part in parts {
            zip.start_file(*part, options).expect("begun");
            zip.write_all(&vec![b'x'; padding]).expect("written");
        }
        zip.finish().expect("ended").into_inner()
    }

    fn ole(streams: &[&str]) -> Vec<u8> {
        let mut bytes = OLE.to_vec();
        bytes.resize(512, 0);
        for stream in streams {
            let name: Vec<u8> = stream.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let mut line = name.clone();
            line.resize(OLE_LINE, 0);
            line[64] = name.len() as u8 + 2;
            bytes.extend(line);
        }
        bytes.resize(bytes.len() + 700, 1);
        bytes
    }

    #[test]
    fn office_documents_are_told_apart_by_their_parts() {
        let types = "[Content_Types].xml";
        for (own, part) in [
            (DOCX, "word/document.xml"),
            (XLSX, "xl/workbook.xml"),
            (PPTX, "ppt/presentation.xml"),
        ] {
            // Other programs put the list of types last; and what is between head and tail is unseen.
            let small = zipped(&[part, types], 10);
            let large = zipped(&[types, "docProps/app.xml", part], 2_000_000);
            for declared in [DOCX, XLSX, PPTX, PDF, DOC, TEXT] {
                assert_eq!(judge(&small, declared).is_ok(), declared == own);
                assert_eq!(judge(&large, declared).is_ok(), declared == own);
            }
        }
        let plain = zipped(&["notes.txt"], 10);
        assert_eq!(judge(&plain, DOCX), Err(differs(DOCX, "application/zip")));
        let cut = &zipped(&[types, "word/document.xml"], 10)[..60];
        assert!(judge(cut, DOCX).is_err());
        let macros = zipped(&[types, "word/document.xml", "word/vbaProject.bin"], 10);
        assert_eq!(judge(&macros, DOCX), Err(differs(DOCX, "macros")));
    }

    #[test]
    fn documents_of_earlier_days_are_told_apart_by_their_streams() {
        for (own, stream) in [
            (DOC, "WordDocument"),
            (XLS, "Workbook"),
            (XLS, "Book"),
            (PPT, "PowerPoint Document"),
        ] {
            let bytes = ole(&["Root Entry", "Data", stream]);
            for declared in [DOC, XLS, PPT, DOCX, PDF] {
                assert_eq!(judge(&bytes, declared).is_ok(), declared == own, "{stream}");
            }
        }
        // A letter with a table inside is a letter.
        assert!(judge(&ole(&["WordDocument", "Workbook"]), DOC).is_ok());
        let installer = ole(&["Root Entry", "Binary.exe"]);
        assert!(judge(&installer, DOC).is_err());
        let locked = ole(&["EncryptionInfo", "EncryptedPackage"]);
        assert_eq!(judge(&locked, DOCX), Err(differs(DOCX, ENCRYPTED)));
    }

    #[test]
    fn text_is_text_in_any_encoding_and_no_page() {
        for good in [
            "姓名,手机\n张三,13800000000\n".as_bytes(),
            b"\xef\xbb\xbfa,b\r\n",
            b"\xd0\xd5\xc3\xfb,\xca\xd6\xbb\xfa\n",
            b"\xff\xfea\x00,\x00",
        ] {
            assert!(judge(good, CSV).is_ok());
            assert!(judge(good, TEXT).is_ok());
        }
        for bad in [
            b"".as_slice(),
            b"  <!DOCTYPE html><script>",
            b"<svg onload=alert(1)>",
            b"MZ\x90\x00\x03",
            b"a\x00b",
        ] {
            assert!(judge(bad, TEXT).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_page_is_no_document() {
        for declared in [PDF, DOCX, DOC, XLS, TEXT, CSV] {
            assert_eq!(
                judge(b"<html><script>alert(1)</script>", declared),
                Err(differs(declared, "text/html"))
            );
        }
        assert!(judge(b"%PDF-1.7\n%\xe2\xe3", PDF).is_ok());
        assert!(judge(b"From a mail\r\n%PDF-1.4\n", PDF).is_ok());
    }
}
