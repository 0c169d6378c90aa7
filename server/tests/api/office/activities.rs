//! `/api/office/activities`.

use axum::http::StatusCode;
use domain::{
    ActivityId, Change,
    api::office::{ActivityDetail, ActivityInput, ActivityLine},
    areas::{
        activities::{Activity, ActivityKind, ActivityState, Gate},
        attendances::{Direction, Proof},
        people::Role,
        sign_ups::{SignUpChange, SignUpState},
    },
    time::{DAY_MS, HOUR_MS, MINUTE_MS},
};

use crate::{
    phone::{self, Phone},
    support::{Client, NOW, Reply, TestApp, TestOrganization, TestPerson},
};

fn input(organizer: &TestPerson) -> ActivityInput {
    ActivityInput {
        title: "结对社区义诊".to_owned(),
        kind: ActivityKind::VolunteerService,
        place: "桂花苑社区".to_owned(),
        details: String::new(),
        starts_at: NOW.plus_ms(HOUR_MS),
        ends_at: NOW.plus_ms(3 * HOUR_MS),
        organizer_id: organizer.id,
        department_id: None,
        capacity: Some(20),
        items: vec!["Ⅳ-2-3".to_owned()],
        public: true,
        cancelled: false,
    }
}

async fn create(client: &Client, input: &ActivityInput) -> Activity {
    let reply = client.post("/api/office/activities", input).await;
    assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text());
    reply.json()
}

async fn edit(client: &Client, id: ActivityId, seen: i64, input: &ActivityInput) -> Reply {
    client
        .request("PUT", &format!("/api/office/activities/{id}"))
        .if_match(seen)
        .json(input)
        .send()
        .await
}

async fn office(app: &TestApp) -> (TestOrganization, TestPerson, Client) {
    let organization = app.organization().await;
    let reviewer = organization.person(Role::Reviewer).await;
    let client = reviewer.client().await;
    (organization, reviewer, client)
}

