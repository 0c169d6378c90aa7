//! `/api/office/rectifications`: from a finding to its closing by somebody else; and the first page.

use axum::http::StatusCode;
use domain::{
    RectificationId,
    api::{
        dashboard::Dashboard,
        rectifications::{Act, RectificationDetail, RectificationLine, Source},
    },
    areas::{
        people::Role,
        rectifications::{Rectification, State},
    },
    forms::Answer,
    operation::Area,
    time::DAY_MS,
};
use serde_json::{Value, json};
use server::sample;

use crate::{
    phone::{self, Phone, Store},
    support::{Client, TestApp},
};

const LIST: &str = "/api/office/rectifications";

/// Found three days ago, due on that many days from now.
fn problem(app: &TestApp, due: i64) -> Value {
    let day = |days: i64| {
        let at = app.now().plus_ms(days * DAY_MS);
        at.civil(480).expect("a day").date().to_string()
    };
    json!({
        "problem": "二楼走廊堆放杂物", "found_by": "patrol", "found_on": day(-3),
        "place": "二楼", "measures": "当日清空", "due_on": day(due), "items": ["Ⅵ-2-1"],
    })
}

async fn one(office: &Client, id: RectificationId) -> RectificationDetail {
    office.get(&format!("{LIST}/{id}")).await.ok()
}

async fn act(
    office: &Client,
    id: RectificationId,
    act: &str,
    seen: i64,
    body: Value,
) -> crate::support::Reply {
    let path = format!("{LIST}/{id}/{act}");
    office
        .request("POST", &path)
        .if_match(seen)
        .json(&body)
        .send()
        .await
}

