//! `/api/office/standards`: a city's table becomes a draft, a draft the standard; what the version
//! before had is carried over, and phones are told.

use axum::http::StatusCode;
use domain::{
    Decimal, EvidenceId, EvidenceKind, StandardId,
    api::standards::{LostIn, Moves, StandardDetail, StandardLine, StandardState},
    areas::{
        evidence::{Evidence, Subject, SubjectArea},
        people::Role,
        standards::{Scoring, Standard},
    },
    operation::Area,
    standard_check::Weight,
    standard_moves::By,
    standard_table::{Column, Reading},
};
use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};
use serde_json::json;
use uuid::Uuid;

use crate::{
    phone::{self, Phone, Store},
    support::{Client, TestApp, TestOrganization, TestPerson},
};

const PATH: &str = "/api/office/standards";

/// As the office has it: a title over all columns, groups merged over their rows, a sum.
fn workbook() -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let plain = Format::new();
    let rows: [[&str; 6]; 6] = [
        [
            "测评项目",
            "测评内容",
            "测评标准",
            "评分标准",
            "分值",
            "需提供材料",
        ],
        ["", "", "成立领导小组", "不符合即不得分", "２", ""],
        [
            "",
            "",
            "每年研究2次",
            "每年不少于2次，每少1次扣1分",
            "2 分",
            "",
        ],
        ["", "", "经费列入预算", "每缺1项扣0.5分", "1", "经费凭证"],
        [
            "二、文明风尚（3分）",
            "文明餐桌",
            "开展光盘行动",
            "A满分，B得66%，C得33%，D不得分",
            "3",
            "照片3张",
        ],
        ["合计", "", "", "", "8", ""],
    ];
    for (row, cells) in (1_u32..).zip(rows) {
        for (column, cell) in (0_u16..).zip(cells) {
            sheet.write_string(row, column, cell).expect("a cell");
        }
    }
    sheet
        .merge_range(0, 0, 0, 5, "桂花市测评标准", &plain)
        .expect("merged");
    sheet
        .merge_range(2, 0, 4, 0, "一、组织领导（５分）", &plain)
        .expect("merged");
    sheet
        .merge_range(2, 5, 3, 5, "正式文件×1；现场照片×4", &plain)
        .expect("merged");
    sheet
        .merge_range(2, 1, 3, 1, "领导小组（4分）", &plain)
        .expect("merged");
    sheet.write_string(4, 1, "保障").expect("a cell");
    book.save_to_buffer().expect("a workbook")
}

async fn read(office: &Client, bytes: Vec<u8>) -> Reading {
    let path = format!("{PATH}/read");
    office.request("POST", &path).bytes(bytes).send().await.ok()
}

pub async fn draft(office: &Client, standard: &Standard) -> StandardDetail {
    let reply = office.post(PATH, standard).await;
    assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text());
    reply.json()
}

pub async fn publish(
    office: &Client,
    draft: &StandardDetail,
    items: serde_json::Value,
) -> StandardDetail {
    let path = format!("{PATH}/{}/publish", draft.line.id);
    let body = json!({ "items": items });
    office
        .request("POST", &path)
        .if_match(draft.line.revision)
        .json(&body)
        .send()
        .await
        .ok()
}

fn standard(csv: &str) -> Standard {
    let rows = domain::sheet::pasted(&format!("编号,测评标准,分值,需提供材料\n{csv}"));
    let sheet = domain::standard_table::Sheet {
        rows,
        ..Default::default()
    };
    domain::standard_table::read(sheet)
        .expect("a table")
        .standard
}

async fn prove(
    app: &TestApp,
    organization: &TestOrganization,
    person: &TestPerson,
    standard: StandardId,
    item: &str,
) -> Subject {
    let subject = Subject {
        area: SubjectArea::Files,
        id: Uuid::now_v7(),
    };
    let evidence = Evidence {
        id: EvidenceId(Uuid::now_v7()),
        standard_id: standard,
        item: item.to_owned(),
        kind: EvidenceKind::Document,
        subject,
        year: 2026,
        passage: "第三条".to_owned(),
        added_by: person.id,
        added_at: domain::Timestamp(1),
    };
    let mut tx = app.begin().await;
    let is_new =
        server::areas::evidence::store::insert(&mut tx, organization.id, &[evidence]).await;
    assert_eq!(is_new.expect("written"), 1);
    tx.commit().await.expect("committed");
    subject
}

/// A workbook with a title over all columns, merged groups and so many items of two points.
fn large_table(rows: u32) -> Vec<u8> {
    let mut book = Workbook::new();
    lay_out(book.add_worksheet(), rows).expect("written");
    book.save_to_buffer().expect("saved")
}