on_both! {
    async fn a_new_activity_is_listed_with_its_organizer(backend) {
        let app = TestApp::new(backend).await;
        let (_, reviewer, client) = office(&app).await;
        let made = create(&client, &input(&reviewer)).await;
        assert_eq!((made.revision, made.state), (1, ActivityState::Planned));
        let lines: Vec<ActivityLine> = client.get("/api/office/activities").await.ok();
        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0].activity, made);
        assert_eq!(lines[0].organizer_name, reviewer.name);
        assert_eq!((lines[0].coming, lines[0].arrived), (0, 0));
    }

    async fn the_list_shows_what_touches_the_span(backend) {
        let app = TestApp::new(backend).await;
        let (_, reviewer, client) = office(&app).await;
        for day in [-40, -1, 0, 1, 120] {
            create(&client, &ActivityInput {
                title: format!("第 {day} 天"),
                starts_at: NOW.plus_days(day),
                ends_at: NOW.plus_days(day).plus_ms(HOUR_MS),
                ..input(&reviewer)
            })
            .await;
        }
        let titles = |lines: Vec<ActivityLine>| {
            lines.into_iter().map(|it| it.activity.title).collect::<Vec<_>>()
        };
        let around: Vec<ActivityLine> = client.get("/api/office/activities").await.ok();
        assert_eq!(titles(around), ["第 -1 天", "第 0 天", "第 1 天"]);
        let until = NOW.0 - DAY_MS / 2;
        let path = format!("/api/office/activities?from=0&until={until}");
        let past: Vec<ActivityLine> = client.get(&path).await.ok();
        assert_eq!(titles(past), ["第 -40 天", "第 -1 天"]);
    }

    async fn an_edit_needs_the_revision_that_was_seen(backend) {
        let app = TestApp::new(backend).await;
        let (_, reviewer, client) = office(&app).await;
        let made = create(&client, &input(&reviewer)).await;
        let changed = ActivityInput { place: "桂花苑礼堂".to_owned(), ..input(&reviewer) };
        let path = format!("/api/office/activities/{}", made.id);
        let blind = client.put(&path, &changed).await;
        assert_eq!(blind.status, StatusCode::PRECONDITION_REQUIRED);
        let reply = edit(&client, made.id, 1, &changed).await;
        assert_eq!(reply.header("etag"), "\"2\"");
        let new: Activity = reply.ok();
        assert_eq!((new.revision, new.place.as_str()), (2, "桂花苑礼堂"));
        let stale = edit(&client, made.id, 1, &input(&reviewer)).await;
        assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
        assert_eq!(stale.code(), "stale_revision");
    }

    async fn a_cancelled_activity_stays_in_the_list(backend) {
        let app = TestApp::new(backend).await;
        let (_, reviewer, client) = office(&app).await;
        let made = create(&client, &input(&reviewer)).await;
        let cancelled = ActivityInput { cancelled: true, ..input(&reviewer) };
        edit(&client, made.id, 1, &cancelled).await.ok::<Activity>();
        let lines: Vec<ActivityLine> = client.get("/api/office/activities").await.ok();
        assert_eq!(lines[0].activity.state, ActivityState::Cancelled);
        assert_eq!(
            app.number("select cast(count(*) as bigint) from audit where act = 'activity_cancel'")
                .await,
            1
        );
    }

    async fn a_new_code_word_replaces_the_old_one(backend) {
        let app = TestApp::new(backend).await;
        let (_, reviewer, client) = office(&app).await;
        let made = create(&client, &input(&reviewer)).await;
        let path = format!("/api/office/activities/{}/code-word", made.id);
        let first: Gate = client.post(&path, &()).await.ok();
        let second: Gate = client.post(&path, &()).await.ok();
        assert_eq!((first.revision, second.revision), (2, 3));
        for gate in [first, second] {
            assert_eq!(gate.code_word.len(), 6);
            assert!(gate.code_word.bytes().all(|b| b.is_ascii_digit()));
        }
    }

    async fn every_phone_hears_of_it_and_only_staff_of_its_gate(backend) {
        let app = TestApp::new(backend).await;
        let (organization, _, client) = office(&app).await;
        let organizer = organization.person(Role::Volunteer).await;
        create(&client, &input(&organizer)).await;
        let mut told: Vec<(String, String)> =
            sqlx::query_as("select area, audience from feed where removed = 0")
                .fetch_all(app.state.db.read())
                .await
                .expect("the feed");
        told.sort();
        let person = format!("person:{}", organizer.id);
        assert_eq!(
            told,
            [
                ("activities".to_owned(), "org".to_owned()),
                ("gates".to_owned(), person),
                ("gates".to_owned(), "staff".to_owned()),
            ]
        );
    }

    async fn bad_input_names_its_field_and_writes_nothing(backend) {
        let app = TestApp::new(backend).await;
        let (_, reviewer, client) = office(&app).await;
        let stranger = app.organization().await.person(Role::Recorder).await;
        let foreign = app.organization().await.department("别处").await;
        let cases = [
            ("title", ActivityInput { title: "\0".repeat(3), ..input(&reviewer) }),
            ("details", ActivityInput { details: "长".repeat(200_000), ..input(&reviewer) }),
            ("ends_at", ActivityInput { ends_at: NOW, ..input(&reviewer) }),
            ("organizer_id", ActivityInput { organizer_id: stranger.id, ..input(&reviewer) }),
            ("department_id", ActivityInput { department_id: Some(foreign), ..input(&reviewer) }),
        ];
        for (field, input) in cases {
            let reply = client.post("/api/office/activities", &input).await;
            assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert_eq!(reply.code(), format!("invalid_{field}"));
        }
        assert_eq!(app.number("select cast(count(*) as bigint) from activities").await, 0);
        assert_eq!(app.number("select cast(count(*) as bigint) from feed").await, 0);
    }

    async fn another_organizations_activity_is_not_found(backend) {
        let app = TestApp::new(backend).await;
        let (_, reviewer, client) = office(&app).await;
        let made = create(&client, &input(&reviewer)).await;
        let (_, stranger, foreign) = office(&app).await;
        let lines: Vec<ActivityLine> = foreign.get("/api/office/activities").await.ok();
        assert_eq!(lines, []);
        let reply = edit(&foreign, made.id, 1, &input(&stranger)).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND);
        let path = format!("/api/office/activities/{}/code-word", made.id);
        assert_eq!(foreign.post(&path, &()).await.status, StatusCode::NOT_FOUND);
    }

    async fn only_the_office_makes_and_edits(backend) {
        let app = TestApp::new(backend).await;
        let (organization, reviewer, client) = office(&app).await;
        let made = create(&client, &input(&reviewer)).await;
        let code_word = format!("/api/office/activities/{}/code-word", made.id);
        for role in [Role::Volunteer, Role::Recorder] {
            let client = organization.person(role).await.client().await;
            for reply in [
                client.get("/api/office/activities").await,
                client.post("/api/office/activities", &input(&reviewer)).await,
                edit(&client, made.id, 1, &input(&reviewer)).await,
                client.post(&code_word, &()).await,
            ] {
                assert_eq!(reply.status, StatusCode::FORBIDDEN);
            }
        }
        let reply = app.anonymous().get("/api/office/activities").await;
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED);
    }
}

