//! `/api/office/reports`: a period's figures as a document and as a workbook.

use std::io::{Cursor, Read as _};

use axum::http::StatusCode;
use calamine::{Reader as _, Xlsx};
use domain::{Outcome, areas::people::Role};
use serde_json::json;

use crate::{
    phone::{self, Phone},
    support::TestApp,
};

const REPORT: &str = "/api/office/reports/report";
const PERIOD: &str = "from=2026-11-01&until=2026-11-30";

/// The XML of a document's text.
pub fn document(bytes: Vec<u8>) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("a document");
    let mut text = String::new();
    let mut entry = archive.by_name("word/document.xml").expect("its text");
    entry.read_to_string(&mut text).expect("text");
    text
}

on_both! {
    async fn a_report_counts_what_was_recorded_in_its_period(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let office = organization.person(Role::Reviewer).await.client().await;
        let organizer = organization.person(Role::Recorder).await;
        let phone = Phone::of(&app, &organizer).await;
        let activity = phone::activity(&app, &organizer).await;
        let guests = ["周慧", "吴敏", "郑安"].map(|name| phone.guest(activity.id, name));
        phone.outcomes(&guests).await;
        let strike = json!({ "act": "strike", "reason": "写错了" });
        let path = format!("/api/office/guests/{}", guests[0].record.id);
        let reply = office.request("POST", &path).if_match(1).json(&strike).send().await;
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
        let note = phone.note("巡查");
        assert_eq!(phone.outcome(&note).await, Outcome::Applied { revision: 1 });

        let reply = office.get(&format!("{REPORT}.docx?{PERIOD}")).await;
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
        let text = document(reply.bytes);
        for part in ["2026年11月", "共开展活动1次，参加2人次，其中来宾2人次", "其中来宾", "共收到记录1条", "随手记", "尚未启用测评标准"] {
            assert!(text.contains(part), "{part}: {text}");
        }

        let reply = office.get(&format!("{REPORT}.xlsx?{PERIOD}&lang=en")).await;
        let mut book: Xlsx<_> =
            calamine::open_workbook_from_rs(Cursor::new(reply.bytes)).expect("a workbook");
        let range = book.worksheet_range("Activities").expect("a sheet");
        let row: Vec<String> = range.rows().next_back().expect("a row").iter().map(ToString::to_string).collect();
        assert_eq!(row, ["Total", "1", "2", "2", "0"]);
        let range = book.worksheet_range("Records").expect("a sheet");
        let row: Vec<String> = range.rows().nth(3).expect("a row").iter().map(ToString::to_string).collect();
        assert_eq!(row, ["Field note", "1", "0", "1", "0"]);

        let later = office.get(&format!("{REPORT}.xlsx?from=2026-12-01&until=2026-12-31")).await;
        let mut book: Xlsx<_> =
            calamine::open_workbook_from_rs(Cursor::new(later.bytes)).expect("a workbook");
        assert_eq!(book.worksheet_range("记录").expect("a sheet").height(), 3);
    }

    async fn a_period_that_ends_before_it_begins_is_refused(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let office = organization.person(Role::Reviewer).await.client().await;
        let reply = office.get(&format!("{REPORT}.docx?from=2026-12-01&until=2026-11-30")).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}
