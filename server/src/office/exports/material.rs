//! What the standard asks for and what is there: the standard, the ledger of a year, documents, records.

use std::collections::BTreeSet;

use domain::{
    PersonId, Timestamp,
    api::{evidence::NeedLine, files::FileFilter},
    areas::submissions::ReviewState,
    time::UTC_OFFSET_MINUTES,
};
use sqlx::{AnyConnection, Row as _};

use super::{Wanted, lists::departments};
use crate::{
    Error, Result,
    areas::{
        evidence::files as documents,
        forms,
        standards::store::{self as standards, Version},
    },
    office::{evidence::ledger::Filed, names, subjects},
    reports::table::{Cell, Row, Table},
};

/// Most documents and records of one table.
const ROWS: i64 = 20_000;

async fn current(connection: &mut AnyConnection, wanted: &Wanted) -> Result<Version> {
    let version = standards::current(connection, wanted.organization).await?;
    version.ok_or_else(|| {
        Error::conflict(
            "no_standard",
            "还没有测评标准，请先导入并启用一份标准",
            "There is no standard yet. Please import one and make it the current one",
        )
    })
}

/// In the columns of the table that is imported.
pub(super) async fn standard(connection: &mut AnyConnection, wanted: &Wanted) -> Result<Table> {
    let version = current(connection, wanted).await?;
    let mut table = wanted.table(
        ("测评标准", "Standard"),
        &[
            (wanted.pick("测评项目", "Project"), 22.0),
            (wanted.pick("测评内容", "Content"), 22.0),
            (wanted.pick("编号", "Code"), 10.0),
            (wanted.pick("测评标准", "Item"), 44.0),
            (wanted.pick("测评方法", "Method"), 16.0),
            (wanted.pick("评分标准", "Rule"), 36.0),
            (wanted.pick("分值", "Points"), 8.0),
            (wanted.pick("佐证材料", "Evidence"), 32.0),
            (wanted.pick("责任科室", "Department"), 16.0),
            (wanted.pick("频次", "Frequency"), 10.0),
        ],
    );
    table.title.clone_from(&version.standard.title);
    for placed in version.standard.items() {
        let (item, rule) = (placed.item, placed.item.rule());
        let methods = item.methods.iter().map(|it| it.name());
        let methods: Vec<&str> = methods.map(|name| wanted.pick(name.0, name.1)).collect();
        let evidence = item.evidence.iter();
        let evidence: Vec<String> = evidence
            .map(|need| format!("{}×{}", need.label, need.min))
            .collect();
        let often = item.frequency.name();
        table.push(vec![
            Cell::text(&placed.project.title),
            Cell::text(&placed.content.title),
            Cell::text(&item.code),
            Cell::text(&item.title),
            Cell::text(methods.join("、")),
            Cell::text(wanted.pick(&rule.zh, &rule.en)),
            points(item.points),
            Cell::text(evidence.join("、")),
            Cell::text(&item.owner),
            Cell::text(wanted.pick(often.0, often.1)),
        ]);
    }
    Ok(table)
}

fn points(points: domain::Decimal) -> Cell {
    let number = points.to_string().parse();
    number.map_or_else(|_| Cell::text(points.to_string()), Cell::Number)
}

/// What is asked for, there and missing, by item.
pub(super) async fn ledger(connection: &mut AnyConnection, wanted: &Wanted) -> Result<Table> {
    let version = current(connection, wanted).await?;
    let mut table = wanted.table(
        ("佐证台账", "Evidence"),
        &[
            (wanted.pick("编号", "Code"), 10.0),
            (wanted.pick("测评标准", "Item"), 44.0),
            (wanted.pick("分值", "Points"), 8.0),
            (wanted.pick("责任科室", "Department"), 16.0),
            (wanted.pick("佐证材料", "Evidence"), 24.0),
            (wanted.pick("应有", "Asked for"), 8.0),
            (wanted.pick("现有", "There"), 8.0),
            (wanted.pick("还缺", "Missing"), 8.0),
            (wanted.pick("日期待核", "Dates to check"), 10.0),
            (wanted.pick("不计入", "Don’t count"), 8.0),
        ],
    );
    let year = wanted.year;
    table.notes.push(match wanted.lang {
        domain::Lang::Zh => format!("{year} 年；测评标准：{}", version.standard.title),
        domain::Lang::En => format!("Year {year}; {}", version.standard.title),
    });
    let filed = Filed::load(connection, wanted.organization, &version, year, None).await?;
    for project in &version.standard.projects {
        let heading = format!("{} {}", project.code, project.title);
        table.rows.push(Row::Group(heading));
        for item in project.contents.iter().flat_map(|it| &it.items) {
            let line = filed.of(item);
            let nothing = [None];
            let needs: Vec<Option<&NeedLine>> = line.needs.iter().map(Some).collect();
            let needs = if needs.is_empty() {
                &nothing[..]
            } else {
                &needs
            };
            for (at, need) in needs.iter().enumerate() {
                let count =
                    |of: fn(&NeedLine) -> i64| need.map_or(Cell::Empty, |it| Cell::count(of(it)));
                let once = |cell: Cell| if at == 0 { cell } else { Cell::Empty };
                table.push(vec![
                    Cell::text(&line.code),
                    once(Cell::text(&line.title)),
                    once(points(item.points)),
                    once(Cell::text(&line.owner)),
                    Cell::text(need.map(|it| it.label.as_str()).unwrap_or_default()),
                    count(|it| it.min),
                    count(|it| it.there),
                    count(NeedLine::missing),
                    once(Cell::count(line.doubtful)),
                    once(Cell::count(line.idle)),
                ]);
            }
        }
    }
    Ok(table)
}

