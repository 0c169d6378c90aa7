//! What proves the standard's items in the sample: approved records with their photos, and a few
//! documents; some items are complete, some in part, most are empty.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike as _, NaiveDate};
use domain::{
    ActivityId, EvidenceKind, OrganizationId, Row, Timestamp,
    areas::{
        evidence::{Evidence, File, Subject, SubjectArea},
        submissions::ReviewState,
    },
    forms::Form,
    keys::sha256_hex,
    media,
    suggestions::kind_for,
    time::UTC_OFFSET_MINUTES,
};
use object_store::ObjectStoreExt as _;
use uuid::Uuid;

use super::{Rows, people::Members, unknown};
use crate::{
    AppState, Result, Tx,
    areas::{
        blobs,
        evidence::{files, store},
        standards::store as standards,
    },
    ids,
};

/// Of each record's form, so many items are taken beside its activity's.
const BY_FORM: usize = 2;

struct Document {
    item: &'static str,
    kind: EvidenceKind,
    title: &'static str,
    number: &'static str,
    /// Day of the year; `None` is undated.
    day: Option<(i32, u32, u32)>,
}

const fn document(
    item: &'static str,
    kind: EvidenceKind,
    title: &'static str,
    number: &'static str,
    day: Option<(i32, u32, u32)>,
) -> Document {
    Document {
        item,
        kind,
        title,
        number,
        day,
    }
}

/// The year counts from this one.
const DOCUMENTS: [Document; 10] = [
    document(
        "Ⅰ-1-1",
        EvidenceKind::Document,
        "关于成立文明单位创建工作领导小组的通知",
        "示卫执〔创建〕1号",
        Some((0, 1, 8)),
    ),
    document(
        "Ⅰ-2-1",
        EvidenceKind::Document,
        "年度文明单位创建工作计划",
        "示卫执〔创建〕2号",
        Some((0, 1, 15)),
    ),
    document(
        "Ⅰ-2-2",
        EvidenceKind::Document,
        "创建任务分解通知",
        "示卫执〔创建〕3号",
        Some((0, 1, 22)),
    ),
    document(
        "Ⅰ-2-2",
        EvidenceKind::Ledger,
        "创建任务分解清单",
        "",
        Some((0, 1, 22)),
    ),
    document(
        "Ⅰ-3-1",
        EvidenceKind::Document,
        "创建工作经费预算",
        "示卫执〔办〕4号",
        Some((0, 1, 20)),
    ),
    document(
        "Ⅰ-3-2",
        EvidenceKind::Document,
        "科室年度考核办法",
        "示卫执〔办〕9号",
        Some((-1, 12, 18)),
    ),
    document(
        "Ⅱ-1-1",
        EvidenceKind::Document,
        "集中学习制度",
        "",
        Some((0, 1, 10)),
    ),
    document(
        "Ⅳ-1-1",
        EvidenceKind::Document,
        "党员志愿服务队章程",
        "",
        Some((0, 1, 12)),
    ),
    document(
        "Ⅵ-1-1",
        EvidenceKind::Document,
        "内部管理制度汇编",
        "",
        Some((0, 1, 5)),
    ),
    document("Ⅵ-2-1", EvidenceKind::Document, "安全生产责任书", "", None),
];

