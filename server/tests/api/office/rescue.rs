//! `/api/rescue`: files that phones sealed, brought by others.

use axum::http::StatusCode;
use domain::{
    Operation, Timestamp,
    api::sync::RescueReport,
    areas::people::Role,
    keys::sha256_hex,
    rescue::{CarriedBlob, Manifest, RescuePass, Sealer},
};
use image::ImageFormat;
use serde_json::value::{RawValue, to_raw_value};

use crate::{
    phone::{self, Phone},
    support::{Client, Reply, TestApp, TestOrganization},
};

/// A phone that has pulled once, and a colleague.
struct Scene {
    organization: TestOrganization,
    phone: Phone,
    colleague: Client,
    pass: RescuePass,
}

impl Scene {
    async fn new(app: &TestApp) -> Self {
        let organization = phone::organization(app).await;
        let phone = Phone::of(app, &organization.person(Role::Recorder).await).await;
        let pass = phone.page(None).await.rescue.expect("on the last page");
        Self {
            colleague: organization.person(Role::Volunteer).await.client().await,
            organization,
            phone,
            pass,
        }
    }

    fn manifest(&self, operations: &[Operation]) -> Manifest {
        Manifest {
            organization_id: self.organization.id,
            person_id: self.phone.person.id,
            device_id: self.phone.person.device_id,
            name: self.phone.person.name.clone(),
            token: self.pass.token.clone(),
            saved_at: Timestamp(1),
            app_build: "test".to_owned(),
            operations: operations
                .iter()
                .map(|one| to_raw_value(one).expect("JSON"))
                .collect(),
            blobs: Vec::new(),
            drafts: Vec::new(),
            left_out: 0,
        }
    }

    fn seal(&self, manifest: &Manifest, blobs: &[&[u8]]) -> Vec<u8> {
        let manifest = serde_json::to_vec(manifest).expect("JSON");
        let mut sealer = Sealer::new(&self.pass, [3; 32]).expect("a key");
        let length = (manifest.len() as u32).to_be_bytes();
        for part in [&length[..], &manifest].iter().chain(blobs) {
            sealer.write(part).expect("sealed");
        }
        sealer.finish().expect("sealed")
    }
}

async fn hand_in(client: &Client, file: &[u8]) -> Reply {
    client
        .request("POST", "/api/rescue")
        .header("content-type", "application/octet-stream")
        .bytes(file)
        .send()
        .await
}

