//! The parts of a `.docx` that hardly change: page, styles, fonts, page numbers.

use std::fmt::Write as _;

const W: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
const R: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

pub(super) const CONTENT_TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Default Extension="jpeg" ContentType="image/jpeg"/><Default Extension="png" ContentType="image/png"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/><Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/><Override PartName="/word/settings.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.settings+xml"/><Override PartName="/word/fontTable.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.fontTable+xml"/><Override PartName="/word/footer1.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"/><Override PartName="/word/footer2.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"/><Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>"#;

pub(super) const PACKAGE_RELATIONS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>"#;

/// Page numbers stand outside: odd pages at the right, even ones at the left.
pub(super) const SETTINGS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:settings xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:evenAndOddHeaders/><w:characterSpacingControl w:val="doNotCompress"/><w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>"#;

/// What a computer without the official fonts takes instead.
pub(super) const FONTS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:fonts xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:font w:name="仿宋_GB2312"><w:altName w:val="仿宋"/><w:charset w:val="86"/></w:font><w:font w:name="楷体_GB2312"><w:altName w:val="楷体"/><w:charset w:val="86"/></w:font><w:font w:name="方正小标宋简体"><w:altName w:val="宋体"/><w:charset w:val="86"/></w:font><w:font w:name="黑体"><w:altName w:val="SimHei"/><w:charset w:val="86"/></w:font><w:font w:name="宋体"><w:altName w:val="SimSun"/><w:charset w:val="86"/></w:font></w:fonts>"#;

pub(super) const TABLE_HEAD: &str = r#"<w:tbl><w:tblPr><w:tblW w:w="8844" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders><w:top w:val="single" w:sz="6" w:space="0" w:color="auto"/><w:left w:val="single" w:sz="6" w:space="0" w:color="auto"/><w:bottom w:val="single" w:sz="6" w:space="0" w:color="auto"/><w:right w:val="single" w:sz="6" w:space="0" w:color="auto"/><w:insideH w:val="single" w:sz="4" w:space="0" w:color="auto"/><w:insideV w:val="single" w:sz="4" w:space="0" w:color="auto"/></w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="85" w:type="dxa"/><w:right w:w="85" w:type="dxa"/></w:tblCellMar></w:tblPr>"#;

pub(super) const PLAIN_TABLE_HEAD: &str = r#"<w:tbl><w:tblPr><w:tblW w:w="8844" w:type="dxa"/><w:jc w:val="center"/><w:tblLayout w:type="fixed"/></w:tblPr>"#;

pub(super) fn core(title: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{title}</dc:title></cp:coreProperties>"#
    )
}

/// A4 with the margins of GB/T 9704: 37 mm above, 35 below, 28 at the left, 26 at the right.
pub(super) fn document(body: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:document xmlns:w="{W}" xmlns:r="{R}" xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><w:body>{body}<w:sectPr><w:footerReference w:type="default" r:id="rId4"/><w:footerReference w:type="even" r:id="rId5"/><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="2098" w:right="1474" w:bottom="1984" w:left="1588" w:header="851" w:footer="1400" w:gutter="0"/></w:sectPr></w:body></w:document>"#
    )
}

/// The page's number between two dashes (4号).
pub(super) fn footer(side: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:ftr xmlns:w="{W}"><w:p><w:pPr><w:pStyle w:val="PageNumber"/><w:jc w:val="{side}"/></w:pPr><w:r><w:t xml:space="preserve">— </w:t></w:r><w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple><w:r><w:t xml:space="preserve"> —</w:t></w:r></w:p></w:ftr>"#
    )
}

/// The document's relations, with one for each picture by its file's ending.
pub(super) fn relations(pictures: impl Iterator<Item = &'static str>) -> String {
    let mut text = String::from(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">"#,
    );
    for (id, kind, target) in [
        (1, "styles", "styles.xml"),
        (2, "settings", "settings.xml"),
        (3, "fontTable", "fontTable.xml"),
        (4, "footer", "footer1.xml"),
        (5, "footer", "footer2.xml"),
    ] {
        let _ = write!(
            text,
            r#"<Relationship Id="rId{id}" Type="{R}/{kind}" Target="{target}"/>"#
        );
    }
    for (number, ending) in (1..).zip(pictures) {
        let _ = write!(
            text,
            r#"<Relationship Id="image{number}" Type="{R}/image" Target="media/image{number}.{ending}"/>"#
        );
    }
    text.push_str("</Relationships>");
    text
}

