//! Documents in the layout of GB/T 9704 (党政机关公文格式) as `.docx`: A4, 22 lines of 28 characters.
//!
//! Written by hand, since it takes a few fixed parts and five kinds of paragraph. Leaves out what
//! stands in a document (`office::packs`, `office::reports`).

mod parts;

use std::{
    fmt::Write as _,
    io::{Cursor, Write as _},
};

use zip::{ZipWriter, write::SimpleFileOptions};

use crate::{Error, Result};

/// Characters in a line and lines on a page, as the standard says.
pub const COLUMNS: usize = 28;
pub const LINES: usize = 22;

/// Width of the text in twentieths of a point: 156 mm.
const TEXT_WIDTH: u32 = 8_844;
/// English Metric Units in a millimetre.
const EMU_PER_MM: i64 = 36_000;
/// The box that a picture is fitted into, two in a row.
const PICTURE_MM: (i64, i64) = (72, 54);

/// A picture with what is to be said below it.
pub struct Picture {
    pub bytes: Vec<u8>,
    /// `image/jpeg` or `image/png`.
    pub media_type: String,
    pub width: i64,
    pub height: i64,
    pub caption: String,
}

/// A document being written from top to bottom.
#[derive(Default)]
pub struct Document {
    subject: String,
    body: String,
    pictures: Vec<Picture>,
    /// Lines of text so far; `None` once something stands in it whose height isn't known.
    lines: Option<usize>,
}

impl Document {
    /// Begins with the title: 小标宋 2号, centered.
    pub fn new(title: &str) -> Self {
        let mut document = Self {
            subject: title.to_owned(),
            lines: Some(1),
            ..Self::default()
        };
        document.push("Title", title);
        // 22 pt instead of 16: 20 characters in a line, each as high as a line of the text and a bit.
        document.count(width(title).div_ceil(20), 1);
        document
    }

    /// 黑体 3号.
    pub fn heading(&mut self, text: &str) {
        self.push("Heading1", text);
        self.count_text(text, 2);
    }

    /// 楷体 3号.
    pub fn subheading(&mut self, text: &str) {
        self.push("Heading2", text);
        self.count_text(text, 2);
    }

    /// 仿宋 3号, the first line indented by two characters.
    pub fn paragraph(&mut self, text: &str) {
        for line in text.lines() {
            self.push("Normal", line);
            self.count_text(line, 2);
        }
    }

    /// A small line in the middle, such as the year below a title.
    pub fn centered(&mut self, text: &str) {
        self.push("Centered", text);
        self.count_text(text, 0);
    }

    /// The unit and the day below the text, at the right.
    pub fn signed(&mut self, unit: &str, day: &str) {
        for text in [unit, day] {
            self.push("Signed", text);
            self.count_text(text, 0);
        }
    }