pub(super) async fn fill(
    state: &AppState,
    tx: &mut Tx,
    organization: OrganizationId,
    members: &Members,
    rows: &Rows,
) -> Result<()> {
    let version = standards::current(tx, organization)
        .await?
        .ok_or_else(|| unknown("standard", "current"))?;
    let clerk = members.get("linjingshu")?.id;
    let now = state.clock.now();
    let line = |item: &str, kind, area, id: Uuid, year| Evidence {
        id: ids::new(&state.clock),
        standard_id: version.line.id,
        item: item.to_owned(),
        kind,
        subject: Subject { area, id },
        year,
        passage: String::new(),
        added_by: clerk,
        added_at: now,
    };
    let mut lines = Vec::new();
    let (forms, activities) = (forms(rows), activities(rows));
    for row in rows {
        let Row::Submissions(record) = row else {
            continue;
        };
        let Some(form) = forms.get(record.form_id.as_str()) else {
            continue;
        };
        if record.state != ReviewState::Approved {
            continue;
        }
        let year = date(record.capture.occurred_at).year();
        let by_activity = record.activity_id.and_then(|id| activities.get(&id));
        let items: BTreeSet<&String> = by_activity
            .into_iter()
            .flat_map(|items| items.iter())
            .chain(form.settings.items.iter().take(BY_FORM))
            .collect();
        for code in items {
            let Some(placed) = version.standard.item(code) else {
                continue;
            };
            let kind = kind_for(form, placed.item);
            lines.push(line(
                code,
                kind,
                SubjectArea::Submissions,
                record.id.0,
                year,
            ));
            for photo in photos_of(rows, record.id.0) {
                let (kind, area) = (EvidenceKind::Photo, SubjectArea::Attachments);
                lines.push(line(code, kind, area, photo, year));
            }
        }
    }
    let today = date(now);
    for document in &DOCUMENTS {
        let day = document.day.and_then(|(years, month, day)| {
            Some(NaiveDate::from_ymd_opt(today.year() + years, month, day)?.min(today))
        });
        let file = keep(state, tx, organization, members, document, day).await?;
        let (kind, area) = (document.kind, SubjectArea::Files);
        lines.push(line(document.item, kind, area, file.id.0, today.year()));
    }
    store::insert(tx, organization, &lines).await?;
    Ok(())
}

fn forms(rows: &Rows) -> BTreeMap<&str, &Form> {
    rows.iter()
        .filter_map(|row| match row {
            Row::Forms(row) => Some((row.form.id.as_str(), row.form.read()?)),
            _ => None,
        })
        .collect()
}

fn activities(rows: &Rows) -> BTreeMap<ActivityId, &Vec<String>> {
    rows.iter()
        .filter_map(|row| match row {
            Row::Activities(activity) => Some((activity.id, &activity.items)),
            _ => None,
        })
        .collect()
}

fn photos_of(rows: &Rows, record: Uuid) -> Vec<Uuid> {
    rows.iter()
        .filter_map(|row| match row {
            Row::Attachments(photo) if photo.subject.id == record => Some(photo.id.0),
            _ => None,
        })
        .collect()
}

fn date(at: Timestamp) -> NaiveDate {
    at.civil(UTC_OFFSET_MINUTES)
        .map(|at| at.date())
        .unwrap_or_default()
}

async fn keep(
    state: &AppState,
    tx: &mut Tx,
    organization: OrganizationId,
    members: &Members,
    document: &Document,
    day: Option<NaiveDate>,
) -> Result<File> {
    let clerk = members.get("linjingshu")?;
    let now = state.clock.now();
    let text = format!(
        "\u{feff}{}\r\n\r\n（示例文件，内容从略）\r\n",
        document.title
    );
    let file = File {
        id: ids::new(&state.clock),
        revision: 1,
        sha256: sha256_hex(text.as_bytes()),
        bytes: text.len() as i64,
        media_type: media::TEXT.to_owned(),
        file_name: format!("{}.txt", document.title),
        title: document.title.to_owned(),
        kind: document.kind,
        dated_on: day.map(|day| day.to_string()),
        document_no: document.number.to_owned(),
        department_id: clerk.department_id,
        activity_id: None,
        added_by: clerk.id,
        added_at: now,
        withdrawn: false,
    };
    let path = blobs::path(organization, &file.sha256);
    state.blobs.put(&path, text.into_bytes().into()).await?;
    sqlx::query(
        "insert into blobs (organization_id, sha256, size, media_type, person_id, stored_at)
         values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(organization.to_string())
    .bind(&file.sha256)
    .bind(file.bytes)
    .bind(&file.media_type)
    .bind(clerk.id.to_string())
    .bind(now.0)
    .execute(&mut **tx)
    .await?;
    files::insert_file(tx, organization, &file).await?;
    Ok(file)
}
