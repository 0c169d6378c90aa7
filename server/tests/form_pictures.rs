//! Forms that are uploaded with their pictures.

use std::io::{Cursor, Write};

use domain::{
    Lang,
    forms::{Form, FormError},
};
use image::{DynamicImage, ImageFormat};
use rust_xlsxwriter::Workbook;
use server::areas::forms::bundle::read;
use zip::{ZipWriter, write::SimpleFileOptions};

const SURVEY: [&[&str]; 3] = [
    &["type", "name", "label", "media::image::中文 (zh)"],
    &["select_one kind", "kind", "灭火器类型", ""],
    &["note", "how", "怎样看压力表", "gauge.png"],
];
const CHOICES: [&[&str]; 3] = [
    &["list_name", "name", "label", "media::image"],
    &["kind", "powder", "干粉", "powder.jpg"],
    &["kind", "water", "水基", ""],
];
const SETTINGS: [&[&str]; 2] = [
    &["form_id", "version", "form_title"],
    &["fire", "1", "灭火器检查"],
];

fn workbook() -> Vec<u8> {
    let mut workbook = Workbook::new();
    for (name, rows) in [
        ("survey", &SURVEY[..]),
        ("choices", &CHOICES),
        ("settings", &SETTINGS),
    ] {
        let sheet = workbook.add_worksheet().set_name(name).expect("a name");
        for (row, cells) in rows.iter().enumerate() {
            for (column, cell) in cells.iter().enumerate() {
                sheet
                    .write_string(row as u32, column as u16, *cell)
                    .expect("a cell");
            }
        }
    }
    workbook.save_to_buffer().expect("a workbook")
}

fn picture(side: u32, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::new_rgb8(side, side)
        .write_to(&mut bytes, format)
        .expect("a picture");
    bytes.into_inner()
}

fn zip(files: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        archive
            .start_file(*name, SimpleFileOptions::default())
            .expect("a file");
        archive.write_all(bytes).expect("its bytes");
    }
    archive.finish().expect("an archive").into_inner()
}

fn whole() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("表单/fire.xlsx", workbook()),
        ("表单/gauge.png", picture(40, ImageFormat::Png)),
        ("表单/powder.jpg", picture(40, ImageFormat::Jpeg)),
        ("__MACOSX/._gauge.png", vec![0]),
        ("表单/unused.png", picture(10, ImageFormat::Png)),
    ]
}

fn form(files: &[(&str, Vec<u8>)], versions: &[Form]) -> Result<Form, Vec<FormError>> {
    read(&zip(files))?.complete(versions.iter())
}

fn refused(files: &[(&str, Vec<u8>)]) -> String {
    let errors = form(files, &[]).expect_err("a refusal");
    errors[0].message.get(Lang::En).to_owned()
}

#[test]
fn the_pictures_that_labels_name_are_a_part_of_the_form() {
    let form = form(&whole(), &[]).expect("a form");
    let names: Vec<&String> = form.settings.pictures.keys().collect();
    assert_eq!(names, ["gauge.png", "powder.jpg"]);
    let how = form.question("how").expect("the note");
    let shown = form
        .picture(how.image.as_ref(), Lang::Zh)
        .expect("its picture");
    assert!(shown.starts_with("data:image/png;base64,iVBOR"), "{shown}");
    let kept = serde_json::to_string(&form).expect("JSON");
    assert_eq!(serde_json::from_str::<Form>(&kept).expect("a form"), form);
}

#[test]
fn a_missing_picture_is_named_with_its_cell() {
    let errors = read(&workbook())
        .expect("a workbook")
        .complete([].into_iter())
        .expect_err("two pictures are missing");
    let places: Vec<(&str, usize, &str)> = errors
        .iter()
        .map(|it| (it.sheet.as_str(), it.row, it.column.as_str()))
        .collect();
    assert_eq!(
        places,
        [
            ("survey", 3, "media::image::中文 (zh)"),
            ("choices", 2, "media::image")
        ]
    );
    assert!(errors[0].message.get(Lang::Zh).contains("gauge.png"));
}

#[test]
fn a_changed_workbook_alone_keeps_the_pictures_of_the_version_before() {
    let before = form(&whole(), &[]).expect("a form");
    let again = read(&workbook())
        .expect("a workbook")
        .complete([&before].into_iter())
        .expect("complete");
    assert_eq!(again.settings.pictures, before.settings.pictures);
    // Another picture under the same name is told as a change.
    let mut other = whole();
    other[1].1 = picture(20, ImageFormat::Png);
    let other = form(&other, std::slice::from_ref(&before)).expect("a form");
    assert_eq!(other.changes_since(&before).len(), 1);
}

#[test]
fn what_phones_could_not_show_or_keep_is_refused() {
    let with = |index: usize, bytes: Vec<u8>| {
        let mut files = whole();
        files[index].1 = bytes;
        refused(&files)
    };
    assert!(with(1, b"<svg onload='x()'/>".to_vec()).contains("gauge.png is no picture"));
    let mut cut = picture(40, ImageFormat::Png);
    cut.truncate(60);
    assert!(with(1, cut).contains("gauge.png is no picture"));
    assert!(with(1, picture(2_001, ImageFormat::Jpeg)).contains("2001 × 2001"));
    assert!(with(1, vec![0; 200_001]).contains("too large"));
    let mut files = whole();
    files.push(("other.xlsx", workbook()));
    assert!(refused(&files).contains("only one"));
    assert!(refused(&whole()[1..]).contains("no form"));
}

#[test]
fn cut_and_changed_archives_are_refused_without_a_panic() {
    let good = zip(&whole());
    for length in (0..good.len()).step_by(good.len() / 60) {
        assert!(read(&good[..length]).is_err());
    }
    for at in (0..good.len()).step_by(good.len() / 200) {
        let mut bytes = good.clone();
        bytes[at] ^= 0xff;
        let _ = read(&bytes).map(|it| it.complete([].into_iter()));
    }
}
