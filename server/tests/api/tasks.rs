//! `/api/office/tasks`: the list, its import, what is done, and what phones hear of it.

use axum::http::StatusCode;
use domain::{
    Row, TaskId,
    api::{
        premises::Imported,
        tasks::{SubjectLine, TaskDetail, TaskLine, TaskList, TaskPreview},
    },
    areas::{
        people::Role,
        tasks::{Plan, Task},
    },
    operation::Area,
    tasks::Standing,
};
use serde_json::{Value, json};
use server::sample;

use crate::{
    phone::{self, Phone, Store},
    support::{Client, TestApp},
};

const LIST: &str = "/api/office/tasks";

/// Monthly, from this month on.
fn monthly(app: &TestApp, title: &str) -> Value {
    let today = app.now().civil(480).expect("a day").date();
    let from = today.format("%Y-%m-01").to_string();
    json!({
        "number": 1, "stage": "throughout", "title": title, "items": ["Ⅱ-1-2"],
        "form_id": "study_list_item",
        "schedule": {
            "every": { "every": "month", "day": 31 }, "from": from,
            "until": (today + chrono::Days::new(400)).to_string(),
        },
    })
}

async fn one(office: &Client, id: TaskId) -> TaskDetail {
    office.get(&format!("{LIST}/{id}")).await.ok()
}

async fn line(office: &Client, id: TaskId) -> TaskLine {
    one(office, id).await.line
}

fn card(store: &Store, id: TaskId) -> Option<domain::areas::tasks::Card> {
    let mut cards = store.of(Area::Tasks).into_iter();
    cards.find_map(|row| match row {
        Row::Tasks(card) if card.id == id => Some((**card).clone()),
        _ => None,
    })
}

