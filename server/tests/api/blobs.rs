//! `/api/blobs`: tus uploads that resume, and what becomes of the bytes.

use axum::body::{Body, Bytes};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain::{
    Outcome, Refusal, Row,
    areas::{attachments::Attachment, people::Role},
    keys::sha256_hex,
    time::DAY_MS,
};
use image::ImageFormat;
use object_store::ObjectStore as _;
use tower::ServiceExt as _;

use crate::{
    phone::{self, Phone, Store},
    support::{Backend, Reply, TestApp, TestOrganization},
};

pub fn jpeg(seed: u8) -> Vec<u8> {
    phone::picture(seed, ImageFormat::Jpeg)
}

pub fn metadata(sha256: &str, media_type: &str) -> String {
    format!(
        "sha256 {},filetype {},device {}",
        STANDARD.encode(sha256),
        STANDARD.encode(media_type),
        STANDARD.encode("x")
    )
}

pub async fn create_as(phone: &Phone, bytes: &[u8], sha256: &str, media_type: &str) -> Reply {
    phone
        .client
        .request("POST", "/api/blobs")
        .header("tus-resumable", "1.0.0")
        .header("upload-length", &bytes.len().to_string())
        .header("upload-metadata", &metadata(sha256, media_type))
        .send()
        .await
}

async fn create(phone: &Phone, bytes: &[u8]) -> Reply {
    create_as(phone, bytes, &sha256_hex(bytes), "image/jpeg").await
}

async fn location(phone: &Phone, bytes: &[u8]) -> String {
    let reply = create(phone, bytes).await;
    assert_eq!(reply.status, 201, "{}", reply.text());
    reply.header("location")
}

async fn head(phone: &Phone, location: &str) -> Reply {
    phone
        .client
        .request("HEAD", location)
        .header("tus-resumable", "1.0.0")
        .send()
        .await
}

pub async fn patch(phone: &Phone, location: &str, offset: usize, bytes: &[u8]) -> Reply {
    patch_with(phone, location, offset, bytes, None).await
}

async fn patch_with(
    phone: &Phone,
    location: &str,
    offset: usize,
    bytes: &[u8],
    checksum: Option<&str>,
) -> Reply {
    let mut request = phone
        .client
        .request("PATCH", location)
        .header("tus-resumable", "1.0.0")
        .header("content-type", "application/offset+octet-stream")
        .header("upload-offset", &offset.to_string());
    if let Some(checksum) = checksum {
        request = request.header("upload-checksum", checksum);
    }
    request.bytes(bytes).send().await
}

/// Sends all bytes at once.
pub async fn upload(phone: &Phone, bytes: &[u8]) -> Reply {
    let location = location(phone, bytes).await;
    patch(phone, &location, 0, bytes).await
}

async fn phone(backend: Backend) -> (TestApp, TestOrganization, Phone) {
    let app = TestApp::new(backend).await;
    let organization = phone::organization(&app).await;
    let person = organization.person(Role::Volunteer).await;
    let phone = Phone::of(&app, &person).await;
    (app, organization, phone)
}

async fn attachment(phone: &Phone, record: domain::RecordRef) -> Attachment {
    let mut store = Store::default();
    store.pull(phone).await;
    match store.rows.remove(&record) {
        Some(Row::Attachments(attachment)) => attachment,
        other => panic!("{other:?} is no attachment"),
    }
}

/// How many objects lie under `uploads/`.
async fn pieces(app: &TestApp) -> usize {
    use futures::TryStreamExt as _;
    app.state
        .blobs
        .list(Some(&"uploads".into()))
        .try_collect::<Vec<_>>()
        .await
        .expect("a list")
        .len()
}

