//! The office's lists, its search and its first page, with much data of many organizations: how long the
//! server takes for each, of an organization ten times as large as the others.

use std::{sync::Arc, time::Instant};

use domain::{OrganizationId, Timestamp, time::DAY_MS};
use server::{
    AppState, Clock, Db,
    areas::{evidence::standing, standards, tasks},
    ids, search,
    settings::Settings,
};
use sqlx::AssertSqlSafe;

use crate::{
    Outcome,
    http::Connection,
    load::Process,
    row,
    world::{self, Phone},
};

const ORGANIZATIONS: usize = 200;
const PEOPLE: usize = 5_000;
/// So much of everything is the large organization's, in percent.
const LARGE_PERCENT: usize = 5;
const PHOTOS: usize = 3;
/// Requests of each kind.
const TIMES: usize = 100;
/// What a list or a search may take at the 99th percentile, and the first page.
const LIST_MS: f64 = 50.0;
const BOARD_MS: f64 = 200.0;

pub async fn measure(
    name: &str,
    url: &str,
    folder: &std::path::Path,
    records: usize,
) -> Outcome<()> {
    let db = Db::connect(url).await?;
    db.migrate().await?;
    let begun = Instant::now();
    // The first organization is the large one.
    let there: Option<String> =
        sqlx::query_scalar("select id from organizations order by id limit 1")
            .fetch_optional(db.read())
            .await?;
    let office = match there {
        Some(organization) => world::reviewer(&db, organization.parse()?).await?,
        None => fill(&db, records).await?,
    };
    world::analyze(&db).await?;
    index(&db, folder).await?;
    world::analyze(&db).await?;
    eprintln!("{name}: filled in {} s", begun.elapsed().as_secs());
    let process = Process::start(url, folder)?;
    let photos = records * PHOTOS;
    println!(
        "\n| {name}: {records} records, {photos} photos, {PEOPLE} people, {ORGANIZATIONS} organizations | p50, ms | p99, ms | |\n|---|---|---|---|"
    );
    let mut connection = Connection::open(&process.address, &office.token).await?;
    // The item at which most stands this year.
    let item: String = sqlx::query_scalar(
        "select item from evidence
         where organization_id = (select id from organizations order by id limit 1) and year = $1
         group by item order by count(*) desc, item limit 1",
    )
    .bind(i64::from(this_year()))
    .fetch_one(db.read())
    .await?;
    for (what, path) in routes(&item) {
        let most = if what == "first page" {
            BOARD_MS
        } else {
            LIST_MS
        };
        let mut taken = Vec::with_capacity(TIMES);
        for _ in 0..TIMES {
            let start = Instant::now();
            let reply = connection.send("GET", &path, &[], &[]).await?;
            taken.push(start.elapsed().as_secs_f64() * 1_000.0);
            // Finding nothing would be fast.
            let found = !reply.body.starts_with(br#"{"items":[]"#) || what == "search: nothing";
            if reply.status != 200 || !found {
                let body = String::from_utf8_lossy(&reply.body).into_owned();
                return Err(format!("{path}: {} {body}", reply.status).into());
            }
        }
        taken.sort_by(f64::total_cmp);
        let at = |share: f64| taken[((TIMES - 1) as f64 * share) as usize];
        let mark = if at(0.99) > most { "over" } else { "" };
        println!("| {what} | {:.1} | {:.1} | {mark} |", at(0.5), at(0.99));
    }
    row("memory, MB", &format!("{:.0}", process.resident_mb()?));
    drop(process);
    db.close().await;
    Ok(())
}

fn routes(item: &str) -> Vec<(&'static str, String)> {
    let escape =
        |text: &str| -> String { url::form_urlencoded::byte_serialize(text.as_bytes()).collect() };
    let words = |text: &str| format!("/api/office/search?q={}", escape(text));
    let item = format!("/api/office/evidence/items/{}", escape(item));
    let now = Clock::system().now();
    let month = format!(
        "/api/office/activities?from={}&until={}",
        now.plus_days(-30).0,
        now.0
    );
    vec![
        (
            "records that wait",
            "/api/office/submissions?state=submitted".to_owned(),
        ),
        ("all records", "/api/office/submissions".to_owned()),
        (
            "records of a form",
            "/api/office/submissions?form_id=blood_drive".to_owned(),
        ),
        (
            "approved of a form",
            "/api/office/submissions?state=approved&form_id=law_outreach".to_owned(),
        ),
        ("search: a word of all", words("社区普法")),
        ("search: two words of all", words("社区 宣传")),
        ("search: a word of few", words("消防通道")),
        ("search: nothing", words("没有这样的词")),
        ("activities of a month", month),
        ("tasks", "/api/office/tasks".to_owned()),
        (
            "problems",
            "/api/office/rectifications?show=open".to_owned(),
        ),
        ("premises", "/api/office/premises".to_owned()),
        ("people", "/api/office/people".to_owned()),
        ("devices", "/api/office/devices".to_owned()),
        ("files", "/api/office/files".to_owned()),
        ("ledger", "/api/office/evidence".to_owned()),
        ("an item", item.clone()),
        ("an item's pieces", format!("{item}/pieces")),
        ("self-assessment", "/api/office/self-assessment".to_owned()),
        ("participation", "/api/office/participation".to_owned()),
        ("first page", "/api/office/dashboard".to_owned()),
    ]
}

/// Organizations with what three years leave; the first is the large one, whose reviewer is answered.
async fn fill(db: &Db, records: usize) -> Outcome<Phone> {
    let mut first = None;
    for number in 0..ORGANIZATIONS {
        let share = if number == 0 {
            LARGE_PERCENT as f64 / 100.0
        } else {
            (100 - LARGE_PERCENT) as f64 / 100.0 / (ORGANIZATIONS - 1) as f64
        };
        let of = |all: usize| ((all as f64 * share) as usize).max(1);
        let organization = world::organization(db).await?;
        let phones = world::phones(db, organization, of(PEOPLE)).await?;
        world::fill(db, organization, &phones, of(records)).await?;
        around(db, organization, &phones[0], number == 0).await?;
        if number == 0 {
            first = Some(world::reviewer(db, organization).await?);
        }
    }
    Ok(first.ok_or("no organization")?)
}

/// What the server does at its start with rows that it finds.
async fn index(db: &Db, folder: &std::path::Path) -> Outcome<()> {
    let blobs = object_store::local::LocalFileSystem::new_with_prefix(folder)?;
    let state = AppState::new(
        Settings::default(),
        db.clone(),
        Arc::new(blobs),
        Clock::system(),
    )
    .await?;
    search::fill(&state).await?;
    standing::fill(db).await?;
    Ok(())
}

/// Photos of the records, and in the large organization what else an office keeps.
async fn around(
    db: &Db,
    organization: OrganizationId,
    author: &Phone,
    is_large: bool,
) -> Outcome<()> {
    let clock = Clock::system();
    let (id, person) = (organization.to_string(), author.person.to_string());
    let mut tx = db.begin().await?;
    for photo in 1..=PHOTOS {
        let name = other_id(&photo.to_string());
        let facts =
            format!(r#"'{{"sha256":"' || {name} || '","size":1000,"media_type":"image/jpeg"}}'"#);
        let statement = format!(
            "insert into attachments
                 (id, organization_id, revision, subject_area, subject_id, question, blob, blob_facts,
                  thumbnail, thumbnail_facts, source, taken_at, caption, added_by, withdrawn, stored)
             select {name}, organization_id, 1, 'submissions', id, 'photos', {name}, {facts}, {name},
                 {facts}, 'camera', occurred_at, '现场照片', author_id, 0, 1
             from submissions where organization_id = '{id}'"
        );
        sqlx::query(AssertSqlSafe(statement))
            .execute(&mut *tx)
            .await?;
    }
    let standard = include_str!("../../../templates/standard.json");
    let standard: domain::areas::standards::Standard = serde_json::from_str(standard)?;
    let version = ids::new(&clock);
    standards::store::insert_current(&mut tx, organization, version, &standard, clock.now())
        .await?;
    let codes: Vec<String> = standard.items().map(|it| it.item.code.clone()).collect();
    for (number, code) in codes.iter().enumerate() {
        // Every record proves an item, and one of its photos with it. Records come at even intervals, which must
        // have no factor in common with what they are told apart by.
        let (record, photo) = ("id".to_owned(), other_id("1"));
        for (area, kind, subject, line) in [
            ("submissions", "brief", record, other_id("a")),
            ("attachments", "photo", photo, other_id("b")),
        ] {
            let year_ms = 366 * DAY_MS;
            let this_year = this_year();
            let statement = format!(
                "insert into evidence
                     (id, organization_id, standard_id, item, kind, subject_area, subject_id, year,
                      passage, added_by, added_at)
                 select {line}, organization_id, '{version}', '{code}', '{kind}', '{area}',
                     {subject}, {this_year} - ({now} - occurred_at) / {year_ms}, '', author_id,
                     received_at
                 from submissions
                 where organization_id = '{id}' and (occurred_at / 7919) % {count} = {number}",
                now = clock.now().0,
                count = codes.len(),
            );
            sqlx::query(AssertSqlSafe(statement))
                .execute(&mut *tx)
                .await?;
        }
    }
    if is_large {
        for number in 0..2_000_i64 {
            let record: uuid::Uuid = ids::new(&clock);
            let at = clock.now().plus_days(-number / 2).0;
            let activity = "insert into activities
                 (id, organization_id, revision, title, kind, place, details, starts_at, ends_at,
                  organizer_id, items, state, is_public, code_word)
                 values ($1, $2, 1, '社区普法', 'law_outreach', '社区', '', $3, $3 + 7200000, $4, '[]',
                     'planned', 0, '123456')";
            sqlx::query(activity)
                .bind(record.to_string())
                .bind(id.clone())
                .bind(at)
                .bind(person.clone())
                .execute(&mut *tx)
                .await?;
            let premises = "insert into premises
                 (id, organization_id, revision, name, kind, address, phone, credit_code, official_no,
                  note, active)
                 values ($1, $2, 1, $3, 'other', '人民路', '', '', '', '', 1)";
            sqlx::query(premises)
                .bind(record.to_string())
                .bind(id.clone())
                .bind(format!("理发店 {number}"))
                .execute(&mut *tx)
                .await?;
            let file = "insert into files
                 (id, organization_id, revision, sha256, bytes, media_type, file_name, title, kind,
                  dated_on, document_no, added_by, added_at, withdrawn)
                 values ($1, $2, 1, $1, 1000, 'application/pdf', '通知.pdf', '关于消防通道的通知',
                     'notice', '2026-03-05', '', $3, $4, 0)";
            sqlx::query(file)
                .bind(record.to_string())
                .bind(id.clone())
                .bind(person.clone())
                .bind(at)
                .execute(&mut *tx)
                .await?;
        }
    }
    for number in 1..=61_i64 {
        let plan = serde_json::json!({
            "number": number, "stage": "throughout", "title": "组织无偿献血", "details": "",
            "department_id": null, "helpers": "", "leader": "", "responsible": "",
            "person_id": null, "evidence": "", "done_when": "", "items": [codes[number as usize]],
            "form_id": null, "active": true,
            "schedule": {
                "every": { "every": "quarter" }, "starts_on": null, "due_on": null,
                "from": "2026-01-01", "until": "2028-12-31",
            },
        });
        let Ok(plan) = serde_json::from_value(plan) else {
            return Err("a task's plan has other fields now".into());
        };
        let task = domain::areas::tasks::Task {
            id: ids::new(&clock),
            revision: 1,
            plan,
        };
        tasks::store::put(&mut tx, organization, &task).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Another id, made from a record's. It differs in the part by which the search tells things of one second
/// apart.
fn other_id(digit: &str) -> String {
    format!("substr(id, 1, 29) || '{digit}' || substr(id, 31)")
}

fn this_year() -> i32 {
    use chrono::Datelike as _;
    let now: Timestamp = Clock::system().now();
    now.civil(480).map_or(2026, |at| at.year())
}
