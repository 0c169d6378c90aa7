//! A year's self-assessment to take away: the table as offices keep it, and a report in the layout of
//! GB/T 9704.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use domain::{
    Decimal,
    api::self_assessment::{AssessedItem, SelfAssessment},
    permission::Ability,
};

use super::{OfYear, Whose, read, sheets};
use crate::{
    AppState, Result, audit,
    auth::Member,
    docx::Document,
    extract::Query,
    office::{download, organization_name, subjects},
    reports::table::workbook,
};

/// So many gaps stand in the report.
const GAPS: usize = 20;

/// What is taken away, with the unit's name; a line in the audit says so.
async fn begin(state: &AppState, member: &Member, year: i32) -> Result<(String, SelfAssessment)> {
    member.require(Ability::Review)?;
    let organization = member.organization_id;
    let found = read::load(state, organization, year, Whose::All).await?;
    let mut tx = state.db.begin_for(organization).await?;
    let unit = organization_name(&mut tx, organization).await?;
    let (now, act) = (state.clock.now(), "self_assessment_export");
    audit::by(&mut tx, member, now, act, None, &year.to_string()).await?;
    tx.commit().await?;
    Ok((unit, found))
}

pub(super) async fn table(
    State(state): State<AppState>,
    member: Member,
    Query(asked): Query<OfYear>,
) -> Result<Response> {
    let year = asked.year(&state)?;
    let (unit, found) = begin(&state, &member, year).await?;
    let word = asked.lang.pick("对标自评表", "self-assessment");
    let headers = download::headers(
        download::XLSX,
        "self-assessment.xlsx",
        &format!("{unit} {year} {word}.xlsx"),
    );
    let tables = sheets::all(&unit, &found, asked.lang);
    Ok((headers, workbook(&tables, asked.lang)?).into_response())
}

pub(super) async fn report(
    State(state): State<AppState>,
    member: Member,
    Query(asked): Query<OfYear>,
) -> Result<Response> {
    let year = asked.year(&state)?;
    let (unit, found) = begin(&state, &member, year).await?;
    let name = format!("{unit} {year}年度自评报告.docx");
    let headers = download::headers(download::DOCX, "self-assessment.docx", &name);
    let today = subjects::today(state.clock.now());
    let day = today.format("%Y年%-m月%-d日").to_string();
    Ok((headers, written(&unit, &found, &day).finish()?).into_response())
}

fn written(unit: &str, found: &SelfAssessment, day: &str) -> Document {
    let total = &found.total;
    let mut document = Document::new(&format!("{}年度文明单位创建自评报告", found.year));
    document.heading("一、总体情况");
    document.paragraph(&format!(
        "对照《{}》，{}年度已自评项目得{}分（满分{}分，尚未自评{}分），负面清单扣{}分，加分{}分，自评总得分{}分。",
        found.title, found.year, total.points, total.of, total.open, total.deducted, total.bonus, total.total,
    ));
    if let Some(line) = total.pass_line {
        document.paragraph(&format!("标准规定的达标线为{line}分。"));
    }
    if !total.unmet.is_empty() {
        document.paragraph(&format!("未满足的前提条件：{}。", total.unmet.join("、")));
    }
    if !total.vetoes.is_empty() {
        document.paragraph(&format!(
            "涉及一票否决的事项：{}。",
            total.vetoes.join("、")
        ));
    }
    document.heading("二、各项目得分");
    let rows = found.projects.iter().map(|project| {
        let of: Decimal = project.items.iter().map(|it| it.points).sum();
        let got = project.items.iter().filter_map(AssessedItem::standing);
        let got: Decimal = got.map(|it| it.points).sum();
        vec![
            format!("{} {}", project.code, project.title),
            of.to_string(),
            got.to_string(),
        ]
    });
    let rows: Vec<Vec<String>> = rows.collect();
    document.table(&[64, 18, 18], &["测评项目", "分值", "自评得分"], &rows);
    document.heading("三、主要差距");
    let gaps = found.gaps();
    if gaps.is_empty() {
        document.paragraph("各项均未失分。");
    }
    let rows: Vec<Vec<String>> = gaps
        .iter()
        .take(GAPS)
        .map(|item| {
            let why = item.standing().map(|it| it.words().zh);
            let why = why.or_else(|| Some(item.proposal.as_ref()?.why.zh.clone()));
            vec![
                item.code.clone(),
                item.title.clone(),
                item.gap().to_string(),
                why.unwrap_or_else(|| "尚未自评".to_owned()),
            ]
        })
        .collect();
    if !rows.is_empty() {
        let head = ["编号", "测评标准", "失分", "原因"];
        document.table(&[14, 40, 12, 34], &head, &rows);
    }
    document.heading("四、各项自评说明");
    for project in &found.projects {
        let told = project.items.iter().filter_map(|item| {
            let said = item.counts().filter(|it| !it.narrative.is_empty())?;
            Some((item, said))
        });
        for (at, (item, said)) in told.enumerate() {
            if at == 0 {
                document.subheading(&format!("{} {}", project.code, project.title));
            }
            document.paragraph(&format!("{}：{}", item.code, said.narrative));
        }
    }
    document.signed(unit, day);
    document
}