on_both! {
    async fn a_photo_arrives_whole_and_its_record_says_so(backend) {
        let (app, _, phone) = phone(backend).await;
        let bytes = jpeg(1);
        let note = phone.note("一");
        let photo = phone.photo(note.record, &phone::blob(&bytes));
        phone.outcomes(&[note, photo.clone()]).await;
        assert!(!attachment(&phone, photo.record).await.stored);
        assert_eq!(app.number("select photos * 10 + photos_stored from submissions").await, 10);

        let reply = upload(&phone, &bytes).await;
        assert_eq!(reply.status, 204, "{}", reply.text());
        assert_eq!(reply.header("upload-offset"), bytes.len().to_string());
        assert_eq!(reply.header("tus-resumable"), "1.0.0");

        let stored = attachment(&phone, photo.record).await;
        assert!(stored.stored);
        assert_eq!(stored.revision, 2);
        assert_eq!(app.number("select photos * 10 + photos_stored from submissions").await, 11);
        assert_eq!(pieces(&app).await, 0);
        let reply = phone.client.get(&format!("/api/blobs/{}", sha256_hex(&bytes))).await;
        assert_eq!(reply.status, 200);
        assert_eq!(reply.bytes, bytes);
        assert_eq!(reply.header("content-type"), "image/jpeg");
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
        assert!(reply.header("cache-control").contains("immutable"));
        assert!(reply.header("cache-control").contains("private"));
        assert_eq!(reply.header("etag"), format!("\"{}\"", sha256_hex(&bytes)));
    }

    async fn a_record_that_comes_after_its_photo_finds_it_stored(backend) {
        let (app, _, phone) = phone(backend).await;
        let bytes = jpeg(2);
        assert_eq!(upload(&phone, &bytes).await.status, 204);
        let note = phone.note("一");
        let first = phone.photo(note.record, &phone::blob(&bytes));
        let again = phone.photo(note.record, &phone::blob(&bytes));
        assert_eq!(
            phone.outcomes(&[note, first.clone(), again.clone()]).await,
            vec![Outcome::Applied { revision: 1 }; 3]
        );
        for record in [first.record, again.record] {
            assert!(attachment(&phone, record).await.stored);
        }
        assert_eq!(app.number("select photos * 10 + photos_stored from submissions").await, 22);
    }

    async fn an_upload_goes_on_wherever_it_was_cut(backend) {
        let (app, _, phone) = phone(backend).await;
        let bytes = jpeg(3);
        let at = location(&phone, &bytes).await;
        let mut offset = 0;
        while offset < bytes.len() {
            let reply = head(&phone, &at).await;
            assert_eq!(reply.header("upload-offset"), offset.to_string());
            assert_eq!(reply.header("upload-length"), bytes.len().to_string());
            assert!(reply.header("upload-expires").ends_with("GMT"));
            // Creating it again finds the same upload.
            assert_eq!(location(&phone, &bytes).await, at);
            let end = (offset + 97).min(bytes.len());
            let reply = patch(&phone, &at, offset, &bytes[offset..end]).await;
            assert_eq!(reply.status, 204, "{}", reply.text());
            offset = end;
        }
        let name = sha256_hex(&bytes);
        let reply = create(&phone, &bytes).await;
        assert_eq!(reply.status, 200);
        assert_eq!(reply.header("location"), format!("/api/blobs/{name}"));
        assert_eq!(reply.header("upload-offset"), bytes.len().to_string());
        let reply = head(&phone, &reply.header("location")).await;
        assert_eq!(reply.status, 200);
        assert_eq!(reply.header("upload-offset"), bytes.len().to_string());
        assert_eq!(head(&phone, &at).await.status, 404);
        assert_eq!(app.number("select count(*) from uploads").await, 0);
    }

    async fn a_cut_connection_keeps_what_came_before_the_cut(backend) {
        let (app, _, phone) = phone(backend).await;
        let bytes = jpeg(4);
        let at = location(&phone, &bytes).await;
        let half = bytes.len() / 2;
        let chunks: Vec<Result<Bytes, std::io::Error>> = vec![
            Ok(Bytes::copy_from_slice(&bytes[..half])),
            Err(std::io::Error::other("cut")),
        ];
        let request = axum::http::Request::builder()
            .method("PATCH")
            .uri(&at)
            .header("host", "127.0.0.1:3000")
            .header(
                "cookie",
                format!("minglu_session={}", phone.client.token.clone().expect("a session")),
            )
            .header("tus-resumable", "1.0.0")
            .header("content-type", "application/offset+octet-stream")
            .header("upload-offset", "0")
            .body(Body::from_stream(futures::stream::iter(chunks)))
            .expect("a request");
        let response = app.router.clone().oneshot(request).await.expect("answered");
        assert_eq!(response.headers()["upload-offset"], half.to_string().as_str());
        assert_eq!(head(&phone, &at).await.header("upload-offset"), half.to_string());
        assert_eq!(patch(&phone, &at, half, &bytes[half..]).await.status, 204);
        let reply = phone.client.get(&format!("/api/blobs/{}", sha256_hex(&bytes))).await;
        assert_eq!(reply.bytes, bytes);
    }

    async fn a_head_takes_the_upload_from_a_patch_that_hangs(backend) {
        let (app, _, phone) = phone(backend).await;
        let bytes = jpeg(5);
        let at = location(&phone, &bytes).await;
        let (sender, receiver) = futures::channel::mpsc::unbounded::<Result<Bytes, std::io::Error>>();
        let request = axum::http::Request::builder()
            .method("PATCH")
            .uri(&at)
            .header("host", "127.0.0.1:3000")
            .header(
                "cookie",
                format!("minglu_session={}", phone.client.token.clone().expect("a session")),
            )
            .header("tus-resumable", "1.0.0")
            .header("content-type", "application/offset+octet-stream")
            .header("upload-offset", "0")
            .body(Body::from_stream(receiver))
            .expect("a request");
        let hung = tokio::spawn(app.router.clone().oneshot(request));
        sender
            .unbounded_send(Ok(Bytes::copy_from_slice(&[0; 100])))
            .expect("sent");
        // It has the upload once its holder stands in the table.
        while app.number("select count(*) from uploads where lock_holder <> ''").await == 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(head(&phone, &at).await.header("upload-offset"), "0");
        assert_eq!(patch(&phone, &at, 0, &bytes[..200]).await.status, 204);
        // The first one wakes up: its bytes count for nothing.
        sender
            .unbounded_send(Ok(Bytes::copy_from_slice(&[0; 100])))
            .expect("sent");
        drop(sender);
        let response = hung.await.expect("no panic").expect("answered");
        assert_eq!(response.status(), 409);
        assert_eq!(patch(&phone, &at, 200, &bytes[200..]).await.status, 204);
        let reply = phone.client.get(&format!("/api/blobs/{}", sha256_hex(&bytes))).await;
        assert_eq!(reply.bytes, bytes);
        assert_eq!(pieces(&app).await, 0);
    }

    async fn a_wrong_offset_is_told_the_right_one(backend) {
        let (_app, _, phone) = phone(backend).await;
        let bytes = jpeg(6);
        let at = location(&phone, &bytes).await;
        patch(&phone, &at, 0, &bytes[..100]).await;
        for offset in [0, 99, 101, 1_000_000] {
            let reply = patch(&phone, &at, offset, b"x").await;
            assert_eq!(reply.status, 409);
            assert_eq!(reply.header("upload-offset"), "100");
        }
        let too_many = vec![0; bytes.len()];
        assert_eq!(patch(&phone, &at, 100, &too_many).await.status, 413);
        assert_eq!(head(&phone, &at).await.header("upload-offset"), "100");
    }

    async fn bytes_that_dont_hash_to_their_name_start_again(backend) {
        let (app, _, phone) = phone(backend).await;
        let bytes = jpeg(7);
        let at = location(&phone, &bytes).await;
        let mut damaged = bytes.clone();
        damaged[50] ^= 1;
        let reply = patch(&phone, &at, 0, &damaged).await;
        assert_eq!((reply.status.as_u16(), reply.code().as_str()), (460, "checksum_mismatch"));
        assert_eq!(head(&phone, &at).await.header("upload-offset"), "0");
        assert_eq!(pieces(&app).await, 0);
        assert_eq!(patch(&phone, &at, 0, &bytes).await.status, 204);
    }

    async fn a_piece_with_a_wrong_checksum_counts_for_nothing(backend) {
        use sha1::Digest as _;
        let (_app, _, phone) = phone(backend).await;
        let bytes = jpeg(8);
        let at = location(&phone, &bytes).await;
        let sha1 = |bytes: &[u8]| format!("sha1 {}", STANDARD.encode(sha1::Sha1::digest(bytes)));
        let sha256 =
            |bytes: &[u8]| format!("sha256 {}", STANDARD.encode(sha2::Sha256::digest(bytes)));
        let (a, b) = bytes.split_at(100);
        let wrong = patch_with(&phone, &at, 0, a, Some(&sha1(b))).await;
        assert_eq!(wrong.status, 460);
        assert_eq!(head(&phone, &at).await.header("upload-offset"), "0");
        assert_eq!(patch_with(&phone, &at, 0, a, Some(&sha1(a))).await.status, 204);
        assert_eq!(patch_with(&phone, &at, 100, b, Some("md5 AAAA")).await.status, 400);
        assert_eq!(patch_with(&phone, &at, 100, b, Some(&sha256(a))).await.status, 460);
        assert_eq!(patch_with(&phone, &at, 100, b, Some(&sha256(b))).await.status, 204);
    }

    async fn what_is_no_photo_is_refused_and_the_record_shows_it(backend) {
        let (_app, _, phone) = phone(backend).await;
        let script = b"<svg onload=alert(1)>".to_vec();
        let note = phone.note("一");
        let before = phone.photo(note.record, &phone::blob(&script));
        phone.outcomes(&[note.clone(), before.clone()]).await;
        let reply = upload(&phone, &script).await;
        assert_eq!((reply.status.as_u16(), reply.code().as_str()), (422, "media_type"));
        let after = phone.photo(note.record, &phone::blob(&script));
        phone.outcome(&after).await;
        for record in [before.record, after.record] {
            let shown = attachment(&phone, record).await;
            assert!(!shown.stored);
            assert!(matches!(shown.rejected, Some(Refusal::MediaType { .. })));
        }
        // It isn't sent a second time.
        let reply = create(&phone, &script).await;
        assert_eq!((reply.status.as_u16(), reply.code().as_str()), (422, "media_type"));
        let name = sha256_hex(&script);
        assert_eq!(phone.client.get(&format!("/api/blobs/{name}")).await.status, 404);
    }

    async fn a_false_extension_is_refused_and_the_true_one_is_not(backend) {
        let (_app, _, phone) = phone(backend).await;
        let png = phone::picture(9, ImageFormat::Png);
        assert_eq!(upload(&phone, &png).await.status, 422);
        let reply = create_as(&phone, &png, &sha256_hex(&png), "image/png").await;
        assert_eq!(reply.status, 201);
        assert_eq!(patch(&phone, &reply.header("location"), 0, &png).await.status, 204);
        let webp = phone::picture(10, ImageFormat::WebP);
        let reply = create_as(&phone, &webp, &sha256_hex(&webp), "image/webp").await;
        assert_eq!(patch(&phone, &reply.header("location"), 0, &webp).await.status, 204);
    }

    async fn a_damaged_photo_is_named_as_such(backend) {
        let (_app, _, phone) = phone(backend).await;
        let broken = jpeg(11)[..20].to_vec();
        let reply = upload(&phone, &broken).await;
        assert_eq!((reply.status.as_u16(), reply.code().as_str()), (422, "broken_photo"));
    }

    async fn creations_that_make_no_sense_are_refused(backend) {
        let (_app, _, phone) = phone(backend).await;
        let bytes = jpeg(12);
        let name = sha256_hex(&bytes);
        let ask = |length: &str, metadata: String, version: &str| {
            phone
                .client
                .request("POST", "/api/blobs")
                .header("tus-resumable", version)
                .header("upload-length", length)
                .header("upload-metadata", &metadata)
                .send()
        };
        let good = metadata(&name, "image/jpeg");
        assert_eq!(ask("10", good.clone(), "0.2.2").await.status, 412);
        for length in ["0", "-1", "x", ""] {
            assert_eq!(ask(length, good.clone(), "1.0.0").await.status, 422, "{length}");
        }
        assert_eq!(ask("20971521", good.clone(), "1.0.0").await.status, 413);
        for bad in [
            String::new(),
            "sha256 %%%".to_owned(),
            metadata("abc", "image/jpeg"),
            metadata(&name.to_uppercase(), "image/jpeg"),
            metadata(&name, "image/svg+xml"),
            metadata(&name, "\u{0}"),
        ] {
            assert_eq!(ask("10", bad.clone(), "1.0.0").await.status, 422, "{bad}");
        }
        let options = phone.client.request("OPTIONS", "/api/blobs").send().await;
        assert_eq!(options.status, 204);
        assert_eq!(options.header("tus-max-size"), "209715200");
        assert!(options.header("tus-extension").contains("checksum"));
    }

    async fn an_expired_upload_is_gone_and_begins_again(backend) {
        let (app, _, phone) = phone(backend).await;
        let bytes = jpeg(13);
        let at = location(&phone, &bytes).await;
        patch(&phone, &at, 0, &bytes[..100]).await;
        app.advance_ms(7 * DAY_MS);
        assert_eq!(head(&phone, &at).await.status, 410);
        assert_eq!(patch(&phone, &at, 100, b"x").await.status, 410);
        let again = location(&phone, &bytes).await;
        assert_ne!(again, at);
        assert_eq!(pieces(&app).await, 0);
        patch(&phone, &again, 0, &bytes[..100]).await;
        app.advance_ms(14 * DAY_MS);
        assert_eq!(server::areas::blobs::expire(&app.state).await.expect("no error"), 1);
        assert_eq!(pieces(&app).await, 0);
    }

    async fn a_terminated_upload_leaves_nothing(backend) {
        let (app, _, phone) = phone(backend).await;
        let bytes = jpeg(14);
        let at = location(&phone, &bytes).await;
        patch(&phone, &at, 0, &bytes[..100]).await;
        let reply = phone
            .client
            .request("DELETE", &at)
            .header("tus-resumable", "1.0.0")
            .send()
            .await;
        assert_eq!(reply.status, 204);
        assert_eq!(head(&phone, &at).await.status, 404);
        assert_eq!(pieces(&app).await, 0);
    }

    async fn a_server_that_stopped_before_the_end_ends_it_when_asked(backend) {
        let (app, _, phone) = phone(backend).await;
        let bytes = jpeg(15);
        let at = location(&phone, &bytes).await;
        let (a, b) = bytes.split_at(bytes.len() - 10);
        patch(&phone, &at, 0, a).await;
        // The last piece was made durable and counted, then the power went.
        let object = "uploads/last";
        object_store::ObjectStoreExt::put(
            &app.state.blobs,
            &object_store::path::Path::from(object),
            b.to_vec().into(),
        )
        .await
        .expect("durable");
        let mut tx = app.begin().await;
        sqlx::query("insert into upload_pieces (upload_id, number, object, size)
                     select id, 1, $1, 10 from uploads")
            .bind(object)
            .execute(&mut *tx)
            .await
            .expect("noted");
        sqlx::query("update uploads set stored_bytes = size, pieces = 2")
            .execute(&mut *tx)
            .await
            .expect("counted");
        tx.commit().await.expect("committed");
        let reply = head(&phone, &at).await;
        assert_eq!(reply.header("upload-offset"), bytes.len().to_string());
        let reply = phone.client.get(&format!("/api/blobs/{}", sha256_hex(&bytes))).await;
        assert_eq!(reply.bytes, bytes);
    }

    async fn a_photo_is_for_its_author_and_staff_of_the_organization(backend) {
        let (app, organization, phone) = phone(backend).await;
        let bytes = jpeg(16);
        let path = format!("/api/blobs/{}", sha256_hex(&bytes));
        upload(&phone, &bytes).await;
        let other = Phone::of(&app, &organization.person(Role::Volunteer).await).await;
        let staff = Phone::of(&app, &organization.person(Role::Recorder).await).await;
        let foreign = {
            let theirs = phone::organization(&app).await;
            Phone::of(&app, &theirs.person(Role::Administrator).await).await
        };
        assert_eq!(other.client.get(&path).await.status, 404);
        assert_eq!(staff.client.get(&path).await.status, 200);
        assert_eq!(foreign.client.get(&path).await.status, 404);
        assert_eq!(app.anonymous().get(&path).await.status, 401);
        // Who has the same photo on a record of their own sees it.
        let note = other.note("同一张");
        let photo = other.photo(note.record, &phone::blob(&bytes));
        other.outcomes(&[note, photo]).await;
        assert_eq!(other.client.get(&path).await.status, 200);
        // Other organizations store bytes of their own.
        assert_eq!(create(&foreign, &bytes).await.status, 201);
        for odd in ["x", "../secret", &"A".repeat(64), &"0".repeat(64)] {
            assert_eq!(phone.client.get(&format!("/api/blobs/{odd}")).await.status, 404, "{odd}");
        }
    }

    async fn an_upload_is_its_owners_alone(backend) {
        let (app, organization, phone) = phone(backend).await;
        let bytes = jpeg(17);
        let at = location(&phone, &bytes).await;
        let staff = Phone::of(&app, &organization.person(Role::Administrator).await).await;
        let foreign = {
            let theirs = phone::organization(&app).await;
            Phone::of(&app, &theirs.person(Role::Administrator).await).await
        };
        for stranger in [&staff, &foreign] {
            assert_eq!(head(stranger, &at).await.status, 404);
            assert_eq!(patch(stranger, &at, 0, &bytes).await.status, 404);
        }
        assert_eq!(head(&phone, "/api/blobs/uploads/x").await.status, 404);
        assert_eq!(patch(&phone, &at, 0, &bytes).await.status, 204);
    }

    async fn a_large_photo_passes_in_pieces(backend) {
        let (app, _, phone) = phone(backend).await;
        // Bytes after the end of the picture are none of ours: they belong to the name.
        let mut bytes = jpeg(18);
        bytes.resize(6_000_000, 7);
        let at = location(&phone, &bytes).await;
        for (index, piece) in bytes.chunks(1_500_000).enumerate() {
            let reply = patch(&phone, &at, index * 1_500_000, piece).await;
            assert_eq!(reply.status, 204, "{}", reply.text());
        }
        let reply = phone.client.get(&format!("/api/blobs/{}", sha256_hex(&bytes))).await;
        assert_eq!(reply.bytes.len(), bytes.len());
        assert_eq!(sha256_hex(&reply.bytes), sha256_hex(&bytes));
        assert_eq!(pieces(&app).await, 0);
    }
}