fn lay_out(sheet: &mut Worksheet, rows: u32) -> Result<(), XlsxError> {
    let plain = Format::new();
    sheet.merge_range(0, 0, 0, 5, "桂花市文明单位测评体系（2026版）", &plain)?;
    let heads = [
        "测评项目",
        "测评内容",
        "测评标准",
        "评分标准",
        "分值",
        "佐证材料",
    ];
    for (column, head) in (0..).zip(heads) {
        sheet.write(1, column, head)?;
    }
    for number in 0..rows {
        let row = number + 2;
        if number.is_multiple_of(50) {
            let title = format!("第{}项目（100分）", number / 50 + 1);
            sheet.merge_range(row, 0, row + 49, 0, &title, &plain)?;
        }
        if number.is_multiple_of(10) {
            let title = format!("内容{}（20分）", number / 10 + 1);
            sheet.merge_range(row, 1, row + 9, 1, &title, &plain)?;
        }
        let title = format!("第{}条：落实制度，做好记录，材料齐全", number + 1);
        sheet.write(row, 2, title)?;
        sheet.write(row, 3, "每缺1项扣0.5分")?;
        sheet.write(row, 4, 2)?;
        sheet.write(row, 5, "正式文件×1、现场照片×3")?;
    }
    Ok(())
}

