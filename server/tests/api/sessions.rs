//! `/api/session`: log-in, one-time links, log-out, password.

use axum::http::StatusCode;
use domain::{
    DeviceId,
    api::session::{ChooseOrganization, DeviceInfo, DeviceKind, LogIn, OneTimeLogIn, Session},
    areas::people::Role,
    time::{DAY_MS, MINUTE_MS},
};
use serde_json::json;
use server::one_time_links;

use crate::support::{Client, Reply, TestApp, TestPerson};

const PASSWORD: &str = "绿叶对根的情意长";

pub fn device(kind: DeviceKind, device_id: Option<DeviceId>) -> DeviceInfo {
    DeviceInfo {
        device_id,
        name: "Android Chrome".to_owned(),
        kind,
        app_build: "test".to_owned(),
    }
}

fn log_in(login: &str, password: &str, kind: DeviceKind) -> LogIn {
    LogIn {
        login: login.to_owned(),
        password: password.to_owned(),
        organization_id: None,
        device: device(kind, None),
    }
}

async fn enter(app: &TestApp, login: &str, password: &str) -> Reply {
    let body = log_in(login, password, DeviceKind::Phone);
    app.anonymous().post("/api/session", &body).await
}

fn client(app: &TestApp, reply: &Reply) -> Client {
    let token = reply.session().expect("a cookie");
    Client::new(app.router.clone(), Some(token))
}

async fn member(app: &TestApp, role: Role) -> TestPerson {
    let organization = app.organization().await;
    organization
        .person(role)
        .await
        .with_password(PASSWORD)
        .await
}