on_both! {
    async fn a_task_is_done_only_with_what_shows_it(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let office = organization.person(Role::Reviewer).await.client().await;
        let phone = Phone::of(&app, &organization.person(Role::Recorder).await).await;
        let record = phone.note("十一月学习清单");
        phone.outcome(&record).await;
        let made = office.post(LIST, &monthly(&app, "编制月度学习清单")).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
        let made: Task = made.json();
        let next = line(&office, made.id).await.next.expect("something is due");
        let finish = format!("{LIST}/{}/finish", made.id);
        let nothing = json!({ "occurrence": next.by });
        let refused = office.request("POST", &finish).if_match(1).json(&nothing).send().await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        let shown: Vec<SubjectLine> = office.get("/api/office/subjects?q=学习").await.ok();
        assert_eq!(shown.len(), 1);
        let gone = json!({ "occurrence": next.by, "subjects": [
            { "area": "submissions", "id": uuid::Uuid::now_v7() },
        ] });
        let refused = office.request("POST", &finish).if_match(1).json(&gone).send().await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        let never = json!({ "occurrence": "1999-01-31", "reason": "材料在档案柜" });
        let refused = office.request("POST", &finish).if_match(1).json(&never).send().await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        let right = json!({ "occurrence": next.by, "subjects": [shown[0].subject] });
        let done = office.request("POST", &finish).if_match(1).json(&right).send().await;
        assert_eq!(done.ok::<Task>().revision, 2);
        let again = office.request("POST", &finish).if_match(2).json(&right).send().await;
        assert_eq!((again.status, again.code().as_str()), (StatusCode::CONFLICT, "already_done"));
        let stale = office.request("POST", &finish).if_match(1).json(&right).send().await;
        assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
        let detail = one(&office, made.id).await;
        assert_eq!(detail.completions[0].subjects[0].title, "十一月学习清单");
        assert!(detail.line.next.expect("the next month").by > next.by);
        let reopen = format!("{LIST}/{}/reopen", made.id);
        let body = json!({ "occurrence": next.by });
        let open = office.request("POST", &reopen).if_match(2).json(&body).send().await;
        assert_eq!(open.status, StatusCode::OK);
        assert_eq!(line(&office, made.id).await.next, Some(next));
        let acts = app
            .number("select cast(count(*) as bigint) from audit where act like 'task%'")
            .await;
        assert_eq!(acts, 3);
    }

    async fn what_was_done_stays_done_when_its_deadline_moves(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let office = organization.person(Role::Reviewer).await.client().await;
        let mut body = monthly(&app, "编制月度学习清单");
        let made: Task = office.post(LIST, &body).await.json();
        let first = line(&office, made.id).await.next.expect("something is due");
        let finish = format!("{LIST}/{}/finish", made.id);
        let done = json!({ "occurrence": first.by, "reason": "材料在档案柜" });
        office.request("POST", &finish).if_match(1).json(&done).send().await.ok::<Task>();
        let second = line(&office, made.id).await.next.expect("the next month");
        body["schedule"]["every"] = json!({ "every": "month", "day": 25 });
        let path = format!("{LIST}/{}", made.id);
        office.request("PUT", &path).if_match(2).json(&body).send().await.ok::<Task>();
        let moved = line(&office, made.id).await;
        let (occurrence, next) = (moved.occurrences[0], moved.next.expect("the next month"));
        assert!(occurrence.done && occurrence.by < first.by);
        assert_eq!(next.from, second.from);
        let detail = one(&office, made.id).await;
        assert_eq!(detail.completions[0].occurrence, occurrence.by);
    }

    async fn phones_hear_of_what_concerns_them_and_drop_what_was_given_to_others(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let office = organization.person(Role::Reviewer).await.client().await;
        let (first, second) = (
            organization.department("监督一科").await,
            organization.department("监督二科").await,
        );
        let phones = [
            Phone::of(&app, &organization.person_in(Role::Recorder, Some(first)).await).await,
            Phone::of(&app, &organization.person_in(Role::Recorder, Some(second)).await).await,
            Phone::of(&app, &organization.person_in(Role::Volunteer, Some(first)).await).await,
        ];
        let mut body = monthly(&app, "检查医疗机构");
        body["department_id"] = json!(first);
        let made: Task = office.post(LIST, &body).await.json();
        let mut stores: [Store; 3] = Default::default();
        let mut known = Vec::new();
        for (store, phone) in stores.iter_mut().zip(&phones) {
            store.pull(phone).await;
            known.push(card(store, made.id).is_some());
        }
        assert_eq!(known, [true, false, false]);
        let before = card(&stores[0], made.id).expect("known").open;
        let reason = json!({ "occurrence": before[0].by, "reason": "材料在档案柜" });
        let finish = format!("{LIST}/{}/finish", made.id);
        office.request("POST", &finish).if_match(1).json(&reason).send().await.ok::<Task>();
        stores[0].pull(&phones[0]).await;
        assert_eq!(card(&stores[0], made.id).expect("known").open, before[1..]);

        body["department_id"] = json!(second);
        let path = format!("{LIST}/{}", made.id);
        office.request("PUT", &path).if_match(2).json(&body).send().await.ok::<Task>();
        for (store, phone) in stores.iter_mut().zip(&phones) {
            store.pull(phone).await;
        }
        assert!(card(&stores[0], made.id).is_none());
        assert!(card(&stores[1], made.id).is_some());
        body["active"] = json!(false);
        office.request("PUT", &path).if_match(3).json(&body).send().await.ok::<Task>();
        stores[1].pull(&phones[1]).await;
        assert!(card(&stores[1], made.id).is_none());
        let list: TaskList = office.get(LIST).await.ok();
        assert!(list.tasks.is_empty());
        assert_eq!(list.withdrawn[0].id, made.id);
    }

    async fn the_list_is_imported_from_what_the_office_keeps(backend) {
        let app = TestApp::new(backend).await;
        let organization = app.organization().await;
        organization.department("办公室").await;
        let office = organization.person(Role::Reviewer).await.client().await;
        let preview = format!("{LIST}/preview?first_year=2026");
        let table = include_str!("../../../templates/tasks.csv");
        let found: TaskPreview =
            office.request("POST", &preview).bytes(table).send().await.ok();
        assert_eq!(found.rows.len(), 61);
        assert_eq!(app.number("select cast(count(*) as bigint) from tasks").await, 0);
        let rows: Vec<Plan> = found.rows.into_iter().map(|row| row.plan).collect();
        let import = format!("{LIST}/import");
        let body = json!({ "rows": rows });
        let imported: Imported = office.post(&import, &body).await.ok();
        assert_eq!((imported.added, imported.left_out), (61, 0));
        let again: Imported = office.post(&import, &body).await.ok();
        assert_eq!((again.added, again.left_out), (0, 61));
        let known: TaskPreview =
            office.request("POST", &preview).bytes(table).send().await.ok();
        assert!(known.rows.iter().all(|row| row.known.is_some()));
        let bad = office.request("POST", &preview).bytes("没有表头").send().await;
        assert_eq!((bad.status, bad.code().as_str()),
            (StatusCode::UNPROCESSABLE_ENTITY, "table_unreadable"));
        let year = format!("{LIST}/preview?first_year=26");
        let bad = office.request("POST", &year).bytes(table).send().await;
        assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    }

    async fn exactly_eight_items_of_the_samples_standard_have_no_task(backend) {
        let app = TestApp::new(backend).await;
        let sample = sample::fill(&app.state).await.expect("filled").expect("it was empty");
        let office = app
            .member(sample.organization, sample.reviewer, Role::Reviewer)
            .client()
            .await;
        let list: TaskList = office.get(LIST).await.ok();
        assert_eq!(list.tasks.len(), 61);
        assert_eq!(list.round.map(|round| round.years), Some(3));
        let codes: Vec<&str> = list.uncovered.iter().map(|item| item.code.as_str()).collect();
        assert_eq!(codes.len(), 8, "{codes:?}");
        assert!(list.tasks.iter().all(|line| line.standing != Standing::Occasion
            || line.occurrences.is_empty()));
    }

    async fn a_plan_that_can_not_be_is_refused_with_its_field(backend) {
        let app = TestApp::new(backend).await;
        let office = app.organization().await.person(Role::Reviewer).await.client().await;
        let good = monthly(&app, "检查医疗机构");
        for (field, value, named) in [
            ("title", json!(""), "title"),
            ("number", json!(0), "number"),
            ("department_id", json!(uuid::Uuid::now_v7()), "department_id"),
            ("person_id", json!(uuid::Uuid::now_v7()), "person_id"),
            ("details", json!("长".repeat(501)), "details"),
            ("items", json!(["x".repeat(41)]), "items"),
        ] {
            let mut bad = good.clone();
            bad[field] = value;
            let reply = office.post(LIST, &bad).await;
            assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}");
            let error: domain::api::ApiError = reply.json();
            assert_eq!(error.field.as_deref(), Some(named));
        }
        let mut far = good.clone();
        far["schedule"]["until"] = json!("2999-01-01");
        assert_eq!(office.post(LIST, &far).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let mut unread = good;
        unread["schedule"]["every"] = json!({ "every": "festivals", "names": ["没有"], "after": 1 });
        assert_eq!(office.post(LIST, &unread).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}
