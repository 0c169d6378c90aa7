//! The report of a month, a year or any other period: activities and who came, records, service hours,
//! and what of the standard's material is there; as a document and as a workbook.
//!
//! Figures of the whole unit only: nobody is compared with anybody.

mod figures;

use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Response},
    routing::get,
};
use chrono::{Datelike as _, NaiveDate};
use domain::{Lang, areas::activities::ActivityKind, permission::Ability};
use serde::Deserialize;

use figures::Figures;

use crate::{
    AppState, Result, audit,
    auth::Member,
    docx::Document,
    extract::Query,
    office::{download, hours::lines::Span},
    reports::table::{Cell, Row, Table, workbook},
};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/office/reports/report.docx", get(document))
        .route("/api/office/reports/report.xlsx", get(tables))
}

#[derive(Clone, Copy, Deserialize)]
struct Asked {
    from: Option<NaiveDate>,
    until: Option<NaiveDate>,
    #[serde(default)]
    lang: Lang,
}

/// The figures, and a line in the audit: they leave the system.
async fn begin(state: &AppState, member: &Member, asked: Asked) -> Result<Figures> {
    member.require(Ability::Review)?;
    let span = Span::asked(asked.from, asked.until, state.clock.now())?;
    let organization = member.organization_id;
    let figures = {
        let mut connection = state.db.snapshot().await?;
        Figures::of(&mut connection, organization, span).await?
    };
    let now = state.clock.now();
    let mut tx = state.db.begin_for(organization).await?;
    let detail = format!("{}–{}", span.first, span.last);
    audit::by(&mut tx, member, now, "report_export", None, &detail).await?;
    tx.commit().await?;
    Ok(figures)
}

async fn document(
    State(state): State<AppState>,
    member: Member,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let figures = begin(&state, &member, asked).await?;
    let name = format!("{} {}工作情况报告.docx", figures.unit, period(figures.span));
    let headers = download::headers(download::DOCX, "report.docx", &name);
    Ok((headers, written(&figures).finish()?).into_response())
}

async fn tables(
    State(state): State<AppState>,
    member: Member,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let figures = begin(&state, &member, asked).await?;
    let lang = asked.lang;
    let word = lang.pick("工作情况统计", "figures");
    let name = format!(
        "{} {}–{} {word}.xlsx",
        figures.unit, figures.span.first, figures.span.last
    );
    let headers = download::headers(download::XLSX, "report.xlsx", &name);
    Ok((headers, workbook(&sheets(&figures, lang), lang)?).into_response())
}

/// Such as `2026年11月`, `2026年`, or both ends.
fn period(span: Span) -> String {
    let (first, last) = (span.first, span.last);
    let next = last.succ_opt().unwrap_or(last);
    if first.day() == 1 && next.day() == 1 && first.year() == last.year() {
        if first.month() == last.month() {
            return format!("{}年{}月", first.year(), first.month());
        }
        if first.month() == 1 && last.month() == 12 {
            return format!("{}年", first.year());
        }
    }
    format!("{first}至{last}")
}

