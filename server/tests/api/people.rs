//! `/api/office/people`.

use axum::http::StatusCode;
use domain::{
    api::office::{Member, OneTimeLink},
    areas::people::Role,
};
use serde_json::{Value, json};

use crate::support::{Client, Reply, TestApp, TestPerson};

fn input(person: &TestPerson, role: Role, active: bool) -> Value {
    json!({ "name": person.name, "role": role, "department_id": null, "active": active })
}

async fn change(client: &Client, person: &TestPerson, revision: i64, body: &Value) -> Reply {
    client
        .request("PATCH", &format!("/api/office/people/{}", person.id))
        .if_match(revision)
        .json(body)
        .send()
        .await
}

on_both! {
    async fn reviewers_see_people_and_administrators_change_them(backend) {
        let app = TestApp::new(backend).await;
        let organization = app.organization().await;
        let volunteer = organization.person(Role::Volunteer).await;
        let office = organization.person(Role::Administrator).await.client().await;
        let reviewer = organization.person(Role::Reviewer).await.client().await;
        let recorder = organization.person(Role::Recorder).await.client().await;
        assert_eq!(recorder.get("/api/office/people").await.status, StatusCode::FORBIDDEN);
        let people: Vec<Member> = reviewer.get("/api/office/people").await.ok();
        assert_eq!(people.len(), 4);
        let seen = people.iter().find(|member| member.id == volunteer.id).expect("listed");
        assert_eq!(seen.mobile, format!("{}****{}", &volunteer.mobile[..3], &volunteer.mobile[7..]));
        let body = input(&volunteer, Role::Recorder, true);
        let reply = change(&reviewer, &volunteer, 1, &body).await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN);
        app.advance_ms(1_000);
        let changed: Member = change(&office, &volunteer, 1, &body).await.ok();
        assert_eq!((changed.role, changed.revision), (Role::Recorder, 2));
        let audited = app
            .number("select cast(count(*) as bigint) from audit where act = 'person.changed'")
            .await;
        assert_eq!(audited, 1);
        let published = app
            .number("select cast(count(*) as bigint) from feed where area = 'people'")
            .await;
        assert_eq!(published, 1);
    }

    async fn a_role_is_known_as_of_any_moment(backend) {
        let app = TestApp::new(backend).await;
        let organization = app.organization().await;
        let person = organization.person(Role::Volunteer).await;
        let office = organization.person(Role::Administrator).await.client().await;
        app.advance_ms(1_000);
        let changed_at = app.now();
        change(&office, &person, 1, &input(&person, Role::Recorder, true)).await.ok::<Member>();
        let mut connection = app.state.db.read().acquire().await.expect("a connection");
        let before = changed_at.plus_ms(-1);
        for (at, role) in [(before, Role::Volunteer), (changed_at, Role::Recorder)] {
            let held = server::areas::people::store::role_at(
                &mut connection, organization.id, person.id, at,
            )
            .await
            .expect("read");
            assert_eq!(held, Some((role, None)));
        }
    }

    async fn a_change_needs_the_revision_that_was_seen(backend) {
        let app = TestApp::new(backend).await;
        let organization = app.organization().await;
        let person = organization.person(Role::Volunteer).await;
        let office = organization.person(Role::Administrator).await.client().await;
        let body = input(&person, Role::Volunteer, true);
        let path = format!("/api/office/people/{}", person.id);
        let reply = office.patch(&path, &body).await;
        assert_eq!(reply.status, StatusCode::PRECONDITION_REQUIRED);
        let reply = change(&office, &person, 7, &body).await;
        assert_eq!(reply.status, StatusCode::PRECONDITION_FAILED);
        assert_eq!(reply.code(), "stale_revision");
        let (one, two) = tokio::join!(
            change(&office, &person, 1, &body),
            change(&office, &person, 1, &body),
        );
        let mut statuses = [one.status, two.status];
        statuses.sort();
        assert_eq!(statuses, [StatusCode::OK, StatusCode::PRECONDITION_FAILED]);
    }

    async fn the_last_administrator_stays(backend) {
        let app = TestApp::new(backend).await;
        let organization = app.organization().await;
        let one = organization.person(Role::Administrator).await;
        let other = organization.person(Role::Administrator).await;
        let (first, second) = (one.client().await, other.client().await);
        let (demote_one, demote_other) =
            (input(&one, Role::Reviewer, true), input(&other, Role::Administrator, false));
        let (a, b) = tokio::join!(
            change(&second, &one, 1, &demote_one),
            change(&first, &other, 1, &demote_other),
        );
        let refused: Vec<&Reply> =
            [&a, &b].into_iter().filter(|reply| reply.status != StatusCode::OK).collect();
        assert_eq!(refused.len(), 1, "{} {}", a.text(), b.text());
        assert!(
            refused[0].code() == "last_administrator"
                || refused[0].status == StatusCode::UNAUTHORIZED
                || refused[0].status == StatusCode::FORBIDDEN,
            "{}", refused[0].text()
        );
        let left = app
            .number(
                "select cast(count(*) as bigint) from people
                 where role = 'administrator' and active = 1",
            )
            .await;
        assert_eq!(left, 1);
    }

    async fn a_deactivated_persons_session_reads_nothing_but_stands_for_earlier_work(backend) {
        let app = TestApp::new(backend).await;
        let organization = app.organization().await;
        let person = organization.person(Role::Recorder).await;
        let phone = person.client().await;
        let office = organization.person(Role::Administrator).await.client().await;
        change(&office, &person, 1, &input(&person, Role::Recorder, false)).await.ok::<Member>();
        assert_eq!(phone.get("/api/session").await.code(), "deactivated");
        let mut headers = axum::http::HeaderMap::new();
        let cookie = format!("minglu_session={}", phone.token.clone().expect("a token"));
        headers.insert("cookie", cookie.parse().expect("a header"));
        let member = server::auth::Member::for_push(&app.state, &headers).await.expect("received");
        assert_eq!(member.deactivated_at, Some(app.now()));
        // Activated again, the person logs in anew.
        change(&office, &person, 2, &input(&person, Role::Recorder, true)).await.ok::<Member>();
        assert_eq!(phone.get("/api/session").await.code(), "not_logged_in");
    }

    async fn an_administrator_hands_out_a_one_time_link(backend) {
        let app = TestApp::new(backend).await;
        let organization = app.organization().await;
        let person = organization.person(Role::Volunteer).await;
        let office = organization.person(Role::Administrator).await.client().await;
        let path = format!("/api/office/people/{}/one-time-link", person.id);
        let link: OneTimeLink = office.post(&path, &json!({})).await.ok();
        assert!(link.path.starts_with("/login?token="));
        let reviewer = organization.person(Role::Reviewer).await.client().await;
        assert_eq!(reviewer.post(&path, &json!({})).await.status, StatusCode::FORBIDDEN);
    }

    async fn another_organizations_people_do_not_exist(backend) {
        let app = TestApp::new(backend).await;
        let here = app.organization().await;
        let there = app.organization().await;
        let person = here.person(Role::Volunteer).await;
        let stranger = there.person(Role::Administrator).await.client().await;
        let reply = change(&stranger, &person, 1, &input(&person, Role::Volunteer, false)).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND);
        let path = format!("/api/office/people/{}/one-time-link", person.id);
        assert_eq!(stranger.post(&path, &json!({})).await.status, StatusCode::NOT_FOUND);
        let people: Vec<Member> = stranger.get("/api/office/people").await.ok();
        assert_eq!(people.len(), 1);
        let theirs = here.department("一科").await;
        let own = there.person(Role::Volunteer).await;
        let body = json!({
            "name": "x", "role": "volunteer", "department_id": theirs, "active": true
        });
        assert_eq!(change(&stranger, &own, 1, &body).await.code(), "invalid_department_id");
        assert_eq!(stranger.get("/api/office/people/nonsense").await.status, StatusCode::METHOD_NOT_ALLOWED);
        let bad = stranger.request("PATCH", "/api/office/people/nonsense").if_match(1).json(&body).send().await;
        assert_eq!(bad.status, StatusCode::NOT_FOUND);
    }
}