    /// A table with a head that is repeated on each page; `widths` are shares of the text's width.
    pub fn table(&mut self, widths: &[u32], head: &[&str], rows: &[Vec<String>]) {
        let sum: u32 = widths.iter().sum::<u32>().max(1);
        let widths: Vec<u32> = widths.iter().map(|it| it * TEXT_WIDTH / sum).collect();
        self.body.push_str(parts::TABLE_HEAD);
        self.grid(&widths);
        let head: Vec<String> = head.iter().map(|&it| it.to_owned()).collect();
        self.row(&widths, &head, true);
        for row in rows {
            self.row(&widths, row, false);
        }
        self.body.push_str("</w:tbl>");
        // Two tables that touch would be one; and the last part of a document is a paragraph.
        self.body
            .push_str(r#"<w:p><w:pPr><w:pStyle w:val="Cell"/></w:pPr></w:p>"#);
        self.lines = None;
    }

    /// Pictures with captions, two in a row.
    pub fn pictures(&mut self, pictures: Vec<Picture>) {
        let mut pictures = pictures.into_iter();
        let widths = [TEXT_WIDTH / 2; 2];
        loop {
            let pair: Vec<Picture> = pictures.by_ref().take(2).collect();
            if pair.is_empty() {
                break;
            }
            self.body.push_str(parts::PLAIN_TABLE_HEAD);
            self.grid(&widths);
            self.body.push_str(r"<w:tr><w:trPr><w:cantSplit/></w:trPr>");
            for (width, picture) in widths.iter().zip(pair) {
                self.open_cell(*width);
                self.body
                    .push_str(r#"<w:p><w:pPr><w:pStyle w:val="Figure"/></w:pPr><w:r>"#);
                self.draw(&picture);
                self.body.push_str("</w:r></w:p>");
                self.push("Caption", &picture.caption);
                self.body.push_str("</w:tc>");
                self.pictures.push(picture);
            }
            self.body.push_str("</w:tr></w:tbl>");
            self.body
                .push_str(r#"<w:p><w:pPr><w:pStyle w:val="Cell"/></w:pPr></w:p>"#);
        }
        self.lines = None;
    }

    /// How many pages it takes, where that follows from the number of characters.
    pub fn pages(&self) -> Option<usize> {
        self.lines.map(|lines| lines.div_ceil(LINES).max(1))
    }

    /// The file's bytes.
    pub fn finish(self) -> Result<Vec<u8>> {
        let mut file = ZipWriter::new(Cursor::new(Vec::new()));
        let mut add = |name: &str, bytes: &[u8]| -> zip::result::ZipResult<()> {
            file.start_file(name, SimpleFileOptions::default())?;
            file.write_all(bytes)?;
            Ok(())
        };
        let mut write = || -> zip::result::ZipResult<()> {
            add("[Content_Types].xml", parts::CONTENT_TYPES.as_bytes())?;
            add("_rels/.rels", parts::PACKAGE_RELATIONS.as_bytes())?;
            add(
                "docProps/core.xml",
                parts::core(&escaped(&self.subject)).as_bytes(),
            )?;
            add("word/styles.xml", parts::styles().as_bytes())?;
            add("word/settings.xml", parts::SETTINGS.as_bytes())?;
            add("word/fontTable.xml", parts::FONTS.as_bytes())?;
            add("word/footer1.xml", parts::footer("right").as_bytes())?;
            add("word/footer2.xml", parts::footer("left").as_bytes())?;
            let pictures = self.pictures.iter().map(ending);
            let relations = parts::relations(pictures);
            add("word/_rels/document.xml.rels", relations.as_bytes())?;
            add("word/document.xml", parts::document(&self.body).as_bytes())?;
            for (number, picture) in (1..).zip(&self.pictures) {
                let name = format!("word/media/image{number}.{}", ending(picture));
                add(&name, &picture.bytes)?;
            }
            Ok(())
        };
        write().map_err(Error::internal)?;
        let file = file.finish().map_err(Error::internal)?;
        Ok(file.into_inner())
    }

    fn push(&mut self, style: &str, text: &str) {
        // Writing to a string can't fail.
        let _ = write!(
            self.body,
            r#"<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r><w:t xml:space="preserve">{}</w:t></w:r></w:p>"#,
            escaped(text)
        );
    }

    fn count_text(&mut self, text: &str, indent: usize) {
        self.count((width(text) + indent).div_ceil(COLUMNS).max(1), 0);
    }

    fn count(&mut self, lines: usize, more: usize) {
        if let Some(counted) = &mut self.lines {
            *counted += lines + more;
        }
    }

    fn grid(&mut self, widths: &[u32]) {
        self.body.push_str("<w:tblGrid>");
        for width in widths {
            let _ = write!(self.body, r#"<w:gridCol w:w="{width}"/>"#);
        }
        self.body.push_str("</w:tblGrid>");
    }

    fn row(&mut self, widths: &[u32], cells: &[String], is_head: bool) {
        self.body.push_str("<w:tr><w:trPr><w:cantSplit/>");
        if is_head {
            self.body.push_str("<w:tblHeader/>");
        }
        self.body.push_str("</w:trPr>");
        for (index, width) in widths.iter().enumerate() {
            self.open_cell(*width);
            let text = cells.get(index).map(String::as_str).unwrap_or_default();
            let mut any = false;
            for line in text.lines() {
                self.push(if is_head { "CellHead" } else { "Cell" }, line);
                any = true;
            }
            if !any {
                self.push("Cell", "");
            }
            self.body.push_str("</w:tc>");
        }
        self.body.push_str("</w:tr>");
    }

    fn open_cell(&mut self, width: u32) {
        let _ = write!(
            self.body,
            r#"<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>"#
        );
    }

    fn draw(&mut self, picture: &Picture) {
        let number = self.pictures.len() + 1;
        let (width, height) = (picture.width.max(1), picture.height.max(1));
        let (most_wide, most_high) = PICTURE_MM;
        // The narrower of both limits.
        let wide = (most_wide * 1_000)
            .min(most_high * 1_000 * width / height)
            .max(1);
        let high = (wide * height / width).max(1);
        let scale = EMU_PER_MM / 1_000;
        let drawing = parts::drawing(
            number,
            wide * scale,
            high * scale,
            &escaped(&picture.caption),
        );
        self.body.push_str(&drawing);
    }
}

/// Whether a picture of this type can stand in a document.
pub fn can_draw(media_type: &str) -> bool {
    matches!(media_type, "image/jpeg" | "image/png")
}

fn ending(picture: &Picture) -> &'static str {
    if picture.media_type == "image/png" {
        "png"
    } else {
        "jpeg"
    }
}

/// How many of a line's characters a text takes: what is half as wide counts half.
fn width(text: &str) -> usize {
    let halves: usize = text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum();
    halves.div_ceil(2)
}

/// Text as XML holds it; what XML 1.0 can't hold is left out, a tab is a blank.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            '\t' | '\n' => escaped.push(' '),
            _ if letter < ' ' || matches!(letter, '\u{fffe}' | '\u{ffff}') => {}
            _ => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_counted_by_the_width_of_their_characters() {
        assert_eq!(width("卫生执法2026"), 6);
        let mut document = Document::new("题名");
        let before = document.lines.expect("still known");
        // Two of indent and 27 of text are a line and one character.
        document.paragraph(&"字".repeat(27));
        assert_eq!(document.lines, Some(before + 2));
        document.table(&[1], &["a"], &[]);
        assert_eq!(document.pages(), None);
    }

    #[test]
    fn no_text_breaks_out_of_its_place() {
        assert_eq!(escaped("<w:p>&\"\u{1}\tb"), "&lt;w:p&gt;&amp;&quot; b");
    }
}
