//! `/api/office/table.xlsx` and `.csv`: what the office keeps, taken away as a workbook or as CSV.

use std::io::Cursor;

use axum::http::StatusCode;
use calamine::{Reader as _, Xlsx};
use domain::{
    api::tasks::TaskPreview,
    areas::{people::Role, standards::Standard},
    standard_table::Reading,
};
use server::sample;

use crate::support::{Client, TestApp};

const TABLE: &str = "/api/office/table";

/// The sample's reviewer and administrator.
async fn office(app: &TestApp) -> [Client; 2] {
    let sample = sample::fill(&app.state)
        .await
        .expect("filled")
        .expect("it was empty");
    let member = |id, role| app.member(sample.organization, id, role);
    [
        member(sample.reviewer, Role::Reviewer).client().await,
        member(sample.administrator, Role::Administrator)
            .client()
            .await,
    ]
}

async fn rows(office: &Client, table: &str) -> Vec<Vec<String>> {
    let reply = office.get(&format!("{TABLE}.xlsx?of={table}")).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
    let mut book: Xlsx<_> =
        calamine::open_workbook_from_rs(Cursor::new(reply.bytes)).expect("a workbook");
    let range = book.worksheet_range_at(0).expect("a sheet").expect("cells");
    let rows = range.rows();
    rows.map(|row| row.iter().map(ToString::to_string).collect())
        .collect()
}

/// The rows below the heading that begins with this word.
fn below<'a>(rows: &'a [Vec<String>], heading: &str) -> &'a [Vec<String>] {
    let at = rows.iter().position(|row| row[0] == heading);
    &rows[at.unwrap_or_else(|| panic!("{heading}: {rows:?}")) + 1..]
}

on_both! {
    async fn every_list_of_the_office_is_taken_away_whole(backend) {
        let app = TestApp::new(backend).await;
        let [office, _] = office(&app).await;
        for (table, counted) in [
            ("tasks", "select cast(count(*) as bigint) from tasks where active = 1"),
            ("rectifications", "select cast(count(*) as bigint) from rectifications"),
            ("people", "select cast(count(*) as bigint) from people"),
            ("files", "select cast(count(*) as bigint) from files where withdrawn = 0"),
            ("records", "select cast(count(*) as bigint) from submissions where state <> 'voided'"),
            ("activities", "select cast(count(*) as bigint) from activities"),
        ] {
            let there = app.number(counted).await;
            let found = rows(&office, table).await;
            assert_eq!(below(&found, "序号").len() as i64, there, "{table}");
            assert!(there > 0, "{table}");
            let csv = office.get(&format!("{TABLE}.csv?of={table}&lang=en")).await;
            assert!(csv.bytes.starts_with(b"\xef\xbb\xbf"), "{table}");
        }
        let acts = app
            .number("select cast(count(*) as bigint) from audit where act = 'table_export'")
            .await;
        assert_eq!(acts, 12);
        let none = office.get(&format!("{TABLE}.xlsx?of=passwords")).await;
        assert_eq!(none.status, StatusCode::NOT_FOUND);
        let year = office.get(&format!("{TABLE}.xlsx?of=evidence&year=1")).await;
        assert_eq!(year.status, StatusCode::UNPROCESSABLE_ENTITY);
    }

    async fn the_task_list_and_the_standard_are_read_back_as_they_left(backend) {
        let app = TestApp::new(backend).await;
        let [office, administrator] = office(&app).await;
        let list = office.get(&format!("{TABLE}.xlsx?of=tasks")).await.bytes;
        let first_year = app.now().civil(480).expect("a day").format("%Y").to_string();
        let preview = format!("/api/office/tasks/preview?first_year={first_year}");
        let read: TaskPreview = office.request("POST", &preview).bytes(list).send().await.ok();
        assert_eq!(read.rows.len(), 61);
        assert!(read.rows.iter().all(|row| row.known.is_some()));
        let kept: domain::api::tasks::TaskList = office.get("/api/office/tasks").await.ok();
        for row in &read.rows {
            let line = kept.tasks.iter().find(|it| it.task.plan.title == row.plan.title);
            let plan = &line.expect("the task").task.plan;
            assert_eq!(row.plan.schedule.every, plan.schedule.every, "{}", plan.title);
            assert_eq!((&row.plan.items, row.plan.department_id), (&plan.items, plan.department_id));
        }
        let table = office.get(&format!("{TABLE}.xlsx?of=standard")).await.bytes;
        let path = "/api/office/standards/read";
        let read: Reading = administrator.request("POST", path).bytes(table).send().await.ok();
        let current: domain::api::standards::StandardDetail =
            office.get("/api/office/standards/current").await.ok();
        let known = |standard: &Standard| -> Vec<(String, String, domain::Decimal)> {
            let items = standard.items().map(|it| it.item);
            items.map(|it| (it.code.clone(), it.title.clone(), it.points)).collect()
        };
        assert_eq!(known(&read.standard), known(&current.standard));
        let json = office.get(&format!("/api/office/standards/{}/standard.json", current.line.id)).await;
        let read: Reading = administrator.request("POST", path).bytes(json.bytes).send().await.ok();
        assert_eq!(read.standard, current.standard);
    }

    async fn the_ledger_says_what_is_asked_for_and_there(backend) {
        let app = TestApp::new(backend).await;
        let [office, _] = office(&app).await;
        let found = rows(&office, "evidence").await;
        let ledger: domain::api::evidence::Ledger = office.get("/api/office/evidence").await.ok();
        let needs = ledger.projects.iter().flat_map(|it| &it.items).flat_map(|it| &it.needs);
        let sums = needs.fold((0, 0), |(min, there), need| (min + need.min, there + need.there));
        let lines = below(&found, "编号");
        let number = |row: &[String], at: usize| row.get(at).and_then(|it| it.parse::<i64>().ok()).unwrap_or(0);
        let told = lines.iter().fold((0, 0), |(min, there), row| (min + number(row, 5), there + number(row, 6)));
        assert_eq!(told, sums);
        assert!(sums.1 > 0);
    }
}
