//! `/api/blobs`: recordings and documents beside photos.

use std::io::{Cursor, Write as _};

use domain::{
    EvidenceKind, FileId, OrganizationId, Timestamp,
    areas::{evidence::File, people::Role},
    keys::sha256_hex,
    media::{CSV, DOC, DOCX, PDF, PPTX, TEXT, XLS, XLSX},
};
use server::{areas::blobs::sweep_folder, ids};

use crate::{
    blobs::{create_as, jpeg, metadata, patch},
    phone::{self, Phone},
    support::{Reply, TestApp},
};

/// A zip of named parts, as an office program writes it.
pub fn zipped(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for (name, content) in parts {
        zip.start_file(*name, options).expect("begun");
        zip.write_all(content).expect("written");
    }
    zip.finish().expect("ended").into_inner()
}

pub fn docx() -> Vec<u8> {
    zipped(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("word/document.xml", b"<w:document/>"),
    ])
}

pub fn xlsx() -> Vec<u8> {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write_string(0, 0, "姓名").expect("written");
    workbook.save_to_buffer().expect("a workbook")
}

pub fn pdf() -> Vec<u8> {
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count 0/Kids[]>>endobj\n\
      trailer<</Root 1 0 R>>\n%%EOF\n"
        .to_vec()
}

/// An OLE file with a stream of this name.
fn ole(stream: &str) -> Vec<u8> {
    let mut bytes = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    bytes.resize(1024, 0);
    let name: Vec<u8> = stream.encode_utf16().flat_map(u16::to_le_bytes).collect();
    bytes.extend(&name);
    bytes.resize(1024 + 64, 0);
    bytes.extend((name.len() as u16 + 2).to_le_bytes());
    bytes.resize(2048, 0);
    bytes
}

/// Sends all bytes under a type.
pub async fn upload_as(phone: &Phone, bytes: &[u8], media_type: &str) -> Reply {
    let reply = create_as(phone, bytes, &sha256_hex(bytes), media_type).await;
    if reply.status != 201 {
        return reply;
    }
    patch(phone, &reply.header("location"), 0, bytes).await
}

async fn create_of_size(phone: &Phone, size: i64, media_type: &str) -> Reply {
    phone
        .client
        .request("POST", "/api/blobs")
        .header("tus-resumable", "1.0.0")
        .header("upload-length", &size.to_string())
        .header("upload-metadata", &metadata(&sha256_hex(b"x"), media_type))
        .send()
        .await
}

async fn staff(app: &TestApp) -> Phone {
    let organization = phone::organization(app).await;
    Phone::of(app, &organization.person(Role::Reviewer).await).await
}