/// The report as a document in the layout of GB/T 9704.
fn written(figures: &Figures) -> Document {
    let mut document = Document::new(&format!("{}创建工作情况报告", period(figures.span)));
    document.heading("一、活动开展情况");
    document.paragraph(&format!(
        "共开展活动{}次，参加{}人次{}。",
        figures.activities(),
        figures.came(),
        match figures.guests() {
            0 => String::new(),
            guests => format!("，其中来宾{guests}人次"),
        },
    ));
    let kinds: Vec<Vec<String>> = figures
        .kinds
        .iter()
        .map(|it| {
            let numbers = [it.activities, it.came, it.guests].map(|number| number.to_string());
            [it.kind.name().0.to_owned()]
                .into_iter()
                .chain(numbers)
                .collect()
        })
        .collect();
    document.table(
        &[40, 20, 20, 20],
        &["活动类别", "次数", "参加人次", "其中来宾"],
        &kinds,
    );
    document.heading("二、志愿服务时长");
    document.paragraph(&format!(
        "参加志愿服务{}人，服务时长共计{}小时{}分钟。",
        figures.volunteers,
        figures.minutes / 60,
        figures.minutes % 60,
    ));
    document.heading("三、记录情况");
    document.paragraph(&format!(
        "共收到记录{}条，审核通过{}条。",
        figures.forms.iter().map(|it| it.records).sum::<i64>(),
        figures.forms.iter().map(|it| it.approved).sum::<i64>(),
    ));
    let forms: Vec<Vec<String>> = figures
        .forms
        .iter()
        .map(|it| {
            let numbers = [it.records, it.approved, it.waiting, it.returned];
            let numbers = numbers.map(|number| number.to_string());
            [it.title.zh.clone()].into_iter().chain(numbers).collect()
        })
        .collect();
    document.table(
        &[40, 15, 15, 15, 15],
        &["表单", "记录", "已通过", "待审核", "已退回"],
        &forms,
    );
    document.heading("四、测评材料齐备情况");
    match &figures.standard {
        None => document.paragraph("尚未启用测评标准。"),
        Some(standard) => {
            document.paragraph(&format!(
                "按《{standard}》，{}年度材料情况如下。",
                figures.span.last.year()
            ));
            let projects: Vec<Vec<String>> = figures
                .projects
                .iter()
                .map(|it| {
                    let numbers = [it.items, it.complete, it.missing];
                    let numbers = numbers.map(|number| number.to_string());
                    [it.title.clone()].into_iter().chain(numbers).collect()
                })
                .collect();
            document.table(
                &[52, 16, 16, 16],
                &["测评项目", "条目", "已齐", "还缺（件）"],
                &projects,
            );
        }
    }
    let day = figures.span.last.format("%Y年%-m月%-d日").to_string();
    document.signed(&figures.unit, &day);
    document
}

fn sheets(figures: &Figures, lang: Lang) -> [Table; 3] {
    let span = format!("{} – {}", figures.span.first, figures.span.last);
    let begun = |name: &str, columns: &[(&str, f64)]| {
        let mut table = Table::new(name, &format!("{} {name}", figures.unit), columns);
        table.notes.push(span.clone());
        table
    };
    let mut kinds = begun(
        lang.pick("活动", "Activities"),
        &[
            (lang.pick("活动类别", "Kind"), 22.0),
            (lang.pick("次数", "Times"), 10.0),
            (lang.pick("参加人次", "Attendances"), 14.0),
            (lang.pick("其中来宾", "Of them guests"), 14.0),
            (lang.pick("时长（分钟）", "Minutes"), 14.0),
        ],
    );
    for it in &figures.kinds {
        let (zh, en) = it.kind.name();
        kinds.push(vec![
            Cell::text(lang.pick(zh, en)),
            Cell::count(it.activities),
            Cell::count(it.came),
            Cell::count(it.guests),
            Cell::count(it.minutes),
        ]);
    }
    kinds.rows.push(Row::Total(vec![
        Cell::text(lang.pick("合计", "Total")),
        Cell::count(figures.activities()),
        Cell::count(figures.came()),
        Cell::count(figures.guests()),
        Cell::count(figures.kinds.iter().map(|it| it.minutes).sum()),
    ]));
    let mut forms = begun(
        lang.pick("记录", "Records"),
        &[
            (lang.pick("表单", "Form"), 30.0),
            (lang.pick("记录", "Records"), 10.0),
            (lang.pick("已通过", "Approved"), 10.0),
            (lang.pick("待审核", "Waiting"), 10.0),
            (lang.pick("已退回", "Returned"), 10.0),
        ],
    );
    for it in &figures.forms {
        forms.push(vec![
            Cell::text(it.title.get(lang)),
            Cell::count(it.records),
            Cell::count(it.approved),
            Cell::count(it.waiting),
            Cell::count(it.returned),
        ]);
    }
    let mut projects = begun(
        lang.pick("测评材料", "Material"),
        &[
            (lang.pick("测评项目", "Project"), 40.0),
            (lang.pick("条目", "Items"), 10.0),
            (lang.pick("已齐", "Complete"), 10.0),
            (lang.pick("还缺（件）", "Missing"), 12.0),
        ],
    );
    for it in &figures.projects {
        projects.push(vec![
            Cell::text(&it.title),
            Cell::count(it.items),
            Cell::count(it.complete),
            Cell::count(it.missing),
        ]);
    }
    [kinds, forms, projects]
}

/// The order in which kinds of activities are listed.
fn position(kind: ActivityKind) -> usize {
    let mut all = ActivityKind::ALL.into_iter();
    all.position(|it| it == kind).unwrap_or_default()
}