/// The picture of this number, in the line.
pub(super) fn drawing(number: usize, width: i64, height: i64, about: &str) -> String {
    format!(
        r#"<w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{width}" cy="{height}"/><wp:docPr id="{number}" name="image{number}" descr="{about}"/><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr><pic:cNvPr id="{number}" name="image{number}"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="image{number}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing>"#
    )
}

/// Name, font, size in half points, alignment, indent in hundredths of a character, line in twentieths
/// of a point (0: as high as what stands in it), more settings of the paragraph.
type Style = (
    &'static str,
    &'static str,
    u32,
    &'static str,
    u32,
    u32,
    &'static str,
);

const STYLES: [Style; 9] = [
    ("Title", "方正小标宋简体", 44, "center", 0, 640, ""),
    ("Heading1", "黑体", 32, "both", 200, 560, "<w:keepNext/>"),
    (
        "Heading2",
        "楷体_GB2312",
        32,
        "both",
        200,
        560,
        "<w:keepNext/>",
    ),
    ("Centered", "楷体_GB2312", 32, "center", 0, 560, ""),
    ("Signed", "仿宋_GB2312", 32, "right", 0, 560, ""),
    ("CellHead", "黑体", 24, "center", 0, 360, ""),
    ("Cell", "仿宋_GB2312", 24, "left", 0, 360, ""),
    ("Figure", "仿宋_GB2312", 24, "center", 0, 0, "<w:keepNext/>"),
    ("Caption", "仿宋_GB2312", 21, "center", 0, 300, ""),
];

/// A character takes 15.75 points instead of 16, so that 28 of them fit between the margins.
const CLOSER: i32 = -5;

pub(super) fn styles() -> String {
    let mut text = format!(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:styles xmlns:w="{W}"><w:docDefaults><w:rPrDefault><w:rPr>{}<w:spacing w:val="{CLOSER}"/><w:sz w:val="32"/><w:szCs w:val="32"/><w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:overflowPunct w:val="0"/><w:snapToGrid w:val="0"/></w:pPr></w:pPrDefault></w:docDefaults>"#,
        fonts("仿宋_GB2312"),
    );
    let _ = write!(
        text,
        r#"<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:pPr><w:widowControl w:val="0"/><w:spacing w:before="0" w:after="0" w:line="560" w:lineRule="exact"/><w:ind w:firstLineChars="200" w:firstLine="630"/><w:jc w:val="both"/></w:pPr></w:style>"#
    );
    for (name, font, size, align, indent, line, more) in STYLES {
        // An empty line below the title.
        let after = if name == "Title" { 560 } else { 0 };
        let rule = if line == 0 {
            r#"w:line="240" w:lineRule="auto""#.to_owned()
        } else {
            format!(r#"w:line="{line}" w:lineRule="exact""#)
        };
        let first = indent * 63 / 20;
        let title = match name {
            "Heading1" => "heading 1",
            "Heading2" => "heading 2",
            "Caption" => "caption",
            name => name,
        };
        let outline = match name {
            "Heading1" => r#"<w:outlineLvl w:val="0"/>"#,
            "Heading2" => r#"<w:outlineLvl w:val="1"/>"#,
            _ => "",
        };
        let _ = write!(
            text,
            r#"<w:style w:type="paragraph" w:styleId="{name}"><w:name w:val="{title}"/><w:basedOn w:val="Normal"/><w:pPr>{more}<w:widowControl w:val="0"/><w:spacing w:before="0" w:after="{after}" {rule}/><w:ind w:firstLineChars="{indent}" w:firstLine="{first}"/><w:jc w:val="{align}"/>{outline}</w:pPr><w:rPr>{}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr></w:style>"#,
            fonts(font),
        );
    }
    let _ = write!(
        text,
        r#"<w:style w:type="paragraph" w:styleId="PageNumber"><w:name w:val="footer"/><w:basedOn w:val="Normal"/><w:pPr><w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/><w:ind w:firstLineChars="0" w:firstLine="0" w:leftChars="100" w:left="320" w:rightChars="100" w:right="320"/></w:pPr><w:rPr>{}<w:sz w:val="28"/><w:szCs w:val="28"/></w:rPr></w:style></w:styles>"#,
        fonts("宋体"),
    );
    text
}

fn fonts(name: &str) -> String {
    // Page numbers are in the digits of 宋体, everything else Latin in Times New Roman.
    let latin = if name == "宋体" {
        name
    } else {
        "Times New Roman"
    };
    format!(
        r#"<w:rFonts w:ascii="{latin}" w:hAnsi="{latin}" w:eastAsia="{name}" w:cs="Times New Roman"/>"#
    )
}