on_both! {
    async fn documents_and_recordings_are_kept_and_never_opened_as_a_page(backend) {
        let app = TestApp::new(backend).await;
        let phone = staff(&app).await;
        let samples: [(Vec<u8>, &str); 12] = [
            (pdf(), PDF),
            (docx(), DOCX),
            (xlsx(), XLSX),
            (zipped(&[("ppt/presentation.xml", b"<p/>"), ("[Content_Types].xml", b"<Types/>")]), PPTX),
            (ole("WordDocument"), DOC),
            (ole("Workbook"), XLS),
            ("会议记录\r\n".into(), TEXT),
            ("姓名,手机\n张三,13800000000\n".into(), CSV),
            (b"ID3\x04\x00\x00\x00\x00\x00\x00".to_vec(), "audio/mpeg"),
            (b"\x00\x00\x00\x18ftypM4A \x00\x00\x02\x00M4A mp42".to_vec(), "audio/mp4"),
            (b"OggS\x00\x02\x00\x00OpusHead".to_vec(), "audio/ogg"),
            (b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm\x42\x87A_OPUS".to_vec(), "audio/webm"),
        ];
        for (bytes, media_type) in samples {
            let reply = upload_as(&phone, &bytes, media_type).await;
            assert_eq!(reply.status, 204, "{media_type}: {}", reply.text());
            let reply = phone.client.get(&format!("/api/blobs/{}", sha256_hex(&bytes))).await;
            assert_eq!((reply.status.as_u16(), reply.header("content-type").as_str()), (200, media_type));
            assert_eq!(reply.bytes, bytes);
            let inline = media_type.starts_with("audio/");
            assert_eq!(reply.header("content-disposition"), if inline { "inline" } else { "attachment" });
            assert_eq!(reply.header("x-content-type-options"), "nosniff");
            assert!(reply.header("content-security-policy").contains("sandbox"));
        }
    }

    async fn what_is_said_to_be_a_document_and_isnt_is_refused(backend) {
        let app = TestApp::new(backend).await;
        let phone = staff(&app).await;
        let page = b"<html><script>alert(1)</script></html>".to_vec();
        for (bytes, media_type) in [
            (page.clone(), PDF),
            (page.clone(), TEXT),
            (page, DOC),
            (docx(), XLSX),
            (xlsx(), PDF),
            (zipped(&[("a.txt", b"a")]), DOCX),
            (zipped(&[("[Content_Types].xml", b""), ("word/vbaProject.bin", b"")]), DOCX),
            (ole("EncryptedPackage"), DOCX),
            (ole("Binary.exe"), DOC),
            (b"MZ\x90\x00".to_vec(), TEXT),
            (b"\x00\x00\x00\x18ftypisom".to_vec(), "audio/mpeg"),
            (jpeg(1), PDF),
            (pdf(), "image/jpeg"),
        ] {
            let reply = upload_as(&phone, &bytes, media_type).await;
            assert_eq!(
                (reply.status.as_u16(), reply.code().as_str()),
                (422, "media_type"),
                "{media_type}"
            );
            let path = format!("/api/blobs/{}", sha256_hex(&bytes));
            assert_eq!(phone.client.get(&path).await.status, 404);
        }
        for never in ["application/zip", "text/html", "image/svg+xml", "video/mp4", "application/x-msdownload"] {
            let reply = create_of_size(&phone, 10, never).await;
            assert_eq!((reply.status.as_u16(), reply.code().as_str()), (422, "media_type"), "{never}");
        }
    }

    async fn each_kind_has_its_own_limit(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let volunteer = Phone::of(&app, &organization.person(Role::Volunteer).await).await;
        let staff = Phone::of(&app, &organization.person(Role::Recorder).await).await;
        let mib = 1024 * 1024;
        for (phone, media_type, limit) in [
            (&staff, "image/jpeg", 20 * mib),
            (&staff, "audio/mpeg", 50 * mib),
            (&staff, PDF, 200 * mib),
            (&volunteer, "audio/mpeg", 50 * mib),
            (&volunteer, PDF, 20 * mib),
        ] {
            assert_eq!(create_of_size(phone, limit, media_type).await.status, 201, "{media_type}");
            let reply = create_of_size(phone, limit + 1, media_type).await;
            assert_eq!((reply.status.as_u16(), reply.code().as_str()), (413, "too_large"), "{media_type}");
        }
    }

    async fn a_large_document_passes_in_pieces_and_is_read_in_ranges(backend) {
        let app = TestApp::new(backend).await;
        let phone = staff(&app).await;
        // Longer than what is remembered of its beginning and end.
        let mut noise = vec![0_u8; 9_000_000];
        let mut state = 7_u32;
        for byte in &mut noise {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            *byte = (state >> 24) as u8;
        }
        let bytes = zipped(&[
            ("word/media/image1.png", &noise),
            ("word/document.xml", b"<w:document/>"),
            ("[Content_Types].xml", b"<Types/>"),
        ]);
        let name = sha256_hex(&bytes);
        let at = create_as(&phone, &bytes, &name, DOCX).await.header("location");
        for (index, piece) in bytes.chunks(2_000_000).enumerate() {
            let reply = patch(&phone, &at, index * 2_000_000, piece).await;
            assert_eq!(reply.status, 204, "{}", reply.text());
        }
        let path = format!("/api/blobs/{name}");
        let whole = phone.client.get(&path).await;
        assert_eq!(whole.header("accept-ranges"), "bytes");
        assert_eq!(sha256_hex(&whole.bytes), name);
        let part = phone.client.request("GET", &path).header("range", "bytes=8000000-8000099").send().await;
        assert_eq!(part.status, 206);
        assert_eq!(part.bytes, &bytes[8_000_000..8_000_100]);
        assert_eq!(part.header("content-length"), "100");
        assert_eq!(part.header("content-range"), format!("bytes 8000000-8000099/{}", bytes.len()));
        let beyond = phone.client.request("GET", &path).header("range", "bytes=99999999-").send().await;
        assert_eq!(beyond.status, 416);
    }

    async fn a_recording_of_a_record_arrives_and_counts_as_no_photo(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let phone = Phone::of(&app, &organization.person(Role::Volunteer).await).await;
        let bytes = b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm\x42\x87A_OPUS-".to_vec();
        let facts = domain::areas::attachments::BlobFacts {
            media_type: "audio/webm".to_owned(),
            width: 0,
            height: 0,
            ..phone::blob(&bytes)
        };
        let note = phone.note("访谈");
        let recording = phone.photo(note.record, &facts);
        phone.outcomes(&[note, recording.clone()]).await;
        assert_eq!(upload_as(&phone, &bytes, "audio/webm").await.status, 204);
        assert_eq!(app.number("select stored from attachments").await, 1);
        assert_eq!(app.number("select photos * 10 + photos_stored from submissions").await, 0);
        // Nobody looks for likenesses in it.
        assert_eq!(app.number("select count(*) from likenesses").await, 0);
        let path = format!("/api/blobs/{}", sha256_hex(&bytes));
        assert_eq!(phone.client.get(&path).await.bytes, bytes);
    }

    async fn the_sweep_leaves_the_offices_documents(backend) {
        let app = TestApp::new(backend).await;
        let today = std::time::SystemTime::UNIX_EPOCH.elapsed().expect("after 1970");
        app.set_now(Timestamp(today.as_millis() as i64));
        let organization = phone::organization(&app).await;
        let reviewer = organization.person(Role::Reviewer).await;
        let phone = Phone::of(&app, &reviewer).await;
        let (kept, nobodys) = (pdf(), docx());
        assert_eq!(upload_as(&phone, &kept, PDF).await.status, 204);
        assert_eq!(upload_as(&phone, &nobodys, DOCX).await.status, 204);
        file(&app, organization.id, reviewer.id, &kept).await;
        app.advance_ms(40 * domain::time::DAY_MS);
        for folder in 0..=255 {
            sweep_folder(&app.state, folder).await.expect("swept");
        }
        let phone = Phone::of(&app, &organization.person(Role::Reviewer).await).await;
        let status = async |bytes: &[u8]| {
            let path = format!("/api/blobs/{}", sha256_hex(bytes));
            phone.client.get(&path).await.status.as_u16()
        };
        assert_eq!(status(&kept).await, 200);
        assert_eq!(status(&nobodys).await, 404);
    }
}

async fn file(
    app: &TestApp,
    organization: OrganizationId,
    by: domain::PersonId,
    bytes: &[u8],
) -> FileId {
    let file = File {
        id: ids::new(&app.state.clock),
        revision: 1,
        sha256: sha256_hex(bytes),
        bytes: bytes.len() as i64,
        media_type: PDF.to_owned(),
        file_name: "通知.pdf".to_owned(),
        title: "关于开展活动的通知".to_owned(),
        kind: EvidenceKind::ALL[0],
        dated_on: None,
        document_no: String::new(),
        department_id: None,
        activity_id: None,
        added_by: by,
        added_at: app.now(),
        withdrawn: false,
    };
    let mut tx = app.begin().await;
    server::areas::evidence::store::insert_file(&mut tx, organization, &file)
        .await
        .expect("written");
    tx.commit().await.expect("committed");
    file.id
}
