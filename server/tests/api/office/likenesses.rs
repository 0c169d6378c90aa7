//! Where a photo was before: what the review of a record says of it.

use std::io::Cursor;

use domain::{
    SubmissionId,
    api::office::{SeenBefore, SubmissionDetail},
    areas::people::Role,
    photos::Resemblance,
};
use image::{DynamicImage, ImageBuffer, Rgb, codecs::jpeg::JpegEncoder};
use server::likenesses;

use crate::{
    blobs::upload,
    phone::{self, Phone, blob},
    support::{Client, TestApp},
};

/// A scene of squares; each number makes another one.
fn scene(number: u32) -> DynamicImage {
    DynamicImage::ImageRgb8(ImageBuffer::from_fn(640, 480, |x, y| {
        let (column, row) = (x / 80, y / 60);
        let light =
            (column * 37 + row * 91 + number * (column * row * 13 + 29) + (column ^ row) * 53)
                % 230;
        Rgb([light as u8, (light / 2 + 60) as u8, (x / 4) as u8])
    }))
}

fn jpeg(picture: &DynamicImage, quality: u8) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let rgb = picture.to_rgb8();
    rgb.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, quality))
        .expect("written");
    bytes.into_inner()
}

/// A record that names these bytes as its photo.
async fn naming(phone: &Phone, title: &str, bytes: &[u8]) -> SubmissionId {
    let note = phone.note(title);
    let photo = phone.photo(note.record, &blob(bytes));
    phone.outcomes(&[note.clone(), photo]).await;
    SubmissionId(note.record.id)
}

/// The same, and the bytes arrive.
async fn record(phone: &Phone, title: &str, bytes: &[u8]) -> SubmissionId {
    let id = naming(phone, title, bytes).await;
    let reply = upload(phone, bytes).await;
    assert_eq!(reply.status, 204, "{}", reply.text());
    id
}

async fn seen(client: &Client, id: SubmissionId) -> Vec<SeenBefore> {
    let detail: SubmissionDetail = client
        .get(&format!("/api/office/submissions/{id}"))
        .await
        .ok();
    detail.seen_before
}

on_both! {
    async fn a_photo_that_was_used_before_is_found_in_all_of_the_organization(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let client = organization.person(Role::Reviewer).await.client().await;
        let author = Phone::of(&app, &organization.person(Role::Volunteer).await).await;
        let other = Phone::of(&app, &organization.person(Role::Volunteer).await).await;
        let original = jpeg(&scene(1), 90);
        let first = record(&author, "去年", &original).await;
        app.advance_ms(60_000);
        record(&author, "无关", &jpeg(&scene(2), 90)).await;
        let cut = scene(1).crop_imm(16, 12, 608, 456).resize(400, 300, image::imageops::FilterType::Triangle);
        let again = record(&other, "今年", &jpeg(&cut, 60)).await;
        app.advance_ms(60_000);
        // The server has these bytes already.
        let same = naming(&other, "又用", &original).await;
        // The same bytes are found at once, what looks alike after the photos were looked at.
        let found = seen(&client, same).await;
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].record, found[0].resemblance), (first, Resemblance::Same));
        assert!(seen(&client, again).await.is_empty());
        assert_eq!(likenesses::fill(&app.state).await.expect("looked"), 3);
        assert_eq!(likenesses::fill(&app.state).await.expect("looked"), 0);
        let found = seen(&client, again).await;
        let records: Vec<SubmissionId> = found.iter().map(|it| it.record).collect();
        assert_eq!(records, [first, same]);
        assert!(found.iter().all(|it| it.resemblance == Resemblance::NearlySame));
        let found = seen(&client, first).await;
        let of: Vec<(SubmissionId, Resemblance)> =
            found.iter().map(|it| (it.record, it.resemblance)).collect();
        assert_eq!(of, [(same, Resemblance::Same), (again, Resemblance::NearlySame)]);
    }

    async fn another_organization_is_never_named(backend) {
        let app = TestApp::new(backend).await;
        let original = jpeg(&scene(3), 90);
        let mut last = None;
        for _ in 0..2 {
            let organization = phone::organization(&app).await;
            let author = Phone::of(&app, &organization.person(Role::Volunteer).await).await;
            let id = record(&author, "同图", &original).await;
            last = Some((organization.person(Role::Reviewer).await.client().await, id));
        }
        likenesses::fill(&app.state).await.expect("looked");
        let (client, id) = last.expect("two organizations");
        assert!(seen(&client, id).await.is_empty());
    }

    async fn a_photo_that_shows_nothing_is_looked_at_once_and_like_none(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let client = organization.person(Role::Reviewer).await.client().await;
        let author = Phone::of(&app, &organization.person(Role::Volunteer).await).await;
        let even = |light: u8| {
            jpeg(&DynamicImage::ImageRgb8(ImageBuffer::from_pixel(64, 64, Rgb([light; 3]))), 90)
        };
        record(&author, "白墙", &even(200)).await;
        let id = record(&author, "灰墙", &even(90)).await;
        assert_eq!(likenesses::fill(&app.state).await.expect("looked"), 2);
        assert_eq!(likenesses::fill(&app.state).await.expect("looked"), 0);
        assert!(seen(&client, id).await.is_empty());
    }
}
