//! An item's sheet (报送说明): what is asked, what is there, and each piece with what it proves; as data
//! for the page and as a document.

use std::fmt::Write as _;

use domain::{
    api::packs::{ItemSheet, Mark, SheetLine},
    areas::standards::Placed,
    self_assessment::Assessed,
};

use super::gather::{Gathered, Gathering, What};
use crate::docx::{Document, Picture};

/// Photos that a sheet shows; all of them are in the folder.
pub(super) const PICTURES: usize = 12;

pub(super) fn sheet(gathered: &Gathered, placed: Placed<'_>, own: &Gathering) -> ItemSheet {
    let lines = (1..).zip(&own.materials);
    ItemSheet {
        organization: gathered.organization.clone(),
        standard: gathered.version.standard.title.clone(),
        year: gathered.year,
        project: titled(&placed.project.code, &placed.project.title),
        content: titled(&placed.content.code, &placed.content.title),
        code: placed.item.code.clone(),
        title: placed.item.title.clone(),
        points: placed.item.points,
        scoring: placed.item.rule().zh,
        assessed: gathered.assessed.get(&placed.item.code).cloned(),
        needs: own.needs.clone(),
        lines: lines
            .map(|(number, material)| SheetLine {
                number,
                kind: material.kind,
                title: material.title.clone(),
                document_no: material.document_no.clone(),
                responsible: material.responsible.clone(),
                date: material.date.map(|date| date.to_string()),
                passage: material.passage.clone(),
                marks: material.marks.clone(),
                caption: material.caption.clone(),
                thumbnail: match &material.what {
                    What::Photo { thumbnail, .. } => Some(thumbnail.sha256.clone()),
                    _ => None,
                },
                file: numbered(number, &material.file_name),
            })
            .collect(),
        left_out: own.left_out.clone(),
    }
}

/// The name of a file in its item's folder.
pub(super) fn numbered(number: i64, file_name: &str) -> String {
    format!("{number:03} {file_name}")
}

pub(super) fn titled(code: &str, title: &str) -> String {
    format!("{code} {title}")
}

/// The marks in a row, in Chinese; empty if there is none.
pub(super) fn marks(marks: &[Mark]) -> String {
    let words: Vec<&str> = marks.iter().map(|mark| mark.name().0).collect();
    words.join("、")
}

/// The sheet as a document in the layout of GB/T 9704.
pub(super) fn document(sheet: &ItemSheet, pictures: Vec<Picture>, day: &str) -> Document {
    let mut document = Document::new(&format!("{} 报送材料说明", sheet.code));
    document.centered(&format!("（{}年度）", sheet.year));
    document.heading("一、测评要求");
    document.paragraph(&format!("测评标准：{}", sheet.standard));
    document.paragraph(&format!("测评项目：{}", sheet.project));
    document.paragraph(&format!("测评内容：{}", sheet.content));
    document.paragraph(&format!("测评条目：{} {}", sheet.code, sheet.title));
    document.paragraph(&format!("分值：{}分", sheet.points));
    if !sheet.scoring.is_empty() {
        document.paragraph(&format!("评分办法：{}", sheet.scoring));
    }
    if let Some(assessed) = &sheet.assessed {
        let Assessed {
            points, working, ..
        } = assessed;
        document.paragraph(&format!("自评得分：{points}分（{working}）"));
        if !assessed.narrative.is_empty() {
            document.paragraph(&format!("自评说明：{}", assessed.narrative));
        }
    }
    document.heading("二、材料情况");
    for need in &sheet.needs {
        let state = match need.missing() {
            0 => "已齐".to_owned(),
            missing => format!("还缺{missing}件"),
        };
        document.paragraph(&format!(
            "{}：应有{}件，现有{}件，{state}。",
            need.label, need.min, need.there
        ));
    }
    if sheet.needs.is_empty() {
        document.paragraph("本条目未列明材料要求。");
    }
    let passages: Vec<&SheetLine> = sheet
        .lines
        .iter()
        .filter(|line| !line.passage.is_empty())
        .collect();
    document.heading("三、佐证说明");
    if passages.is_empty() {
        document.paragraph("各件材料见下表。");
    }
    for line in passages {
        document.paragraph(&format!(
            "{}（见第{:03}件《{}》）",
            line.passage, line.number, line.title
        ));
    }
    document.heading("四、材料目录");
    let rows: Vec<Vec<String>> = sheet.lines.iter().map(row).collect();
    document.table(
        &[8, 16, 40, 20, 24],
        &["序号", "类别", "题名", "日期", "备注"],
        &rows,
    );
    if !pictures.is_empty() {
        document.heading("五、现场照片");
        document.pictures(pictures);
    }
    document.signed(&sheet.organization, day);
    document
}

fn row(line: &SheetLine) -> Vec<String> {
    let mut remarks: Vec<String> = Vec::new();
    if !line.document_no.is_empty() {
        remarks.push(line.document_no.clone());
    }
    let marks = marks(&line.marks);
    if !marks.is_empty() {
        remarks.push(marks);
    }
    vec![
        format!("{:03}", line.number),
        line.kind.name().0.to_owned(),
        line.title.clone(),
        line.date.clone().unwrap_or_default(),
        remarks.join("；"),
    ]
}

/// A photo's caption, four ways.
pub(super) fn caption(line: &SheetLine) -> String {
    let Some(caption) = &line.caption else {
        return line.title.clone();
    };
    let or = |text: &str| {
        if text.is_empty() {
            "未注明".to_owned()
        } else {
            text.to_owned()
        }
    };
    let mut words = format!(
        "{:03}  时间：{}；地点：{}；人物：{}；主题：{}",
        line.number,
        or(&caption.time),
        or(&caption.place),
        or(&caption.people),
        or(&caption.topic),
    );
    let marks = marks(&line.marks);
    if !marks.is_empty() {
        let _ = write!(words, "（{marks}）");
    }
    words
}