on_both! {
    async fn a_merged_workbook_is_read_checked_corrected_and_kept_as_a_draft(backend) {
        let app = TestApp::new(backend).await;
        let here = app.organization().await;
        let office = here.person(Role::Administrator).await.client().await;
        let reading = read(&office, workbook()).await;
        assert_eq!(reading.standard.title, "桂花市测评标准");
        let weights: Vec<_> = reading.remarks.iter().map(|it| it.weight).collect();
        assert_eq!(weights, [Weight::Look], "the codes were made");
        let items: Vec<String> = reading.standard.items()
            .map(|it| format!("{} {}", it.item.code, it.item.points)).collect();
        assert_eq!(items, ["Ⅰ-1-1 2", "Ⅰ-1-2 2", "Ⅰ-2-1 1", "Ⅱ-1-1 3"]);
        let wanted: Vec<usize> =
            reading.standard.items().map(|it| it.item.evidence.len()).collect();
        assert_eq!(wanted, [2, 2, 1, 1], "a merged cell holds for each of its rows");
        assert_eq!(reading.standard.projects[0].points, Decimal::whole(5));
        // A cell is corrected, and the sums are compared again.
        let mut sheet = reading.sheet.clone();
        let points = sheet.columns.iter().position(|it| *it == Some(Column::Points)).expect("points");
        let row = sheet.rows.iter_mut().find(|(number, _)| *number == 4).expect("row 4");
        "1".clone_into(&mut row.1[points]);
        let again: Reading = office.post(&format!("{PATH}/reread"), &sheet).await.ok();
        let differs: Vec<_> = again.remarks.iter().map(|it| (it.weight, it.row)).collect();
        assert_eq!(differs, [(Weight::Difference, Some(3)), (Weight::Look, None)]);
        let made = draft(&office, &again.standard).await;
        assert_eq!(made.line.state, StandardState::Draft);
        assert_eq!(made.remarks.len(), 1);
        let lines: Vec<StandardLine> = office.get(PATH).await.ok();
        assert_eq!(lines, std::slice::from_ref(&made.line));
        // And in the draft.
        let mut standard = made.standard;
        standard.projects[0].contents[0].items[1].points = Decimal::whole(2);
        let path = format!("{PATH}/{}", made.line.id);
        let edited: StandardDetail =
            office.request("PUT", &path).if_match(1).json(&standard).send().await.ok();
        assert_eq!((edited.line.revision, edited.remarks.len()), (2, 0));
        let stale = office.request("PUT", &path).if_match(1).json(&standard).send().await;
        assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
    }

    async fn csv_of_excel_and_our_own_json_are_read_too(backend) {
        let app = TestApp::new(backend).await;
        let here = app.organization().await;
        let office = here.person(Role::Administrator).await.client().await;
        let csv = "测评标准,评分标准,分值\r\n有机构,不符合即不得分,１\r\n有台账,每缺1份扣0.5分,2\r\n";
        // GBK, as Excel writes it in China.
        let mut gbk = Vec::new();
        for letter in csv.chars() {
            match letter {
                '测' => gbk.extend([0xb2, 0xe2]), '评' => gbk.extend([0xc6, 0xc0]),
                '标' => gbk.extend([0xb1, 0xea]), '准' => gbk.extend([0xd7, 0xbc]),
                '分' => gbk.extend([0xb7, 0xd6]), '值' => gbk.extend([0xd6, 0xb5]),
                '有' => gbk.extend([0xd3, 0xd0]), '机' => gbk.extend([0xbb, 0xfa]),
                '构' => gbk.extend([0xb9, 0xb9]), '不' => gbk.extend([0xb2, 0xbb]),
                '符' => gbk.extend([0xb7, 0xfb]), '合' => gbk.extend([0xba, 0xcf]),
                '即' => gbk.extend([0xbc, 0xb4]), '得' => gbk.extend([0xb5, 0xc3]),
                '台' => gbk.extend([0xcc, 0xa8]), '账' => gbk.extend([0xd5, 0xcb]),
                '每' => gbk.extend([0xc3, 0xbf]), '缺' => gbk.extend([0xc8, 0xb1]),
                '份' => gbk.extend([0xb7, 0xdd]), '扣' => gbk.extend([0xbf, 0xdb]),
                '１' => gbk.extend([0xa3, 0xb1]),
                other => gbk.push(u8::try_from(u32::from(other)).expect("ASCII")),
            }
        }
        let wanted = read(&office, csv.as_bytes().to_vec()).await;
        assert_eq!(wanted.standard.items().count(), 2);
        assert_eq!(read(&office, gbk).await, wanted);
        let json = include_str!("../../../templates/standard.json");
        let own = read(&office, json.as_bytes().to_vec()).await;
        assert_eq!(own.standard.items().count(), 72);
        assert_eq!(own.remarks, []);
        let made = draft(&office, &own.standard).await;
        assert_eq!(made.standard, own.standard);
        assert_eq!(made.standard.preconditions.len(), 4);
    }

    async fn a_new_version_takes_evidence_along_and_says_what_it_could_not(backend) {
        let app = TestApp::new(backend).await;
        let here = app.organization().await;
        let administrator = here.person(Role::Administrator).await;
        let office = administrator.client().await;
        let old = standard(
            "A-1-1,成立创建领导小组,1,正式文件×1\nA-1-2,经费列入预算,1,正式文件×1\nA-1-3,建立台账,1,台账×1\n",
        );
        let old = publish(&office, &draft(&office, &old).await, json!({})).await;
        assert_eq!(old.line.state, StandardState::Current);
        for item in ["A-1-1", "A-1-2", "A-1-3"] {
            prove(&app, &here, &administrator, old.line.id, item).await;
        }
        let items = vec!["A-1-3".to_owned(), "A-1-1".to_owned()];
        phone::activity_with(&app, &administrator, |it| it.items = items).await;
        let new = standard(
            "A-1-1,创建经费列入年度预算,1,正式文件×1\nB-1-1,成立创建领导小组,1,正式文件×1\nB-1-2,资料齐全,1,台账×1\n",
        );
        let new = draft(&office, &new).await;
        let path = format!("{PATH}/{}/moves", new.line.id);
        let moves: Moves = office.get(&path).await.ok();
        assert_eq!(moves.previous, Some(old.line.id));
        let told: Vec<_> = moves.moves.iter()
            .map(|it| (it.from.as_str(), it.to.as_ref().map(|to| (to.code.as_str(), to.by)), it.left))
            .collect();
        assert_eq!(told, [
            ("A-1-1", Some(("B-1-1", By::Words)), 1),
            ("A-1-2", None, 1),
            ("A-1-3", None, 1),
        ]);
        let activities: Vec<_> = moves.lost.iter().filter(|it| it.area == LostIn::Activities).collect();
        assert_eq!(activities.len(), 1);
        assert_eq!(activities[0].codes, ["A-1-3"]);
        // Its code stands for something else now.
        assert_eq!(activities[0].reused, ["A-1-1"]);
        // One is mapped by a person at once, one later.
        let nowhere = office.request("POST", &format!("{PATH}/{}/publish", new.line.id)).if_match(1)
            .json(&json!({ "items": { "A-1-2": "Z-9-9" } })).send().await;
        assert_eq!(nowhere.status, StatusCode::UNPROCESSABLE_ENTITY);
        let new = publish(&office, &new, json!({ "A-1-2": "A-1-1" })).await;
        let moves: Moves = office.get(&path).await.ok();
        let left: Vec<_> = moves.moves.iter().map(|it| (it.from.as_str(), it.left)).collect();
        assert_eq!(left, [("A-1-1", 0), ("A-1-2", 0), ("A-1-3", 1)]);
        let carry = format!("{PATH}/{}/carry", new.line.id);
        let moves: Moves = office.post(&carry, &json!({ "items": { "A-1-3": "B-1-2" } })).await.ok();
        assert!(moves.moves.iter().all(|it| it.left == 0));
        let again: Moves = office.post(&carry, &json!({ "items": { "A-1-3": "B-1-2" } })).await.ok();
        assert_eq!(again, moves);
        let lines: Vec<StandardLine> = office.get(PATH).await.ok();
        let states: Vec<_> = lines.iter().map(|it| it.state).collect();
        assert_eq!(states, [StandardState::Current, StandardState::Retired]);
        // What was published is changed no more.
        let edit = office.request("PUT", &format!("{PATH}/{}", new.line.id)).if_match(new.line.revision)
            .json(&new.standard).send().await;
        assert_eq!(edit.code(), "standard_published");
        let current: StandardDetail = office.get(&format!("{PATH}/current")).await.ok();
        assert_eq!(current.line.id, new.line.id);
    }

    async fn phones_of_staff_that_know_standards_are_told_of_the_current_one(backend) {
        let app = TestApp::new(backend).await;
        let here = phone::organization(&app).await;
        let office = here.person(Role::Administrator).await.client().await;
        let recorder = Phone::of(&app, &here.person(Role::Recorder).await).await;
        let volunteer = Phone::of(&app, &here.person(Role::Volunteer).await).await;
        let first = standard("A-1-1,成立创建领导小组,1,现场照片×3\n");
        let first = publish(&office, &draft(&office, &first).await, json!({})).await;
        let mut store = Store::default();
        store.pull(&recorder).await;
        assert!(store.has(Area::Standards, first.line.id));
        let second = standard("A-1-1,成立创建领导小组,1,现场照片×2\n");
        let second = publish(&office, &draft(&office, &second).await, json!({})).await;
        store.pull(&recorder).await;
        assert!(store.has(Area::Standards, second.line.id));
        assert!(!store.has(Area::Standards, first.line.id));
        let mut others = Store::default();
        others.pull(&volunteer).await;
        assert!(others.of(Area::Standards).is_empty());
        let old: domain::api::sync::PullResponse =
            recorder.client.get("/api/sync/pull?knows=premises").await.ok();
        let has = old.rows.iter().any(|row| matches!(
            row,
            domain::api::sync::PulledRow::Put { row } if row.record().area == Area::Standards
        ));
        assert!(!has);
    }

    async fn a_large_table_becomes_the_standard_in_use(backend) {
        const ROWS: u32 = 500;
        let app = TestApp::new(backend).await;
        let office = app.organization().await.person(Role::Administrator).await.client().await;
        let table = large_table(ROWS);
        let began = std::time::Instant::now();
        let reading = read(&office, table).await;
        let made = draft(&office, &reading.standard).await;
        let current = publish(&office, &made, json!({})).await;
        let took = began.elapsed();
        println!("{ROWS} rows of an .xlsx read, kept and published in {took:?}");
        assert_eq!(current.standard.projects.len(), 10);
        assert_eq!(current.standard.items().count(), ROWS as usize);
        assert_eq!(current.standard.total_points, domain::Decimal::whole(1_000));
        assert_eq!(reading.remarks.iter().filter(|it| it.weight == Weight::Wrong).count(), 0);
        if std::env::var_os("MINGLU_BENCH").is_some() {
            assert!(took.as_secs_f64() <= 2.0, "{took:?}");
        }
    }

    async fn what_is_no_standard_is_refused_in_words(backend) {
        let app = TestApp::new(backend).await;
        let here = app.organization().await;
        let office = here.person(Role::Administrator).await.client().await;
        let path = format!("{PATH}/read");
        for bad in [b"".to_vec(), b"PK\x03\x04".to_vec(), b"{\"schema_version\":1}".to_vec(), vec![0xff; 9]] {
            let reply = office.request("POST", &path).bytes(bad).send().await;
            assert_eq!(reply.code(), "table_unreadable", "{}", reply.text());
        }
        let reply = office.request("POST", &path).bytes(vec![b'a'; 3_000_000]).send().await;
        assert_eq!(reply.status, StatusCode::PAYLOAD_TOO_LARGE);
        let mut twice = standard("A-1-1,有机构,1,\nA-1-2,有人员,1,\n");
        "A-1-1".clone_into(&mut twice.projects[0].contents[0].items[1].code);
        let reply = office.post(PATH, &twice).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(reply.text().contains("A-1-1"), "{}", reply.text());
        let mut newer = standard("A-1-1,有机构,1,\n");
        newer.schema_version = 2;
        assert_eq!(office.post(PATH, &newer).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(office.get(&format!("{PATH}/current")).await.status, StatusCode::NOT_FOUND);
        assert!(matches!(standard("A-1-1,有机构,1,\n").projects[0].contents[0].items[0].scoring, Scoring::AllOrNothing));
    }
}
