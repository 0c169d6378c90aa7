//! What an office uploads as a form: a workbook or Markdown alone, or a `.zip` that also holds the
//! pictures which the form names (`media::image`).
//!
//! A picture becomes a part of the form's version, so that each phone has it with the form, offline and
//! for ever; therefore pictures are few and small. Who changes a form doesn't bring them again: those of
//! earlier versions stand in for what the file names and doesn't hold.

use std::{
    collections::BTreeMap,
    io::{Cursor, Read},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use domain::{
    Text,
    forms::{Form, FormError, load::Table},
};
use image::ImageFormat;
use zip::ZipArchive;

use super::workbook;

/// Most bytes of a picture, and of all together.
const PICTURE_LIMIT: u64 = 200_000;
const PICTURES_LIMIT: usize = 800_000;
/// Longest side of a picture.
const SIDE_LIMIT: u32 = 2_000;
/// Most files in the archive.
const FILE_LIMIT: usize = 200;
/// Most bytes of the workbook in it.
const DOCUMENT_LIMIT: u64 = workbook::WORKBOOK_LIMIT as u64;

pub struct Upload {
    form: Form,
    /// Empty for Markdown.
    tables: Vec<Table>,
}

/// Reads an uploaded file; its pictures may still be missing.
pub fn read(bytes: &[u8]) -> Result<Upload, Vec<FormError>> {
    let Some(archive) = archive(bytes) else {
        return document(bytes);
    };
    let (bytes, pictures) = unpacked(archive).map_err(|error| vec![error])?;
    let mut upload = document(&bytes)?;
    let named = upload.form.picture_names();
    upload.form.settings.pictures = pictures
        .into_iter()
        .filter(|(name, _)| named.contains(name))
        .collect();
    Ok(upload)
}

impl Upload {
    pub fn id(&self) -> &str {
        &self.form.id
    }

    /// The form with all the pictures that it names; what isn't in the file is taken from these versions.
    pub fn complete<'a>(
        mut self,
        versions: impl Iterator<Item = &'a Form> + Clone,
    ) -> Result<Form, Vec<FormError>> {
        let mut missing = Vec::new();
        for name in self.form.picture_names() {
            if self.form.settings.pictures.contains_key(&name) {
                continue;
            }
            let earlier = versions
                .clone()
                .find_map(|form| form.settings.pictures.get(&name));
            match earlier {
                Some(picture) => {
                    let pictures = &mut self.form.settings.pictures;
                    pictures.insert(name, picture.clone());
                }
                None => missing.push(lacks(&self.tables, &name)),
            }
        }
        let whole: usize = self.form.settings.pictures.values().map(String::len).sum();
        // As data URLs they are longer by a third.
        if whole > PICTURES_LIMIT / 3 * 4 + PICTURES_LIMIT / 20 {
            missing.push(too_much());
        }
        if missing.is_empty() {
            Ok(self.form)
        } else {
            Err(missing)
        }
    }
}

fn document(bytes: &[u8]) -> Result<Upload, Vec<FormError>> {
    match str::from_utf8(bytes) {
        // A workbook is never UTF-8: its first file's head holds what no text does.
        Ok(text) if !bytes.starts_with(b"PK") && text.contains('|') => Ok(Upload {
            form: Form::from_markdown(text)?,
            tables: Vec::new(),
        }),
        _ => {
            let tables = workbook::tables(bytes).map_err(|error| vec![error])?;
            let form = Form::from_tables(tables.clone())?;
            Ok(Upload { form, tables })
        }
    }
}

/// An archive that is no workbook itself.
fn archive(bytes: &[u8]) -> Option<ZipArchive<Cursor<&[u8]>>> {
    let archive = ZipArchive::new(Cursor::new(bytes)).ok()?;
    let is_workbook = archive.index_for_name("[Content_Types].xml").is_some();
    (!is_workbook).then_some(archive)
}

type Pictures = BTreeMap<String, String>;