on_both! {
    async fn a_colleague_brings_what_counts_as_if_its_author_had_sent_it(backend) {
        let app = TestApp::new(backend).await;
        let scene = Scene::new(&app).await;
        let notes: Vec<Operation> = (0..60).map(|n| scene.phone.note(&format!("{n}"))).collect();
        let mut manifest = scene.manifest(&notes);
        // Nothing that is unreadable or too long sinks the others.
        let junk = |text: String| RawValue::from_string(text).expect("JSON");
        manifest.operations.push(junk("{\"not\": \"an operation\"}".to_owned()));
        manifest.operations.push(junk(format!("\"{}\"", "长".repeat(200_000))));
        let file = scene.seal(&manifest, &[]);
        let report: RescueReport = hand_in(&scene.colleague, &file).await.ok();
        assert_eq!((report.received, report.known, report.quarantined), (62, 0, 2));
        assert_eq!(report.name, scene.phone.person.name);
        let again: RescueReport = hand_in(&scene.colleague, &file).await.ok();
        assert_eq!((again.received, again.known), (62, 62));
        // The phone hears what became of them when it finds a network.
        for outcome in scene.phone.outcomes(&notes[..50]).await {
            assert_eq!(outcome.name(), "duplicate");
        }
    }

    async fn photos_come_along_and_are_looked_at(backend) {
        let app = TestApp::new(backend).await;
        let scene = Scene::new(&app).await;
        let png = phone::picture(7, ImageFormat::Png);
        let blobs: [(&[u8], &str, bool); 4] = [
            (&png, "image/png", false),
            (b"no photo", "image/png", false),
            (b"other bytes than named", "image/png", false),
            (b"a draft's", "image/png", true),
        ];
        let mut manifest = scene.manifest(&[]);
        for (bytes, media_type, draft) in &blobs {
            manifest.blobs.push(CarriedBlob {
                sha256: sha256_hex(bytes),
                media_type: (*media_type).to_owned(),
                size: bytes.len() as u64,
                draft: *draft,
            });
        }
        manifest.blobs[2].sha256 = sha256_hex(b"named");
        let bytes = blobs.map(|(bytes, ..)| bytes);
        let report: RescueReport =
            hand_in(&scene.colleague, &scene.seal(&manifest, &bytes)).await.ok();
        assert_eq!((report.photos, report.refused), (1, 2));
        let path = format!("/api/blobs/{}", sha256_hex(&png));
        let stored = scene.phone.client.get(&path).await;
        assert_eq!((stored.status, stored.bytes == png), (StatusCode::OK, true));
        for missing in [sha256_hex(b"named"), sha256_hex(b"a draft's")] {
            let path = format!("/api/blobs/{missing}");
            assert_eq!(scene.phone.client.get(&path).await.status, StatusCode::NOT_FOUND);
        }
    }

    async fn nobody_brings_work_under_anothers_name(backend) {
        let app = TestApp::new(backend).await;
        let scene = Scene::new(&app).await;
        let other = Phone::of(&app, &scene.organization.person(Role::Administrator).await).await;
        let note = other.note("顶替");
        let mut manifest = scene.manifest(std::slice::from_ref(&note));
        // Under one's own name: received, and for the office to decide.
        let report: RescueReport =
            hand_in(&scene.colleague, &scene.seal(&manifest, &[])).await.ok();
        assert_eq!((report.received, report.quarantined), (1, 1));
        // Under the other's: the token was given to somebody else.
        manifest.person_id = other.person.id;
        manifest.device_id = other.person.device_id;
        let reply = hand_in(&scene.colleague, &scene.seal(&manifest, &[])).await;
        assert_eq!((reply.status, reply.code().as_str()), (StatusCode::UNPROCESSABLE_ENTITY, "unproven"));
        let mut manifest = scene.manifest(&[note]);
        manifest.token = String::new();
        let reply = hand_in(&scene.colleague, &scene.seal(&manifest, &[])).await;
        assert_eq!(reply.code(), "unproven");
        let stranger = app.organization().await.person(Role::Administrator).await.client().await;
        let file = scene.seal(&scene.manifest(&[]), &[]);
        assert_eq!(hand_in(&stranger, &file).await.code(), "other_organization");
        assert_eq!(hand_in(&app.anonymous(), &file).await.status, StatusCode::UNAUTHORIZED);
    }

    async fn a_revoked_phones_file_is_the_offices_to_bring(backend) {
        let app = TestApp::new(backend).await;
        let scene = Scene::new(&app).await;
        let file = scene.seal(&scene.manifest(&[scene.phone.note("撤销前")]), &[]);
        let office = scene.organization.person(Role::Reviewer).await.client().await;
        let path = format!("/api/office/devices/{}/revoke", scene.phone.person.device_id);
        let administrator = scene.organization.person(Role::Administrator).await.client().await;
        let revoked = administrator.post(&path, &serde_json::json!({})).await;
        assert!(revoked.status.is_success(), "{}", revoked.text());
        assert_eq!(hand_in(&scene.colleague, &file).await.code(), "device_revoked");
        let report: RescueReport = hand_in(&office, &file).await.ok();
        assert_eq!((report.received, report.quarantined), (1, 0));
    }

    async fn a_file_that_is_none_or_damaged_says_so(backend) {
        let app = TestApp::new(backend).await;
        let scene = Scene::new(&app).await;
        let file = scene.seal(&scene.manifest(&[scene.phone.note("一")]), &[]);
        for (bytes, code) in [
            (Vec::new(), "no_rescue_file"),
            (b"PK\x03\x04 a workbook".to_vec(), "no_rescue_file"),
            (b"minglu-rescue-1 1\n".to_vec(), "damaged_file"),
            (b"minglu-rescue-1 nobody\n0123456789012345678901234567890123456789".to_vec(), "sealed_for_another"),
            (file[..file.len() - 1].to_vec(), "sealed_for_another"),
            ([&file[..60], &[file[60] ^ 1], &file[61..]].concat(), "sealed_for_another"),
        ] {
            let reply = hand_in(&scene.colleague, &bytes).await;
            assert_eq!((reply.status, reply.code().as_str()), (StatusCode::UNPROCESSABLE_ENTITY, code), "{} bytes", bytes.len());
        }
        let mut manifest = scene.manifest(&[]);
        manifest.blobs.push(CarriedBlob {
            sha256: sha256_hex(b"x"),
            media_type: "image/png".to_owned(),
            size: u64::MAX,
            draft: false,
        });
        let reply = hand_in(&scene.colleague, &scene.seal(&manifest, &[b"short"])).await;
        assert_eq!(reply.code(), "damaged_file");
        // A length that reads as gigabytes.
        let mut sealer = Sealer::new(&scene.pass, [4; 32]).expect("a key");
        sealer.write(&u32::MAX.to_be_bytes()).expect("sealed");
        let file = sealer.finish().expect("sealed");
        assert_eq!(hand_in(&scene.colleague, &file).await.code(), "damaged_file");
    }
}