/// An activity with one who signed up, one who came and left, and one who withdrew.
async fn gathering(app: &TestApp) -> (Client, TestOrganization, Activity, [TestPerson; 3]) {
    let organization = phone::organization(app).await;
    let organizer = organization.person(Role::Reviewer).await;
    let activity = phone::activity(app, &organizer).await;
    let people = [
        organization.person(Role::Volunteer).await,
        organization.person(Role::Volunteer).await,
        organization.person(Role::Volunteer).await,
    ];
    for person in &people {
        let phone = Phone::of(app, person).await;
        let sign_up = phone.sign_up(activity.id);
        phone.push(&[sign_up]).await;
    }
    let recorder = Phone::of(app, &organizer).await;
    for direction in [Direction::In, Direction::Out] {
        let proof = Proof::Roster { signature: None };
        let fact = recorder.attend(activity.id, people[1].id, direction, proof);
        recorder.push(&[fact]).await;
        app.advance_ms(45 * MINUTE_MS);
    }
    let last = Phone::of(app, &people[2]).await;
    last.set_seq(1);
    let mut withdraw = last.sign_up(activity.id);
    withdraw.change = Change::SignUps(SignUpChange::Withdraw {
        activity_id: activity.id,
    });
    last.push(&[withdraw]).await;
    (organizer.client().await, organization, activity, people)
}

on_both! {
    async fn one_activity_shows_who_signed_up_and_who_came(backend) {
        let app = TestApp::new(backend).await;
        let (client, _, activity, people) = gathering(&app).await;
        let path = format!("/api/office/activities/{}", activity.id);
        let detail: ActivityDetail = client.get(&path).await.ok();
        assert_eq!(detail.code_word, phone::CODE_WORD);
        let coming = |state| detail.sign_ups.iter().filter(|it| it.state == state).count();
        assert_eq!((coming(SignUpState::Coming), coming(SignUpState::Withdrawn)), (2, 1));
        let facts: Vec<_> =
            detail.attendances.iter().map(|it| (it.person_id, it.direction)).collect();
        assert_eq!(facts, [(people[1].id, Direction::In), (people[1].id, Direction::Out)]);
        for person in &people {
            assert!(detail.people.iter().any(|it| it.id == person.id && it.name == person.name));
        }
        let lines: Vec<ActivityLine> = client.get("/api/office/activities").await.ok();
        assert_eq!((lines[0].coming, lines[0].arrived), (2, 1));
    }

    async fn the_roster_is_a_workbook_and_taking_it_is_noted(backend) {
        let app = TestApp::new(backend).await;
        let (client, _, activity, _) = gathering(&app).await;
        let path = format!("/api/office/activities/{}/roster.xlsx", activity.id);
        for path in [path.clone(), format!("{path}?lang=en")] {
            let reply = client.get(&path).await;
            assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
            assert!(reply.header("content-type").ends_with("spreadsheetml.sheet"));
            assert!(reply.header("content-disposition").starts_with("attachment"));
            assert_eq!(&reply.bytes[..4], b"PK\x03\x04");
        }
        let reply = client.get(&format!("{path}?lang=tlh")).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
        let noted = "select cast(count(*) as bigint) from audit where act = 'roster_export'";
        assert_eq!(app.number(noted).await, 2);
    }

    async fn one_activity_and_its_roster_stay_in_their_office(backend) {
        let app = TestApp::new(backend).await;
        let (_, organization, activity, _) = gathering(&app).await;
        let (_, _, foreign) = office(&app).await;
        let page = format!("/api/office/activities/{}", activity.id);
        for path in [page.clone(), format!("{page}/roster.xlsx")] {
            assert_eq!(foreign.get(&path).await.status, StatusCode::NOT_FOUND);
            let anonymous = app.anonymous().get(&path).await;
            assert_eq!(anonymous.status, StatusCode::UNAUTHORIZED);
            for role in [Role::Volunteer, Role::Recorder] {
                let client = organization.person(role).await.client().await;
                assert_eq!(client.get(&path).await.status, StatusCode::FORBIDDEN);
            }
        }
    }
}
