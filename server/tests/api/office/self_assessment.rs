//! `/api/office/self-assessment`: points by item, two words about each, what it comes to, and closing a year.

use std::io::Cursor;

use axum::http::StatusCode;
use calamine::{Reader as _, Xlsx};
use domain::{
    Decimal,
    api::{
        dashboard::Dashboard,
        self_assessment::{AssessedItem, SelfAssessment},
    },
    areas::people::Role,
    scoring::Facts,
    self_assessment::Stage,
};
use serde_json::{Value, json};

use crate::support::{Client, Reply, TestApp};

const PATH: &str = "/api/office/self-assessment";
const OWN: &str = "/api/my/self-assessment?year=2026";
/// `Ⅰ-1-2`, for an address: what is missing costs points.
const CODE: &str = "%E2%85%A0-1-2";

async fn read(office: &Client) -> SelfAssessment {
    office.get(&format!("{PATH}?year=2026")).await.ok()
}

fn one(found: &SelfAssessment) -> AssessedItem {
    let mut items = found.items();
    items
        .find(|it| it.code == "Ⅰ-1-2")
        .expect("the item")
        .clone()
}

/// What somebody says of the item, so that it loses half of its points or none.
async fn say(office: &Client, stage: &str, revision: i64, facts: Value, narrative: &str) -> Reply {
    let body = json!({
        "stage": stage, "revision": revision, "facts": facts, "narrative": narrative,
    });
    let path = format!("{PATH}/items/{CODE}?year=2026");
    office.request("PUT", &path).json(&body).send().await
}

async fn send(office: &Client, method: &str, rest: &str, body: Value) -> Reply {
    let path = format!("{PATH}/{rest}?year=2026");
    office.request(method, &path).json(&body).send().await
}

