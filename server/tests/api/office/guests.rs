//! Guests: who hears of them, and `/api/office/guests/{id}`.

use axum::http::StatusCode;
use domain::{
    Area, GuestId, Outcome, Row,
    api::{office::ActivityDetail, sync::PullResponse},
    areas::{
        attendances::{Direction, Flag, Method},
        guests::Guest,
        people::Role,
    },
};
use serde_json::{Value, json};

use crate::{
    phone::{self, Phone, Store},
    support::{Client, Reply, TestApp},
};

async fn act(office: &Client, guest: GuestId, revision: i64, body: Value) -> Reply {
    office
        .request("POST", &format!("/api/office/guests/{guest}"))
        .if_match(revision)
        .json(&body)
        .send()
        .await
}

async fn detail(office: &Client, activity: domain::ActivityId) -> ActivityDetail {
    office
        .get(&format!("/api/office/activities/{activity}"))
        .await
        .ok()
}

on_both! {
    async fn a_guest_is_taken_in_once_and_seen_by_the_office(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let recorder = organization.person(Role::Recorder).await;
        let reviewer = organization.person(Role::Reviewer).await;
        let activity = phone::activity(&app, &reviewer).await;
        let gate = Phone::of(&app, &recorder).await;
        let arrival = gate.guest(activity.id, "周慧");
        assert_eq!(gate.outcome(&arrival).await, Outcome::Applied { revision: 1 });
        assert!(matches!(gate.outcome(&arrival).await, Outcome::Duplicate { .. }));
        let office = reviewer.client().await;
        let seen = detail(&office, activity.id).await;
        assert_eq!(seen.guests.len(), 1);
        assert_eq!((seen.guests[0].name.as_str(), seen.guests[0].recorded_by), ("周慧", recorder.id));
        assert!(seen.people.iter().any(|it| it.id == recorder.id));
        let lines: Value = office.get("/api/office/activities").await.json();
        assert_eq!(lines[0]["arrived"], 1);
    }

    async fn guests_are_told_to_staff_recorder_and_organizer_on_clients_that_know_them(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let organizer = organization.person(Role::Volunteer).await;
        let next = organization.person(Role::Volunteer).await;
        let recorder = organization.person(Role::Recorder).await;
        let stranger = organization.person(Role::Volunteer).await;
        let mut activity = phone::activity(&app, &organizer).await;
        let gate = Phone::of(&app, &recorder).await;
        let arrival = gate.guest(activity.id, "周慧");
        gate.outcome(&arrival).await;
        let mut held = Store::default();
        for (person, sees) in [(&organizer, true), (&recorder, true), (&stranger, false)] {
            let phone = Phone::of(&app, person).await;
            let mut store = Store::default();
            store.pull(&phone).await;
            assert_eq!(store.has(Area::Guests, arrival.record.id), sees);
            let old: PullResponse = phone.client.get("/api/sync/pull?knows=premises,standards,tasks").await.ok();
            let text = serde_json::to_string(&old).expect("JSON");
            assert!(!text.contains("周慧"), "an earlier client can't read guests");
            if person.id == organizer.id {
                held = store;
            }
        }
        activity.organizer_id = next.id;
        activity.revision += 1;
        phone::put_activity(&app, &next, &activity).await;
        held.pull(&Phone::of(&app, &organizer).await).await;
        assert!(!held.has(Area::Guests, arrival.record.id));
        let mut store = Store::default();
        store.pull(&Phone::of(&app, &next).await).await;
        assert!(store.has(Area::Guests, arrival.record.id));
    }

    async fn a_name_is_corrected_and_a_wrong_line_struck_but_kept(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let reviewer = organization.person(Role::Reviewer).await;
        let activity = phone::activity(&app, &reviewer).await;
        let gate = Phone::of(&app, &reviewer).await;
        let arrival = gate.guest(activity.id, "周惠");
        gate.outcome(&arrival).await;
        let (office, id) = (reviewer.client().await, GuestId(arrival.record.id));
        let correct = json!({ "act": "correct", "name": "周慧", "unit": "文三社区" });
        let corrected: Guest = act(&office, id, 1, correct.clone()).await.ok();
        assert_eq!((corrected.name.as_str(), corrected.revision), ("周慧", 2));
        assert_eq!(act(&office, id, 1, correct).await.status, StatusCode::PRECONDITION_FAILED);
        let reply = act(&office, id, 2, json!({ "act": "strike", "reason": "" })).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
        let strike = json!({ "act": "strike", "reason": "同一人登记了两次" });
        let struck: Guest = act(&office, id, 2, strike.clone()).await.ok();
        assert!(!struck.counts());
        assert_eq!(act(&office, id, 3, strike).await.code(), "guest_not_counted");
        assert_eq!(detail(&office, activity.id).await.guests.len(), 1);
        let lines: Value = office.get("/api/office/activities").await.json();
        assert_eq!(lines[0]["arrived"], 0);
        let was: String = sqlx::query_scalar("select was_name from guest_changes where revision = 2")
            .fetch_one(app.state.db.read())
            .await
            .expect("kept");
        assert_eq!(was, "周惠");
    }

    async fn a_name_that_is_to_go_is_nowhere_and_the_count_stays(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let reviewer = organization.person(Role::Reviewer).await;
        let activity = phone::activity(&app, &reviewer).await;
        let gate = Phone::of(&app, &reviewer).await;
        let arrival = gate.guest(activity.id, "周某惠");
        gate.outcome(&arrival).await;
        let (office, id) = (reviewer.client().await, GuestId(arrival.record.id));
        let correct = json!({ "act": "correct", "name": "周某慧", "unit": "某社区" });
        let _: Guest = act(&office, id, 1, correct).await.ok();
        let gone: Guest = act(&office, id, 2, json!({ "act": "forget" })).await.ok();
        assert_eq!((gone.name.as_str(), gone.unit.as_str(), gone.counts()), ("", "", true));
        for statement in [
            "select raw from inbox",
            "select was_name || was_unit from guest_changes",
            "select name || unit from guests",
            "select detail from audit",
        ] {
            let texts: Vec<String> = sqlx::query_scalar(statement)
                .fetch_all(app.state.db.read())
                .await
                .expect("read");
            assert!(!texts.is_empty());
            let found = texts.iter().find(|text| text.contains("周某") || text.contains("某社区"));
            assert_eq!(found, None, "{statement}");
        }
        let back = act(&office, id, 3, json!({ "act": "correct", "name": "周某慧", "unit": "" })).await;
        assert_eq!((back.status, back.code()), (StatusCode::CONFLICT, "guest_forgotten".into()));
        let mut store = Store::default();
        store.pull(&gate).await;
        assert!(matches!(store.of(Area::Guests)[..], [Row::Guests(guest)] if guest.name.is_empty()));
        // The phone that says it again adds nothing.
        assert!(matches!(gate.outcome(&arrival).await, Outcome::Duplicate { .. }));
        let lines: Value = office.get("/api/office/activities").await.json();
        assert_eq!(lines[0]["arrived"], 1);
    }

    async fn a_guest_who_is_a_member_counts_once_as_the_member(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let stranger = app.organization().await.person(Role::Volunteer).await;
        let reviewer = organization.person(Role::Reviewer).await;
        let member = organization.person(Role::Volunteer).await;
        let activity = phone::activity(&app, &reviewer).await;
        let gate = Phone::of(&app, &reviewer).await;
        let arrivals = [gate.guest(activity.id, "周慧"), gate.guest(activity.id, "周慧")];
        gate.outcomes(&arrivals).await;
        let office = reviewer.client().await;
        let link = |person| json!({ "act": "link", "person_id": person });
        let reply = act(&office, GuestId(arrivals[0].record.id), 1, link(stranger.id)).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
        for arrival in &arrivals {
            let linked: Guest = act(&office, GuestId(arrival.record.id), 1, link(member.id)).await.ok();
            assert_eq!(linked.person_id, Some(member.id));
        }
        let seen = detail(&office, activity.id).await;
        let facts: Vec<_> = seen.attendances.iter().map(|it| (it.person_id, it.direction, it.method)).collect();
        assert_eq!(facts, [(member.id, Direction::In, Method::Roster); 2]);
        assert_eq!(seen.attendances.iter().filter(|it| it.flags == [Flag::Duplicate]).count(), 1);
        let lines: Value = office.get("/api/office/activities").await.json();
        assert_eq!(lines[0]["arrived"], 1);
        // The member's own phone hears of it.
        let mut store = Store::default();
        store.pull(&Phone::of(&app, &member).await).await;
        assert_eq!(store.of(Area::Attendances).len(), 2);
    }

    async fn a_guest_leaves_and_the_time_stands_on_the_list(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let reviewer = organization.person(Role::Reviewer).await;
        let other = organization.person(Role::Recorder).await;
        let member = organization.person(Role::Volunteer).await;
        let activity = phone::activity(&app, &reviewer).await;
        let (gate, second) = (Phone::of(&app, &reviewer).await, Phone::of(&app, &other).await);
        let office = reviewer.client().await;
        let arrivals = [gate.guest(activity.id, "周慧"), gate.guest(activity.id, "吴敏")];
        let [first, late] = &arrivals;
        // The leaving of somebody whose arrival is still on another phone waits for it.
        let mut leaving = second.guest_leaves(first, activity.id);
        leaving.capture.occurred_at = app.now().plus_minutes(80);
        assert!(matches!(second.outcome(&leaving).await, Outcome::Held { .. }));
        gate.outcomes(&arrivals).await;
        // Both at once, and in the same batch as an arrival.
        let third = gate.guest(activity.id, "郑安");
        let mut leavings = [third.clone(), gate.guest_leaves(&third, activity.id), gate.guest_leaves(first, activity.id)];
        leavings[1].capture.occurred_at = app.now().plus_minutes(30);
        leavings[2].capture.occurred_at = app.now().plus_minutes(50);
        let applied = |revision| Outcome::Applied { revision };
        assert_eq!(gate.outcomes(&leavings).await, [applied(1), applied(2), applied(3)]);
        let seen = detail(&office, activity.id).await;
        let mut stayed: Vec<_> = seen.guests.iter().map(|it| (it.name.as_str(), it.minutes())).collect();
        stayed.sort_unstable();
        assert_eq!(stayed, [("吴敏", None), ("周慧", Some(80)), ("郑安", Some(30))]);
        let mut store = Store::default();
        store.pull(&gate).await;
        let told = store.of(Area::Guests).into_iter().filter(|row| matches!(row, Row::Guests(it) if it.left.is_some()));
        assert_eq!(told.count(), 2);
        // What the office changes leaves the time alone, and goes to the member with the arrival.
        let id = GuestId(first.record.id);
        let linked: Guest = act(&office, id, 3, json!({ "act": "link", "person_id": member.id })).await.ok();
        assert_eq!(linked.minutes(), Some(80));
        let seen = detail(&office, activity.id).await;
        let found = domain::areas::attendances::presences(&seen.attendances);
        assert_eq!(found[&member.id].minutes, 80);
        let struck = json!({ "act": "strike", "reason": "写错了" });
        let _: Guest = act(&office, GuestId(late.record.id), 1, struck).await.ok();
        let sheet = office.get(&format!("/api/office/activities/{}/roster.xlsx", activity.id)).await;
        assert_eq!(sheet.status, StatusCode::OK, "{}", sheet.text());
    }

    async fn a_name_that_went_stays_away_when_the_guest_leaves(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let reviewer = organization.person(Role::Reviewer).await;
        let activity = phone::activity(&app, &reviewer).await;
        let gate = Phone::of(&app, &reviewer).await;
        let arrival = gate.guest(activity.id, "周某惠");
        gate.outcome(&arrival).await;
        let office = reviewer.client().await;
        let _: Guest = act(&office, GuestId(arrival.record.id), 1, json!({ "act": "forget" })).await.ok();
        let leaving = gate.guest_leaves(&arrival, activity.id);
        assert_eq!(gate.outcome(&leaving).await, Outcome::Applied { revision: 3 });
        let seen = detail(&office, activity.id).await;
        assert_eq!((seen.guests[0].name.as_str(), seen.guests[0].minutes()), ("", Some(0)));
    }
}