/// The document in the archive, and the pictures beside it.
fn unpacked(mut archive: ZipArchive<Cursor<&[u8]>>) -> Result<(Vec<u8>, Pictures), FormError> {
    if archive.len() > FILE_LIMIT {
        return Err(whole(
            format!("压缩包里超过 {FILE_LIMIT} 个文件；只放表单和它的图片"),
            format!(
                "More than {FILE_LIMIT} files in the archive; put in only the form and its pictures."
            ),
        ));
    }
    let mut found = None;
    let mut pictures = Pictures::new();
    let mut total = 0;
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).map_err(|_| unreadable())?;
        if file.is_dir() {
            continue;
        }
        let path = file.name().map_err(|_| unreadable())?.replace('\\', "/");
        let name = path.rsplit('/').next().unwrap_or_default().to_owned();
        // What systems put in on their own.
        if path.starts_with("__MACOSX/") || name.starts_with('.') || name == "Thumbs.db" {
            continue;
        }
        let end = name.rsplit_once('.').map(|(_, end)| end.to_lowercase());
        let is_document = matches!(end.as_deref(), Some("xlsx" | "md"));
        let limit = if is_document {
            DOCUMENT_LIMIT
        } else {
            PICTURE_LIMIT
        };
        let mut bytes = Vec::new();
        file.by_ref()
            .take(limit + 1)
            .read_to_end(&mut bytes)
            .map_err(|_| unreadable())?;
        if bytes.len() as u64 > limit {
            return Err(whole(
                format!(
                    "{name} 太大：图片最大 {} KB，请缩小后再放进压缩包",
                    PICTURE_LIMIT / 1_000
                ),
                format!(
                    "{name} is too large: {} KB at most for a picture. Make it smaller.",
                    PICTURE_LIMIT / 1_000
                ),
            ));
        }
        if is_document {
            if found.replace(bytes).is_some() {
                return Err(whole(
                    "压缩包里有不止一张表单，请只放一个 .xlsx",
                    "More than one form in the archive; put in only one .xlsx.",
                ));
            }
            continue;
        }
        total += bytes.len();
        if total > PICTURES_LIMIT {
            return Err(too_much());
        }
        let picture = picture(&name, &bytes)?;
        let before = pictures.insert(name.clone(), picture.clone());
        if before.is_some_and(|before| before != picture) {
            return Err(whole(
                format!("压缩包里有两张不同的 {name}，请改成不同的文件名"),
                format!(
                    "Two different pictures are called {name}. Please give them names of their own."
                ),
            ));
        }
    }
    let document = found.ok_or_else(|| {
        whole(
            "压缩包里没有表单（.xlsx）",
            "There is no form (.xlsx) in the archive.",
        )
    })?;
    Ok((document, pictures))
}

/// A picture as a data URL.
fn picture(name: &str, bytes: &[u8]) -> Result<String, FormError> {
    let format = image::guess_format(bytes).ok();
    let kind = match format {
        Some(ImageFormat::Jpeg) => "image/jpeg",
        Some(ImageFormat::Png) => "image/png",
        Some(ImageFormat::WebP) => "image/webp",
        _ => return Err(no_picture(name)),
    };
    let reader = || image::ImageReader::new(Cursor::new(bytes)).with_guessed_format();
    let size = reader().ok().and_then(|it| it.into_dimensions().ok());
    let (width, height) = size.ok_or_else(|| no_picture(name))?;
    if width.max(height) > SIDE_LIMIT {
        return Err(whole(
            format!("{name} 有 {width} × {height} 像素，最长边不能超过 {SIDE_LIMIT}"),
            format!("{name} has {width} × {height} pixels; its longer side may have {SIDE_LIMIT}."),
        ));
    }
    // What no phone could show isn't published.
    reader()
        .ok()
        .and_then(|it| it.decode().ok())
        .ok_or_else(|| no_picture(name))?;
    Ok(format!("data:{kind};base64,{}", STANDARD.encode(bytes)))
}

/// The error for a picture that isn't there, at the first cell that names it.
fn lacks(tables: &[Table], name: &str) -> FormError {
    let message = Text::new(
        format!("缺少图片 {name}：请把它和工作簿一起压缩成 .zip 再上传"),
        format!(
            "The picture {name} is missing: put it into a .zip with the workbook and upload that."
        ),
    );
    let mut place = (String::new(), 0, String::new());
    'search: for table in tables {
        let Some((_, headers)) = table.rows.first() else {
            continue;
        };
        for (row, cells) in &table.rows[1..] {
            for (header, cell) in headers.iter().zip(cells) {
                let head = header.trim().to_lowercase();
                let head = head.strip_prefix("media::").unwrap_or(&head);
                if head.split("::").next() == Some("image") && cell.trim() == name {
                    place = (table.name.clone(), *row, header.clone());
                    break 'search;
                }
            }
        }
    }
    let (sheet, row, column) = place;
    FormError {
        sheet,
        row,
        column,
        message,
    }
}

fn no_picture(name: &str) -> FormError {
    whole(
        format!("{name} 不是能显示的图片；只收 JPEG、PNG、WebP"),
        format!("{name} is no picture that can be shown; JPEG, PNG and WebP can."),
    )
}

fn too_much() -> FormError {
    let most = PICTURES_LIMIT / 1_000;
    whole(
        format!("图片合计超过 {most} KB：手机要随表单一起保存，请缩小或减少"),
        format!(
            "The pictures have over {most} KB: phones keep them with the form. Make them smaller or fewer."
        ),
    )
}

fn unreadable() -> FormError {
    whole(
        "读不出这个压缩包；请重新压缩成 .zip，文件名只用字母和数字",
        "This archive can't be read; make a new .zip, with letters and digits in its file names.",
    )
}

fn whole(zh: impl Into<String>, en: impl Into<String>) -> FormError {
    FormError {
        sheet: String::new(),
        row: 0,
        column: String::new(),
        message: Text::new(zh, en),
    }
}