on_both! {
    async fn a_problem_is_closed_by_somebody_else_than_who_put_it_right(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let office = organization.person(Role::Reviewer).await.client().await;
        let colleague = organization.person(Role::Reviewer).await;
        let author = organization.person(Role::Reviewer).await;
        let phone = Phone::of(&app, &author).await;
        let record = phone.note("走廊已清空");
        phone.outcome(&record).await;
        let made = office.post(LIST, &problem(&app, 5)).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
        let made: Rectification = made.json();
        let early = act(&office, made.id, "close", 1, json!({})).await;
        assert_eq!(early.status, StatusCode::CONFLICT);
        let nothing = act(&office, made.id, "rectified", 1, json!({ "after": [] })).await;
        assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
        let after = json!({ "after": [{ "area": "submissions", "id": record.record.id }] });
        let done = act(&office, made.id, "rectified", 1, after).await;
        assert_eq!(done.ok::<Rectification>().state, State::Rectified);
        // Nor can whoever answers for it step aside first.
        let path = format!("{LIST}/{}", made.id);
        let edit = office.request("PUT", &path).if_match(2).json(&problem(&app, 9)).send().await;
        assert_eq!(edit.code(), "another_state");
        // Who says so, and who made the record, can't close it.
        let author = author.client().await;
        for own in [&office, &author] {
            let refused = act(own, made.id, "close", 2, json!({})).await;
            assert_eq!((refused.status, refused.code().as_str()),
                (StatusCode::CONFLICT, "own_rectification"));
        }
        let colleague = colleague.client().await;
        let closed = act(&colleague, made.id, "close", 2, json!({ "note": "现场看过" })).await;
        assert_eq!(closed.ok::<Rectification>().state, State::Closed);
        let wordless = act(&office, made.id, "reopen", 3, json!({ "note": "" })).await;
        assert_eq!(wordless.status, StatusCode::UNPROCESSABLE_ENTITY);
        let again = act(&office, made.id, "reopen", 3, json!({ "note": "又堆了杂物" })).await;
        assert_eq!(again.ok::<Rectification>().state, State::Open);
        let detail = one(&office, made.id).await;
        let acts: Vec<Act> = detail.history.iter().map(|event| event.act).collect();
        assert_eq!(acts, [Act::Added, Act::Rectified, Act::Closed, Act::Reopened]);
        assert_eq!(detail.after[0].title, "走廊已清空");
        let stale = act(&office, made.id, "reopen", 3, json!({ "note": "再来一次" })).await;
        assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
        let audited = app
            .number("select cast(count(*) as bigint) from audit where act like 'rectification%'")
            .await;
        assert_eq!(audited, 4);
    }

    async fn what_is_open_is_on_the_phones_of_its_department_and_what_is_closed_on_none(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let office = organization.person(Role::Reviewer).await.client().await;
        let department = organization.department("监督一科").await;
        let here = Phone::of(&app, &organization.person_in(Role::Recorder, Some(department)).await).await;
        let there = Phone::of(&app, &organization.person(Role::Recorder).await).await;
        let record = here.note("走廊已清空");
        here.outcome(&record).await;
        let mut body = problem(&app, -1);
        body["department_id"] = json!(department);
        let made: Rectification = office.post(LIST, &body).await.json();
        let (mut near, mut far) = (Store::default(), Store::default());
        near.pull(&here).await;
        far.pull(&there).await;
        assert!(near.has(Area::Rectifications, made.id));
        assert!(!far.has(Area::Rectifications, made.id));
        let late: Vec<RectificationLine> = office.get(&format!("{LIST}?show=overdue")).await.ok();
        assert_eq!(late.len(), 1);
        let board: Dashboard = office.get("/api/office/dashboard").await.ok();
        assert_eq!((board.rectifications.open, board.rectifications.overdue), (1, 1));
        let after = json!({ "after": [{ "area": "submissions", "id": record.record.id }] });
        act(&office, made.id, "rectified", 1, after).await.ok::<Rectification>();
        let other = organization.person(Role::Reviewer).await.client().await;
        act(&other, made.id, "close", 2, json!({})).await.ok::<Rectification>();
        near.pull(&here).await;
        assert!(!near.has(Area::Rectifications, made.id));
        let late: Vec<RectificationLine> = office.get(&format!("{LIST}?show=overdue")).await.ok();
        assert!(late.is_empty());
    }

    async fn what_a_record_says_of_a_problem_is_not_typed_again(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let office = organization.person(Role::Reviewer).await.client().await;
        let phone = Phone::of(&app, &organization.person(Role::Recorder).await).await;
        let sample = sample_rectification(&app);
        let mut operation = phone.note("走廊杂物");
        if let domain::Change::Submissions(domain::areas::submissions::SubmissionChange::Submit {
            form_id, form_version, answers, ..
        }) = &mut operation.change {
            "rectification".clone_into(form_id);
            "1".clone_into(form_version);
            *answers = sample;
        }
        let outcome = phone.outcome(&operation).await;
        assert_eq!(outcome, domain::Outcome::Applied { revision: 1 });
        let sources: Vec<Source> = office.get(&format!("{LIST}/sources")).await.ok();
        assert_eq!(sources.len(), 1);
        let source = &sources[0].problem;
        assert_eq!((source.problem.as_str(), source.measures.as_str()), ("走廊堆放杂物", "清空"));
        assert_eq!(source.items, ["Ⅵ-2-1"]);
        let made = office.post(LIST, &serde_json::to_value(source).expect("JSON")).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
        let made: Rectification = made.json();
        assert_eq!(one(&office, made.id).await.before[0].subject.id, operation.record.id);
        let sources: Vec<Source> = office.get(&format!("{LIST}/sources")).await.ok();
        assert!(sources.is_empty());
    }

    async fn what_it_began_with_may_be_voided_since(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let office = organization.person(Role::Reviewer).await.client().await;
        let phone = Phone::of(&app, &organization.person(Role::Recorder).await).await;
        let record = phone.note("走廊杂物");
        phone.outcome(&record).await;
        let mut body = problem(&app, 5);
        body["before"] = json!([{ "area": "submissions", "id": record.record.id }]);
        let made: Rectification = office.post(LIST, &body).await.json();
        let mut tx = app.begin().await;
        sqlx::query("update submissions set state = 'voided'").execute(&mut *tx).await.expect("voided");
        tx.commit().await.expect("committed");
        body["measures"] = json!("改放到库房");
        let path = format!("{LIST}/{}", made.id);
        let edited = office.request("PUT", &path).if_match(1).json(&body).send().await;
        assert_eq!(edited.ok::<Rectification>().problem.measures, "改放到库房");
        let again = office.post(LIST, &body).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    }

    async fn the_first_page_of_the_sample_is_one_answer(backend) {
        let app = TestApp::new(backend).await;
        let sample = sample::fill(&app.state).await.expect("filled").expect("it was empty");
        let office = app
            .member(sample.organization, sample.reviewer, Role::Reviewer)
            .client()
            .await;
        let board: Dashboard = office.get("/api/office/dashboard").await.ok();
        let coverage = board.coverage.expect("the sample has a standard");
        assert_eq!(coverage.projects.len(), 8);
        let items: i64 = coverage.projects.iter().flat_map(|it| it.items).sum();
        assert_eq!(items, 72);
        assert!(coverage.empty.windows(2).all(|two| two[0].points >= two[1].points));
        assert_eq!((board.tasks.all, board.tasks.uncovered), (61, 8));
        let standings: i64 = board.tasks.standings.iter().map(|(_, n)| n).sum();
        assert_eq!(standings, 61);
        assert!(board.tasks.due.windows(2).all(|two| two[0].occurrence.by <= two[1].occurrence.by));
        assert_eq!(board.rectifications.open, 4);
        assert_eq!((board.rectifications.rectified, board.rectifications.closed), (1, 1));
        assert!(board.counts.submitted > 0 && !board.waiting.is_empty());
        assert!(board.unsent.devices > 0);
        let sources: Vec<Source> = office.get(&format!("{LIST}/sources")).await.ok();
        for source in sources {
            let made = office.post(LIST, &source.problem).await;
            assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
        }
    }
}

fn sample_rectification(app: &TestApp) -> domain::forms::Answers {
    let today = app.now().civil(480).expect("a day").date();
    let text = |text: &str| Answer::Text(text.to_owned());
    let choice = |name: &str| Answer::Choice(name.to_owned());
    domain::forms::Answers::from([
        ("problem".to_owned(), text("走廊堆放杂物")),
        ("found_by".to_owned(), choice("self_check")),
        ("found_on".to_owned(), Answer::Date(today)),
        ("standard_item".to_owned(), text("Ⅵ-2-1")),
        ("measure".to_owned(), text("清空")),
        ("leader".to_owned(), text("副队长")),
        ("department".to_owned(), choice("office")),
        ("due_date".to_owned(), Answer::Date(today)),
        ("closed".to_owned(), choice("no")),
    ])
}