on_both! {
    async fn a_mobile_number_and_a_password_open_a_session(backend) {
        let app = TestApp::new(backend).await;
        let person = member(&app, Role::Recorder).await;
        let reply = enter(&app, &format!(" {} ", person.mobile), PASSWORD).await;
        let session: Session = reply.ok();
        assert_eq!(session.person_id, person.id);
        assert_eq!(session.organization_id, person.organization_id);
        assert_eq!(session.role, Role::Recorder);
        assert_eq!(session.idle_minutes, None);
        assert_eq!(session.trust.keys.len(), 1);
        let cookie = reply.header("set-cookie");
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
        assert!(cookie.contains("Max-Age=2592000") && !cookie.contains("Secure"), "{cookie}");
        let again: Session = client(&app, &reply).get("/api/session").await.ok();
        assert_eq!(again.device_id, session.device_id);
        // The secret itself isn't in the database.
        let token = reply.session().expect("a cookie");
        let stored: i64 = sqlx::query_scalar(
            "select cast(count(*) as bigint) from sessions where token_hash = $1",
        )
        .bind(token)
        .fetch_one(app.state.db.read())
        .await
        .expect("a count");
        assert_eq!(stored, 0);
    }

    async fn a_user_name_opens_a_session_whatever_its_capitals(backend) {
        let app = TestApp::new(backend).await;
        let person = member(&app, Role::Administrator).await;
        let mut tx = app.begin().await;
        sqlx::query("update people set user_name = 'admin' where id = $1")
            .bind(person.id.to_string())
            .execute(&mut *tx)
            .await
            .expect("written");
        tx.commit().await.expect("committed");
        let session: Session = enter(&app, "Admin", PASSWORD).await.ok();
        assert_eq!(session.person_id, person.id);
    }

    async fn over_https_the_cookie_is_secure_and_the_browser_is_held_to_it(backend) {
        let app = TestApp::with(backend, |settings| {
            settings.public_url = "https://minglu.example".into();
        })
        .await;
        let person = member(&app, Role::Volunteer).await;
        let reply = enter(&app, &person.mobile, PASSWORD).await;
        assert!(reply.header("set-cookie").ends_with("; Secure"));
        assert!(reply.header("strict-transport-security").contains("max-age="));
    }

    async fn unknown_log_ins_and_wrong_passwords_look_alike(backend) {
        let app = TestApp::new(backend).await;
        let person = member(&app, Role::Volunteer).await;
        let wrong = enter(&app, &person.mobile, "something else").await;
        let unknown = enter(&app, "13900000000", "something else").await;
        let strange = enter(&app, "a\0b' or 1=1 --", "x").await;
        let long = enter(&app, &"9".repeat(5_000), "x").await;
        for reply in [&wrong, &unknown, &strange, &long] {
            assert_eq!(reply.status, StatusCode::UNAUTHORIZED);
            assert_eq!(reply.code(), "wrong_credentials");
            assert_eq!(reply.bytes, wrong.bytes);
            assert!(reply.session().is_none());
        }
    }

    async fn five_failures_lock_a_log_in_for_a_quarter_of_an_hour(backend) {
        let app = TestApp::new(backend).await;
        let person = member(&app, Role::Volunteer).await;
        for _ in 0..5 {
            let reply = enter(&app, &person.mobile, "wrong wrong").await;
            assert_eq!(reply.status, StatusCode::UNAUTHORIZED);
        }
        let reply = enter(&app, &person.mobile, PASSWORD).await;
        assert_eq!(reply.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(reply.code(), "too_many_requests");
        assert_eq!(reply.header("retry-after"), "900");
        app.advance_ms(15 * MINUTE_MS + 1);
        assert_eq!(enter(&app, &person.mobile, PASSWORD).await.status, StatusCode::OK);
        // A right password forgets earlier failures.
        for _ in 0..4 {
            enter(&app, &person.mobile, "wrong wrong").await;
        }
        assert_eq!(enter(&app, &person.mobile, PASSWORD).await.status, StatusCode::OK);
        for _ in 0..4 {
            enter(&app, &person.mobile, "wrong wrong").await;
        }
        assert_eq!(enter(&app, &person.mobile, PASSWORD).await.status, StatusCode::OK);
    }

    async fn guesses_made_at_the_same_time_are_all_counted(backend) {
        let app = TestApp::new(backend).await;
        let person = member(&app, Role::Volunteer).await;
        let replies = futures::future::join_all(
            (0..12).map(|_| enter(&app, &person.mobile, "wrong wrong")),
        )
        .await;
        let judged = replies
            .iter()
            .filter(|reply| reply.status == StatusCode::UNAUTHORIZED)
            .count();
        assert_eq!(judged, 5);
    }

    async fn one_address_can_not_try_many_log_ins(backend) {
        let app = TestApp::new(backend).await;
        for number in 0..60 {
            let login = format!("139{number:08}");
            assert_eq!(enter(&app, &login, "x").await.status, StatusCode::UNAUTHORIZED);
        }
        let reply = enter(&app, "13999999999", "x").await;
        assert_eq!(reply.status, StatusCode::TOO_MANY_REQUESTS);
    }

    async fn a_log_in_known_in_two_organizations_asks_which(backend) {
        let app = TestApp::new(backend).await;
        let one = member(&app, Role::Volunteer).await;
        let other = member(&app, Role::Reviewer).await;
        let mut tx = app.begin().await;
        sqlx::query("update people set mobile = $1 where id = $2")
            .bind(&one.mobile)
            .bind(other.id.to_string())
            .execute(&mut *tx)
            .await
            .expect("written");
        tx.commit().await.expect("committed");
        let reply = enter(&app, &one.mobile, PASSWORD).await;
        assert_eq!(reply.status, StatusCode::CONFLICT);
        let choice: ChooseOrganization = reply.json();
        assert_eq!(choice.code, "choose_organization");
        assert_eq!(choice.organizations.len(), 2);
        // Somebody who only guesses learns nothing about organizations.
        assert_eq!(enter(&app, &one.mobile, "wrong wrong").await.code(), "wrong_credentials");
        let mut body = log_in(&one.mobile, PASSWORD, DeviceKind::Phone);
        body.organization_id = Some(other.organization_id);
        let session: Session = app.anonymous().post("/api/session", &body).await.ok();
        assert_eq!(session.person_id, other.id);
    }

    async fn a_device_keeps_its_id_but_never_gets_somebody_elses(backend) {
        let app = TestApp::new(backend).await;
        let one = member(&app, Role::Volunteer).await;
        let other = member(&app, Role::Volunteer).await;
        let first: Session = enter(&app, &one.mobile, PASSWORD).await.ok();
        let mut body = log_in(&one.mobile, PASSWORD, DeviceKind::Phone);
        body.device.device_id = Some(first.device_id);
        let again: Session = app.anonymous().post("/api/session", &body).await.ok();
        assert_eq!(again.device_id, first.device_id);
        body.login = other.mobile.clone();
        let foreign: Session = app.anonymous().post("/api/session", &body).await.ok();
        assert_ne!(foreign.device_id, first.device_id);
        // An id that the database lost (restored from a backup) is kept: unsent work bears it.
        let lost = DeviceId(uuid::Uuid::from_u128(7));
        body.device.device_id = Some(lost);
        let kept: Session = app.anonymous().post("/api/session", &body).await.ok();
        assert_eq!(kept.device_id, lost);
    }

    async fn only_a_phones_cookie_is_renewed_and_not_with_every_answer(backend) {
        let app = TestApp::new(backend).await;
        let person = member(&app, Role::Reviewer).await;
        let body = log_in(&person.mobile, PASSWORD, DeviceKind::Desktop);
        let desktop = client(&app, &app.anonymous().post("/api/session", &body).await);
        let phone = client(&app, &enter(&app, &person.mobile, PASSWORD).await);
        let renews = |reply: &Reply| reply.headers.contains_key("set-cookie");
        assert!(!renews(&phone.get("/api/session").await));
        app.advance_ms(MINUTE_MS);
        assert!(renews(&phone.get("/api/session").await));
        assert!(!renews(&desktop.get("/api/session").await));
        assert!(!renews(&phone.get("/api/session").await));
    }

    async fn a_desktop_is_logged_out_after_idle_minutes_and_a_phone_after_days(backend) {
        let app = TestApp::new(backend).await;
        let person = member(&app, Role::Reviewer).await;
        let body = log_in(&person.mobile, PASSWORD, DeviceKind::Desktop);
        let reply = app.anonymous().post("/api/session", &body).await;
        assert_eq!(reply.ok::<Session>().idle_minutes, Some(30));
        assert!(!reply.header("set-cookie").contains("Max-Age"));
        let desktop = client(&app, &reply);
        let phone = client(&app, &enter(&app, &person.mobile, PASSWORD).await);
        for _ in 0..3 {
            app.advance_ms(29 * MINUTE_MS);
            assert_eq!(desktop.get("/api/session").await.status, StatusCode::OK);
        }
        // A page that refreshes itself is nobody's activity.
        app.advance_ms(20 * MINUTE_MS);
        let background = desktop
            .request("GET", "/api/session")
            .header("x-minglu-background", "1")
            .send()
            .await;
        assert_eq!(background.status, StatusCode::OK);
        app.advance_ms(11 * MINUTE_MS);
        assert_eq!(desktop.get("/api/session").await.code(), "not_logged_in");
        app.advance_ms(29 * DAY_MS);
        assert_eq!(phone.get("/api/session").await.status, StatusCode::OK);
        app.advance_ms(29 * DAY_MS);
        assert_eq!(phone.get("/api/session").await.status, StatusCode::OK);
        app.advance_ms(31 * DAY_MS);
        assert_eq!(phone.get("/api/session").await.status, StatusCode::UNAUTHORIZED);
    }

    async fn a_forged_or_ended_session_opens_nothing(backend) {
        let app = TestApp::new(backend).await;
        let person = member(&app, Role::Volunteer).await;
        let phone = client(&app, &enter(&app, &person.mobile, PASSWORD).await);
        for forged in ["x", "", "' or ''='", &"A".repeat(43)] {
            let client = Client::new(app.router.clone(), Some(forged.to_owned()));
            assert_eq!(client.get("/api/session").await.status, StatusCode::UNAUTHORIZED);
        }
        let bye = phone.delete("/api/session").await;
        assert_eq!(bye.status, StatusCode::NO_CONTENT);
        assert!(bye.header("set-cookie").contains("Max-Age=0"));
        assert_eq!(phone.get("/api/session").await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(phone.delete("/api/session").await.status, StatusCode::NO_CONTENT);
    }

    async fn a_deactivated_person_can_not_log_in(backend) {
        let app = TestApp::new(backend).await;
        let person = member(&app, Role::Volunteer).await;
        let phone = client(&app, &enter(&app, &person.mobile, PASSWORD).await);
        let mut tx = app.begin().await;
        sqlx::query("update people set active = 0, deactivated_at = $1 where id = $2")
            .bind(app.now().0)
            .bind(person.id.to_string())
            .execute(&mut *tx)
            .await
            .expect("written");
        tx.commit().await.expect("committed");
        assert_eq!(enter(&app, &person.mobile, PASSWORD).await.code(), "deactivated");
        let reply = phone.get("/api/session").await;
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED);
        assert_eq!(reply.code(), "deactivated");
    }

    async fn a_one_time_link_opens_one_session_and_sets_a_password(backend) {
        let app = TestApp::new(backend).await;
        let person = member(&app, Role::Administrator).await;
        let mut tx = app.begin().await;
        let link = one_time_links::make(&mut tx, person.organization_id, person.id, app.now())
            .await
            .expect("a link");
        tx.commit().await.expect("committed");
        let token = link.path.strip_prefix("/login?token=").expect("a token").to_owned();
        let body = OneTimeLogIn { token, device: device(DeviceKind::Desktop, None) };
        let (one, two) = tokio::join!(
            async { app.anonymous().post("/api/session/one-time", &body).await },
            async { app.anonymous().post("/api/session/one-time", &body).await },
        );
        let (won, lost) = if one.status == StatusCode::OK { (one, two) } else { (two, one) };
        assert_eq!(won.status, StatusCode::OK, "{}", won.text());
        assert_eq!(lost.status, StatusCode::GONE);
        assert_eq!(lost.code(), "link_expired");
        let desktop = client(&app, &won);
        let weak = desktop.post("/api/session/password", &json!({ "new": "12345678" })).await;
        assert_eq!(weak.code(), "invalid_new");
        let set = desktop.post("/api/session/password", &json!({ "new": "新的好密码一二三" })).await;
        assert_eq!(set.status, StatusCode::NO_CONTENT, "{}", set.text());
        // Only once: from now on the old password is asked for.
        let again = desktop.post("/api/session/password", &json!({ "new": "另一个好密码也行" })).await;
        assert_eq!(again.code(), "invalid_current");
        assert_eq!(enter(&app, &person.mobile, "新的好密码一二三").await.status, StatusCode::OK);
    }

    async fn an_old_link_is_gone(backend) {
        let app = TestApp::new(backend).await;
        let person = member(&app, Role::Administrator).await;
        let mut tx = app.begin().await;
        let link = one_time_links::make(&mut tx, person.organization_id, person.id, app.now())
            .await
            .expect("a link");
        tx.commit().await.expect("committed");
        app.advance_ms(DAY_MS);
        let token = link.path.strip_prefix("/login?token=").expect("a token").to_owned();
        for token in [token, "forged".to_owned()] {
            let body = OneTimeLogIn { token, device: device(DeviceKind::Phone, None) };
            let reply = app.anonymous().post("/api/session/one-time", &body).await;
            assert_eq!(reply.status, StatusCode::GONE);
        }
    }

    async fn a_new_password_ends_the_other_sessions(backend) {
        let app = TestApp::new(backend).await;
        let person = member(&app, Role::Volunteer).await;
        let phone = client(&app, &enter(&app, &person.mobile, PASSWORD).await);
        let stolen = client(&app, &enter(&app, &person.mobile, PASSWORD).await);
        let wrong = phone
            .post("/api/session/password", &json!({ "current": "no", "new": "另一个好密码也行" }))
            .await;
        assert_eq!(wrong.code(), "invalid_current");
        let body = json!({ "current": PASSWORD, "new": "另一个好密码也行" });
        let reply = phone.post("/api/session/password", &body).await;
        assert_eq!(reply.status, StatusCode::NO_CONTENT);
        assert_eq!(phone.get("/api/session").await.status, StatusCode::OK);
        assert_eq!(stolen.get("/api/session").await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(enter(&app, &person.mobile, PASSWORD).await.code(), "wrong_credentials");
    }

    async fn bodies_that_are_not_what_they_should_be_are_refused_readably(backend) {
        let app = TestApp::new(backend).await;
        let nobody = app.anonymous();
        let missing = nobody.post("/api/session", &json!({ "login": "x" })).await;
        assert_eq!(missing.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(missing.code(), "unreadable");
        let wrong_type = nobody.post("/api/session", &json!({ "login": 7 })).await;
        assert_eq!(wrong_type.code(), "unreadable");
        let broken = nobody
            .request("POST", "/api/session")
            .header("content-type", "application/json")
            .bytes("{")
            .send()
            .await;
        assert_eq!(broken.code(), "unreadable");
        let plain = nobody.request("POST", "/api/session").bytes("hello").send().await;
        assert_eq!(plain.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
        let huge = nobody
            .post("/api/session", &json!({ "login": "长".repeat(4_000_000), "password": "x" }))
            .await;
        assert_eq!(huge.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(huge.code(), "too_large");
    }
}
