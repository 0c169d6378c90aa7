//! A year of a team's work as one pack, and as reports and lists, opened by other programs: `unzip`,
//! `LibreOffice`, openpyxl, poppler.
//!
//! `MINGLU_PACK_PERCENT` says how much of the year is made: 400 activities and 6,000 records at 100.
//! `MINGLU_PACK_ON=postgres` takes the other database. `MINGLU_PACK_BENCH=1` keeps the photos in a folder, as a
//! server does, and says how fast and with how much memory, beside `zip -0` of the same bytes; then
//! `MINGLU_PACK_KILOBYTES` is the size of a photo.

use std::{fs, io::Write as _, path::Path, time::Instant};

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use domain::{
    api::packs::PackSummary,
    areas::{people::Role, standards::Standard},
    packs::Manifest,
};
use futures::StreamExt as _;
use server::{blob_store, cli::pack};
use tower::ServiceExt as _;

use super::{
    made::{self, CAME, Made, TASKS, Year},
    mechanisms::{MECHANISMS, sign},
    reading::{cells, documents, files, measure, peak, run, texts, workbooks},
};
use crate::{
    phone,
    support::{Backend, Client, TestApp},
};

const PERIOD: &str = "from=2026-01-01&until=2026-12-31";

#[tokio::test]
async fn a_year_of_a_team_is_read_by_other_programs() {
    // Half a minute of LibreOffice: the other database by hand.
    let backend = match std::env::var("MINGLU_PACK_ON").as_deref() {
        Ok("postgres") => Backend::Postgres,
        _ => Backend::Sqlite,
    };
    let is_bench = std::env::var_os("MINGLU_PACK_BENCH").is_some();
    let folder = tempfile::tempdir().expect("a folder");
    let app = if is_bench {
        let photos = folder.path().join("photos").display().to_string();
        TestApp::keeping(backend, blob_store::open(&photos).expect("a store")).await
    } else {
        TestApp::new(backend).await
    };
    let organization = phone::organization(&app).await;
    let text = include_str!("../../../../../templates/standard.json");
    let standard: Standard = serde_json::from_str(text).expect("the sample standard");
    assert_eq!(standard.items().count(), 72);
    let reviewer = organization.person(Role::Reviewer).await;
    let client = reviewer.client().await;
    let year = Year::new(&app, &client, &organization, &reviewer, &standard).await;
    let made = year.fill().await;

    let file = folder.path().join("pack.zip");
    let before = peak();
    let began = Instant::now();
    save(&app, &client, &file).await;
    let (took, after) = (began.elapsed(), peak());

    let checked = pack::check(&file, None).expect("a pack");
    assert!(checked.is_genuine(), "{:?}", checked.flaws);
    let out = folder.path().join("out");
    let (zip, target) = (file.display().to_string(), out.display().to_string());
    run("unzip", &["-tq", &zip]);
    run("unzip", &["-q", &zip, "-d", &target]);
    let bytes = fs::metadata(&file).expect("the pack").len();
    // A large one takes its room four times.
    fs::remove_file(&file).expect("removed");
    counts(&made, &checked.manifest, &files(&out));
    if is_bench {
        measure(bytes, &out, took);
        println!("peak memory {before} before the pack, {after} after it");
    }
    workbooks(&out, &checked.manifest);
    texts(&out, &checked.manifest);
    documents(&out, &checked.manifest);
    catalogue(&client, &made, &out).await;
    reports(&client, &made, folder.path()).await;
}

/// Packets are taken as they come: no whole pack is ever in memory.
async fn save(app: &TestApp, client: &Client, file: &Path) {
    let token = client.token.clone().expect("a session");
    let request = Request::get("/api/office/packs/pack.zip?year=2026")
        .header("host", "127.0.0.1:3000")
        .header("cookie", format!("minglu_session={token}"))
        .body(Body::empty())
        .expect("a request");
    let router = app.router.clone();
    let response = router.oneshot(request).await.expect("an answer");
    assert_eq!(response.status(), StatusCode::OK);
    let mut out = fs::File::create(file).expect("a file");
    let mut packets = response.into_body().into_data_stream();
    while let Some(packet) = packets.next().await {
        out.write_all(&packet.expect("a packet")).expect("written");
    }
}

/// What is in the pack is what was made.
fn counts(made: &Made, manifest: &Manifest, unpacked: &[String]) {
    assert_eq!(unpacked.len(), manifest.entries.len() + 2);
    let ends = |ending: &str| {
        let entries = manifest.entries.iter();
        entries.filter(|it| it.path.ends_with(ending)).count()
    };
    assert_eq!(ends(".jpg"), made.pictures);
    assert_eq!(ends(".docx"), made.documents + 72);
    assert_eq!(ends(".xlsx"), made.sign_ins + 1);
    assert_eq!(ends("的通知.txt"), made.files);
    let photos = manifest.entries.iter();
    let photos = photos.filter(|it| it.path.ends_with(".jpg"));
    let photos = photos.map(|it| it.sha256.clone()).collect();
    assert_eq!(made.photos, photos);
    assert_eq!(made.mechanisms.len(), MECHANISMS.len());
}