on_both! {
    async fn the_office_s_word_counts_over_the_department_s(backend) {
        let app = TestApp::new(backend).await;
        let organization = crate::office::evidence::organization(&app).await;
        let office = organization.person(Role::Reviewer).await.client().await;
        let found = read(&office).await;
        assert_eq!((found.total.of, found.total.open), (Decimal::whole(100), Decimal::whole(100)));
        let item = one(&found);
        let proposal = item.proposal.clone().expect("a proposal");
        assert!(proposal.why.zh.contains("台账"), "{proposal:?}");
        assert!(found.gaps().iter().any(|it| it.code == item.code), "nothing is filed yet");

        let facts = serde_json::to_value(&proposal.facts).expect("JSON");
        let said = say(&office, "department", 0, facts, "已开两次会，缺纪要").await;
        assert_eq!(said.status, StatusCode::OK, "{}", said.text());
        let item = one(&said.ok());
        let (department, scored) = (item.department.clone().expect("said"), item.standing());
        assert_eq!((department.revision, department.narrative.as_str()), (1, "已开两次会，缺纪要"));
        let lost = scored.expect("scored").lost();
        assert!(lost > Decimal::ZERO);

        let full = match proposal.facts {
            Facts::Count { .. } => json!({ "type": "count", "count": 99 }),
            Facts::Missing { .. } => json!({ "type": "missing", "missing": 0 }),
            _ => json!({ "type": "met", "met": true }),
        };
        let said = say(&office, "office", 0, full, "纪要已补齐").await;
        let found: SelfAssessment = said.ok();
        let item = one(&found);
        assert_eq!(item.standing().expect("scored").lost(), Decimal::ZERO);
        assert_eq!(item.opinion(Stage::Department), Some(&department), "both words stay");
        assert_eq!(found.total.points, item.points);
        assert_eq!(found.total.open, Decimal::whole(100) - item.points);
        assert!(found.gaps().iter().all(|it| it.code != item.code));

        let board: Dashboard = office.get("/api/office/dashboard").await.ok();
        let shown = board.coverage.and_then(|it| it.self_assessed).expect("on the first page");
        assert_eq!(shown, found.total);
    }

    async fn whoever_saw_an_earlier_word_is_told_so(backend) {
        let app = TestApp::new(backend).await;
        let organization = crate::office::evidence::organization(&app).await;
        let office = organization.person(Role::Reviewer).await.client().await;
        let facts = serde_json::to_value(one(&read(&office).await).proposal.expect("one").facts);
        let facts = facts.expect("JSON");
        assert_eq!(say(&office, "office", 0, facts.clone(), "甲").await.status, StatusCode::OK);
        let late = say(&office, "office", 0, facts.clone(), "乙").await;
        assert_eq!((late.status, late.code()), (StatusCode::PRECONDITION_FAILED, "stale_revision".into()));
        let long = say(&office, "office", 1, facts.clone(), &"长".repeat(501)).await;
        assert_eq!(long.status, StatusCode::UNPROCESSABLE_ENTITY);
        let other = say(&office, "office", 1, json!({ "type": "grade", "grade": "A" }), "").await;
        assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(one(&read(&office).await).office.expect("said").narrative, "甲");
    }

    async fn a_closed_year_stays_until_an_administrator_says_why(backend) {
        let app = TestApp::new(backend).await;
        let organization = crate::office::evidence::organization(&app).await;
        let office = organization.person(Role::Reviewer).await.client().await;
        let head = organization.person(Role::Administrator).await.client().await;
        let found = read(&office).await;
        let code = found.negative_list.iter().find(|it| it.points.is_some()).expect("one").code.clone();
        let marks = json!({ "negatives": { code: { "times": 1, "note": "被通报一次" } } });
        let marked = send(&office, "PUT", "marks", json!({ "revision": 0, "marks": marks })).await;
        let marked: SelfAssessment = marked.ok();
        assert_eq!(marked.revision, 1);
        assert!(marked.total.deducted > Decimal::ZERO);

        let refused = send(&office, "POST", "close", json!({ "revision": 1 })).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        let closed: SelfAssessment = send(&head, "POST", "close", json!({ "revision": 1 })).await.ok();
        assert!(closed.closed.is_some());
        let facts = serde_json::to_value(one(&closed).proposal.expect("one").facts).expect("JSON");
        let late = say(&office, "office", 0, facts.clone(), "").await;
        assert_eq!((late.status, late.code()), (StatusCode::CONFLICT, "closed".into()));
        let late = send(&office, "PUT", "marks", json!({ "revision": 2, "marks": {} })).await;
        assert_eq!(late.code(), "closed");

        let silent = send(&head, "POST", "reopen", json!({ "revision": 2, "reason": "" })).await;
        assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
        let body = json!({ "revision": 2, "reason": "补充材料后重评" });
        let open: SelfAssessment = send(&head, "POST", "reopen", body).await.ok();
        assert_eq!((open.closed, open.revision), (None, 3));
        assert_eq!(open.marks, marked.marks, "what was marked is still there");
        assert_eq!(say(&office, "office", 0, facts, "").await.status, StatusCode::OK);
    }

    async fn a_closed_year_keeps_the_standard_that_it_was_closed_with(backend) {
        let app = TestApp::new(backend).await;
        let organization = crate::office::evidence::organization(&app).await;
        let head = organization.person(Role::Administrator).await.client().await;
        let facts = serde_json::to_value(one(&read(&head).await).proposal.expect("one").facts);
        let said = say(&head, "office", 0, facts.expect("JSON"), "甲").await;
        assert_eq!(said.status, StatusCode::OK);
        let closed: SelfAssessment = send(&head, "POST", "close", json!({ "revision": 0 })).await.ok();
        let renamed = include_str!("../../../../templates/standard.json").replace("Ⅰ-1-2", "Ⅰ-1-9");
        let renamed = serde_json::from_str(&renamed).expect("a standard");
        let draft = crate::standards::draft(&head, &renamed).await;
        crate::standards::publish(&head, &draft, json!({})).await;
        let found = read(&head).await;
        assert_eq!(found.total, closed.total);
        assert_eq!(one(&found).office.expect("said").narrative, "甲");
        let board: Dashboard = head.get("/api/office/dashboard").await.ok();
        assert_eq!(board.coverage.and_then(|it| it.self_assessed), Some(closed.total));
        // Opened again, it follows the one in use, and what has no place there is listed.
        let body = json!({ "revision": 1, "reason": "按新标准重评" });
        let open: SelfAssessment = send(&head, "POST", "reopen", body).await.ok();
        assert_eq!(open.left_over, [("Ⅰ-1-2".to_owned(), "甲".to_owned())]);
    }

    async fn marks_that_can_not_be_are_refused(backend) {
        let app = TestApp::new(backend).await;
        let organization = crate::office::evidence::organization(&app).await;
        let office = organization.person(Role::Reviewer).await.client().await;
        let found = read(&office).await;
        let (negative, bonus) = (&found.negative_list[0].code, &found.bonus.items[0].code);
        for marks in [
            json!({ "negatives": { negative: { "times": -1 } } }),
            json!({ "negatives": { negative: { "times": 100 } } }),
            json!({ "bonus": { bonus: { "points": 1000 } } }),
            json!({ "bonus": { bonus: { "points": -1 } } }),
        ] {
            let reply = send(&office, "PUT", "marks", json!({ "revision": 0, "marks": marks })).await;
            assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{marks}");
        }
        // What the standard doesn't know is left out.
        let marks = json!({ "preconditions": { "no such": true } });
        let kept: SelfAssessment =
            send(&office, "PUT", "marks", json!({ "revision": 0, "marks": marks })).await.ok();
        assert!(kept.marks.preconditions.is_empty());
    }

    async fn the_table_and_the_report_hold_what_was_said(backend) {
        let app = TestApp::new(backend).await;
        let organization = crate::office::evidence::organization(&app).await;
        let office = organization.person(Role::Reviewer).await.client().await;
        let facts = serde_json::to_value(one(&read(&office).await).proposal.expect("one").facts);
        say(&office, "department", 0, facts.expect("JSON"), "=HYPERLINK(\"x\")").await;
        let reply = office.get(&format!("{PATH}/table.xlsx?year=2026&lang=zh")).await;
        let mut book: Xlsx<_> =
            calamine::open_workbook_from_rs(Cursor::new(reply.bytes)).expect("a workbook");
        let range = book.worksheet_range("自评表").expect("a sheet");
        let rows: Vec<Vec<String>> = range
            .rows()
            .map(|row| row.iter().map(ToString::to_string).collect())
            .collect();
        let row = rows.iter().find(|row| row[0] == "Ⅰ-1-2").expect("the item");
        assert_eq!(row[8], "=HYPERLINK(\"x\")", "as text");
        assert!(book.worksheet_formula("自评表").expect("a sheet").is_empty());
        // 72 items, 8 projects, and what stands above and below.
        assert!(rows.iter().filter(|row| row[0].contains('-')).count() >= 72);
        let report = office.get(&format!("{PATH}/report.docx?year=2026")).await;
        assert_eq!(report.status, StatusCode::OK);
        let text = crate::office::reports::document(report.bytes);
        assert!(text.contains("自评总得分") && text.contains("HYPERLINK"), "{text}");
    }

    async fn a_department_gives_its_own_word_and_no_other(backend) {
        let app = TestApp::new(backend).await;
        let organization = crate::office::evidence::organization(&app).await;
        let office = organization.person(Role::Reviewer).await.client().await;
        let owner = one(&read(&office).await).owner;
        let own = organization.department(&owner).await;
        let other = organization.department("后勤科").await;
        let member = organization.person_in(Role::Recorder, Some(own)).await.client().await;
        let stranger = organization.person_in(Role::Recorder, Some(other)).await.client().await;
        let nobody = organization.person(Role::Recorder).await.client().await;
        let seen: SelfAssessment = member.get(OWN).await.ok();
        assert_eq!(seen.department.as_ref(), Some(&owner));
        assert!(seen.items().count() > 0 && seen.items().all(|it| it.owner == owner));
        assert!(seen.total.of < Decimal::whole(100), "its own items only");
        assert!(seen.preconditions.is_empty() && seen.negative_list.is_empty());
        for (person, name) in [(&stranger, "后勤科"), (&nobody, "")] {
            let seen: SelfAssessment = person.get(OWN).await.ok();
            assert_eq!((seen.items().count(), seen.department.as_deref()), (0, Some(name)));
        }

        let facts = serde_json::to_value(one(&seen).proposal.expect("one").facts).expect("JSON");
        let body = json!({ "revision": 0, "facts": facts, "narrative": "纪要已归档" });
        let path = format!("/api/my/self-assessment/items/{CODE}?year=2026");
        for person in [&stranger, &nobody] {
            let refused = person.request("PUT", &path).json(&body).send().await;
            assert_eq!(refused.status, StatusCode::NOT_FOUND);
        }
        let office_stage = say(&member, "office", 0, facts.clone(), "我们全做到了").await;
        assert_eq!(office_stage.status, StatusCode::FORBIDDEN);
        assert_eq!(member.get(&format!("{PATH}?year=2026")).await.status, StatusCode::FORBIDDEN);
        let long = json!({ "revision": 0, "facts": facts, "narrative": "长".repeat(501) });
        let long = member.request("PUT", &path).json(&long).send().await;
        assert_eq!(long.status, StatusCode::UNPROCESSABLE_ENTITY);
        // Whatever stage the body names, it is the department's.
        let mut sly = body.clone();
        sly["stage"] = json!("office");
        let said: SelfAssessment = member.request("PUT", &path).json(&sly).send().await.ok();
        assert_eq!(one(&said).department.expect("said").narrative, "纪要已归档");
        let item = one(&read(&office).await);
        assert_eq!((item.office, item.department.expect("said").revision), (None, 1));
        let late = member.request("PUT", &path).json(&body).send().await;
        assert_eq!(late.status, StatusCode::PRECONDITION_FAILED);
    }

    async fn the_office_chooses_who_answers_for_an_item_this_year(backend) {
        let app = TestApp::new(backend).await;
        let organization = crate::office::evidence::organization(&app).await;
        let office = organization.person(Role::Reviewer).await.client().await;
        let by_standard = one(&read(&office).await).owner;
        let usual = organization.department(&by_standard).await;
        let chosen = organization.department("后勤科").await;
        let member = organization.person_in(Role::Recorder, Some(usual)).await.client().await;
        let newly = organization.person_in(Role::Recorder, Some(chosen)).await.client().await;
        let rest = format!("items/{CODE}/department");
        let body = json!({ "revision": 0, "department_id": chosen });
        let found: SelfAssessment = send(&office, "PUT", &rest, body.clone()).await.ok();
        let item = one(&found);
        assert_eq!((item.owner.as_str(), &item.assigned.by_standard), ("后勤科", &by_standard));
        assert_eq!((item.assigned.department_id, item.assigned.revision), (Some(chosen), 1));
        let stale = send(&office, "PUT", &rest, body).await;
        assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
        let nowhere = json!({ "revision": 1, "department_id": organization.id });
        let nowhere = send(&office, "PUT", &rest, nowhere).await;
        assert_eq!(nowhere.status, StatusCode::UNPROCESSABLE_ENTITY);
        let has = async |person: &Client| {
            let seen: SelfAssessment = person.get(OWN).await.ok();
            seen.items().any(|it| it.code == "Ⅰ-1-2")
        };
        assert!(has(&newly).await && !has(&member).await);
        let earlier: SelfAssessment = office.get(&format!("{PATH}?year=2025")).await.ok();
        assert_eq!(one(&earlier).owner, by_standard, "of another year nothing is chosen");
        let back = json!({ "revision": 1, "department_id": null });
        let found: SelfAssessment = send(&office, "PUT", &rest, back).await.ok();
        assert_eq!(one(&found).owner, by_standard);
        assert!(has(&member).await && !has(&newly).await);
    }

    async fn what_stands_beside_the_items_has_sheets_of_its_own(backend) {
        let app = TestApp::new(backend).await;
        let organization = crate::office::evidence::organization(&app).await;
        let office = organization.person(Role::Reviewer).await.client().await;
        let found = read(&office).await;
        let (condition, bonus) = (&found.preconditions[0].code, &found.bonus.items[0].code);
        let negative = found.negative_list.iter().find(|it| it.points.is_some()).expect("one");
        let marks = json!({
            "preconditions": { condition: { "met": false, "note": "一处没有达到" } },
            "negatives": { &negative.code: { "times": 2, "note": "被通报" } },
            "bonus": { bonus: { "points": 0.5, "note": "市级通报表扬" } },
        });
        let marked = send(&office, "PUT", "marks", json!({ "revision": 0, "marks": marks })).await;
        let marked: SelfAssessment = marked.ok();
        assert_eq!(marked.marks.preconditions[condition].note, "一处没有达到");
        assert_eq!(marked.total.unmet, std::slice::from_ref(condition));
        let reply = office.get(&format!("{PATH}/table.xlsx?year=2026&lang=zh")).await;
        let mut book: Xlsx<_> =
            calamine::open_workbook_from_rs(Cursor::new(reply.bytes)).expect("a workbook");
        assert_eq!(book.sheet_names(), ["自评表", "前提条件", "负面清单", "加分项"]);
        for (sheet, code, wanted) in [
            ("前提条件", condition, ["不满足", "一处没有达到"]),
            ("负面清单", &negative.code, ["2", "被通报"]),
            ("加分项", bonus, ["0.5", "市级通报表扬"]),
        ] {
            let range = book.worksheet_range(sheet).expect("a sheet");
            let mut rows = range.rows().map(|row| row.iter().map(ToString::to_string));
            let row: Vec<String> =
                rows.find(|row| row.clone().next().as_ref() == Some(code)).expect(sheet).collect();
            assert!(wanted.iter().all(|word| row.iter().any(|cell| cell == word)), "{row:?}");
        }
    }
}