pub(super) async fn files(connection: &mut AnyConnection, wanted: &Wanted) -> Result<Table> {
    let mut table = wanted.table(
        ("文件目录", "Files"),
        &[
            (wanted.pick("序号", "No."), 6.0),
            (wanted.pick("题名", "Title"), 40.0),
            (wanted.pick("文号", "Document no."), 20.0),
            (wanted.pick("类别", "Kind"), 14.0),
            (wanted.pick("文件日期", "Dated"), 12.0),
            (wanted.pick("科室", "Department"), 16.0),
            (wanted.pick("文件名", "File"), 32.0),
            (wanted.pick("大小（KB）", "KB"), 10.0),
            (wanted.pick("上传人", "By"), 12.0),
            (wanted.pick("上传日期", "Added on"), 12.0),
        ],
    );
    let departments = departments(connection, wanted).await?;
    let filter = FileFilter::default();
    let found = documents::list(connection, wanted.organization, &filter, None, ROWS).await?;
    let people: BTreeSet<PersonId> = found.iter().map(|it| it.added_by).collect();
    let people = names::people(connection, wanted.organization, &people).await?;
    for (number, file) in (1..).zip(found) {
        let kind = file.kind.name();
        let department = file.department_id.and_then(|id| departments.get(&id));
        let dated = file.dated_on.as_deref().and_then(|it| it.parse().ok());
        table.push(vec![
            Cell::count(number),
            Cell::text(file.title),
            Cell::text(file.document_no),
            Cell::text(wanted.pick(kind.0, kind.1)),
            dated.map_or(Cell::Empty, Cell::Date),
            Cell::text(department.map(String::as_str).unwrap_or_default()),
            Cell::text(file.file_name),
            Cell::count((file.bytes + 999) / 1_000),
            Cell::text(names::name_of(&people, file.added_by)),
            Cell::Date(subjects::today(file.added_at)),
        ]);
    }
    Ok(table)
}

/// What was recorded in the year, the latest first; what was taken back is left out.
pub(super) async fn records(connection: &mut AnyConnection, wanted: &Wanted) -> Result<Table> {
    let mut table = wanted.table(
        ("记录目录", "Records"),
        &[
            (wanted.pick("序号", "No."), 6.0),
            (wanted.pick("发生时间", "When"), 17.0),
            (wanted.pick("表单", "Form"), 18.0),
            (wanted.pick("标题", "Title"), 44.0),
            (wanted.pick("记录人", "By"), 12.0),
            (wanted.pick("科室", "Department"), 16.0),
            (wanted.pick("状态", "State"), 10.0),
            (wanted.pick("送达时间", "Received"), 17.0),
        ],
    );
    let departments = departments(connection, wanted).await?;
    let versions = forms::store::versions(connection, wanted.organization, None).await?;
    let form = |id: &str| {
        let known = versions.iter().find(|it| it.row.form.id == id);
        let title = known.map(|it| wanted.pick(&it.row.form.title.zh, &it.row.form.title.en));
        title.unwrap_or(id).to_owned()
    };
    let (from, until) = wanted.span();
    let rows = sqlx::query(
        "select s.title, s.form_id, s.state, s.occurred_at, s.received_at, s.department_id,
             p.name as by_name
         from submissions s left join people p on p.id = s.author_id
         where s.organization_id = $1 and s.occurred_at >= $2 and s.occurred_at < $3
             and s.state <> 'voided'
         order by s.occurred_at desc, s.id desc limit $4",
    )
    .bind(wanted.organization.to_string())
    .bind(from.0)
    .bind(until.0)
    .bind(ROWS)
    .fetch_all(connection)
    .await?;
    if rows.len() as i64 == ROWS {
        table.notes.push(wanted.lang.pick(
            format!("只列最近的 {ROWS} 条；更多请按表单导出"),
            format!("The latest {ROWS} only; take the rest form by form"),
        ));
    }
    let moment = |at: Option<i64>| {
        let at = at.and_then(|at| Timestamp(at).civil(UTC_OFFSET_MINUTES));
        at.map_or(Cell::Empty, |at| {
            Cell::text(at.format("%Y-%m-%d %H:%M").to_string())
        })
    };
    for (number, row) in (1..).zip(&rows) {
        let department: Option<String> = row.try_get("department_id")?;
        let department = department.and_then(|id| departments.get(&id.parse().ok()?));
        let state: String = row.try_get("state")?;
        let state = match ReviewState::parse(&state) {
            Some(ReviewState::Approved) => ("已通过", "Approved"),
            Some(ReviewState::Returned) => ("已退回", "Returned"),
            _ => ("待审核", "Waiting"),
        };
        table.push(vec![
            Cell::count(number),
            moment(row.try_get("occurred_at")?),
            Cell::text(form(&row.try_get::<String, _>("form_id")?)),
            Cell::text(row.try_get::<String, _>("title")?),
            Cell::text(
                row.try_get::<Option<String>, _>("by_name")?
                    .unwrap_or_default(),
            ),
            Cell::text(department.map(String::as_str).unwrap_or_default()),
            Cell::text(wanted.pick(state.0, state.1)),
            moment(row.try_get("received_at")?),
        ]);
    }
    Ok(table)
}