/// The catalogue by openpyxl: each mechanism as often as it was made, nothing left out, and as much of what is
/// asked for as the ledger has.
async fn catalogue(office: &Client, made: &Made, out: &Path) {
    let book = &cells(&[out.join("目录.xlsx")])[0];
    for (number, count) in &made.mechanisms {
        let sign = sign(*number);
        let rows = book["目录"].iter();
        let found = rows.filter(|row| row.len() > 3 && row[3].contains(&sign));
        assert_eq!(found.count(), *count, "{sign}");
    }
    let below = |sheet: &str, heading: &str| -> Vec<Vec<String>> {
        let rows = book[sheet].iter();
        let rows = rows.skip_while(|row| row[0] != heading).skip(1);
        rows.cloned().collect()
    };
    assert_eq!(below("未列入材料", "条目"), Vec::<Vec<String>>::new());
    let photos = below("照片说明", "序号");
    let photos = photos.iter().filter(|row| row[5].ends_with(".jpg"));
    assert_eq!(photos.count(), made.pictures);
    let summary: PackSummary = office.get("/api/office/packs?year=2026").await.ok();
    let needs = summary.projects.iter().flat_map(|it| &it.items);
    let needs: Vec<_> = needs.flat_map(|it| &it.needs).collect();
    let told = below("条目情况", "条目");
    assert_eq!(told.len(), needs.len());
    let sum = |at: usize| -> i64 {
        let numbers = told.iter().map(|row| row[at].parse::<i64>());
        numbers.map(|it| it.expect("a number")).sum()
    };
    assert_eq!(sum(4), needs.iter().map(|it| it.there).sum::<i64>());
    assert_eq!(sum(5), needs.iter().map(|it| it.missing()).sum::<i64>());
}

/// The year's report and lists by openpyxl: what they add up to is what was made.
async fn reports(office: &Client, made: &Made, folder: &Path) {
    let mut paths = Vec::new();
    for (name, address) in [
        (
            "report",
            format!("/api/office/reports/report.xlsx?{PERIOD}"),
        ),
        ("hours", format!("/api/office/hours/list.xlsx?{PERIOD}")),
        (
            "tasks",
            "/api/office/table.xlsx?of=tasks&year=2026".to_owned(),
        ),
        (
            "records",
            "/api/office/table.xlsx?of=records&year=2026".to_owned(),
        ),
        (
            "files",
            "/api/office/table.xlsx?of=files&year=2026".to_owned(),
        ),
    ] {
        let reply = office.get(&address).await;
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
        let path = folder.join(format!("{name}.xlsx"));
        fs::write(&path, reply.bytes).expect("written");
        paths.push(path);
    }
    let books = cells(&paths);
    let [report, hours, tasks, records, files] = &books[..] else {
        panic!("{}", books.len());
    };
    let came = made::activities() * CAME;
    let total = report["活动"].last().expect("a total");
    assert_eq!(
        total[1..3],
        [made::activities().to_string(), came.to_string()]
    );
    let number = |text: &String| text.parse::<usize>().unwrap_or(0);
    let counted = report["记录"].iter().skip(3).map(|row| number(&row[1]));
    assert_eq!(counted.sum::<usize>(), made::records());
    // An hour and a half each.
    let total = hours["服务时长"].last().expect("a total");
    let wanted = came as f64 * 1.5;
    assert!(
        total.iter().any(|cell| cell.parse() == Ok(wanted)),
        "{total:?}"
    );
    assert_eq!(
        hours["按人汇总"].last().expect("a total")[3],
        came.to_string()
    );
    for (book, sheet, wanted) in [
        (tasks, "任务清单", TASKS),
        (records, "记录目录", made::records()),
        (files, "文件目录", made.files),
    ] {
        let rows = book[sheet].iter();
        let rows = rows.filter(|row| row[0].parse::<usize>().is_ok()).count();
        assert_eq!(rows, wanted.min(20_000), "{sheet}");
    }
    let reply = office
        .get(&format!("/api/office/reports/report.docx?{PERIOD}"))
        .await;
    let path = folder.join("report.docx");
    fs::write(&path, reply.bytes).expect("written");
    super::reading::convert(folder, "txt:Text (encoded):UTF8", &[path]);
    let text = fs::read_to_string(folder.join("report.txt")).expect("a text");
    let activities = format!("共开展活动{}次，参加{came}人次", made::activities());
    assert!(text.contains(&activities), "{text}");
}
