//! `/api/office/activities/{id}/roster`: a list of names becomes sign-ups.

use axum::http::StatusCode;
use domain::{
    Row,
    api::{
        office::ActivityDetail,
        roster::{
            RosterImported, RosterPreview,
            RosterState::{self, Ambiguous, Known, New, SignedUp, Wrong},
        },
    },
    areas::people::Role,
};
use serde_json::json;

use crate::{
    phone::{self, Phone, Store},
    support::{Client, TestApp},
};

async fn previewed(office: &Client, path: &str, table: impl Into<Vec<u8>>) -> RosterPreview {
    let path = format!("{path}/preview");
    office.request("POST", &path).bytes(table).send().await.ok()
}

fn states(preview: &RosterPreview) -> Vec<RosterState> {
    preview.rows.iter().map(|row| row.state).collect()
}

on_both! {
    async fn known_people_are_signed_up_and_new_ones_by_an_administrator_only(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let reviewer = organization.person(Role::Reviewer).await;
        let administrator = organization.person(Role::Administrator).await.client().await;
        let known = organization.person(Role::Volunteer).await;
        let activity = phone::activity(&app, &reviewer).await;
        let office = reviewer.client().await;
        let path = format!("/api/office/activities/{}/roster", activity.id);
        let table = format!(
            "报名表\t\t\n姓名\t手机\t科室\n{}\t{}\t\n新同志\t139 0000 1111\t没有的科\n坏号码\t123\t\n新同志\t13900001111\t\n",
            known.name, known.mobile,
        );
        let preview = previewed(&office, &path, table).await;
        assert_eq!(states(&preview), [Known, New, Wrong, Wrong]);
        assert_eq!(preview.rows[0].person_id, Some(known.id));
        assert!(preview.rows[1].remarks[0].zh.contains("没有的科"));
        let rows: Vec<_> = preview.rows.into_iter().map(|row| row.input).collect();
        let import = format!("{path}/import");
        let refused = office.post(&import, &json!({ "rows": rows, "create": true })).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        let done: RosterImported = office.post(&import, &json!({ "rows": rows })).await.ok();
        assert_eq!(done, RosterImported { signed_up: 1, created: 0, left_out: 3 });
        let body = json!({ "rows": rows, "create": true });
        let done: RosterImported = administrator.post(&import, &body).await.ok();
        // The row that says it twice finds the one who was just made.
        assert_eq!(done, RosterImported { signed_up: 1, created: 1, left_out: 3 });
        let again: RosterImported = administrator.post(&import, &body).await.ok();
        assert_eq!(again, RosterImported { signed_up: 0, created: 0, left_out: 4 });
        let table = format!("{}\n新同志\n", known.name);
        assert_eq!(states(&previewed(&office, &path, table).await), [SignedUp, SignedUp]);
        let detail: ActivityDetail = office
            .get(&format!("/api/office/activities/{}", activity.id))
            .await
            .ok();
        assert_eq!(detail.sign_ups.len(), 2);
        // Phones hear of both.
        let mut store = Store::default();
        store.pull(&Phone::of(&app, &reviewer).await).await;
        let signed = store.rows.values().filter(|row| matches!(row, Row::SignUps(_)));
        assert_eq!(signed.count(), 2);
        let people = store.rows.values().filter(|row| matches!(row, Row::People(one) if one.name == "新同志"));
        assert_eq!(people.count(), 1);
    }

    async fn namesakes_are_told_apart_by_number_or_not_at_all(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let reviewer = organization.person(Role::Reviewer).await;
        let activity = phone::activity(&app, &reviewer).await;
        let office = reviewer.client().await;
        let path = format!("/api/office/activities/{}/roster", activity.id);
        let twins = [
            organization.person(Role::Volunteer).await,
            organization.person(Role::Volunteer).await,
        ];
        let mut tx = app.begin().await;
        for twin in &twins {
            sqlx::query("update people set name = '王伟' where id = $1")
                .bind(twin.id.to_string())
                .execute(&mut *tx)
                .await
                .expect("renamed");
        }
        tx.commit().await.expect("committed");
        let table = format!("姓名,手机\n王伟,\n王伟,{}\n李伟,{}\n", twins[1].mobile, twins[0].mobile);
        let preview = previewed(&office, &path, table).await;
        assert_eq!(states(&preview), [Ambiguous, Known, Wrong]);
        assert_eq!(preview.rows[1].person_id, Some(twins[1].id));
        assert!(preview.rows[2].remarks[0].zh.contains("王伟"));
    }

    async fn a_table_without_names_and_a_cancelled_activity_are_refused_in_words(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let reviewer = organization.person(Role::Reviewer).await;
        let activity = phone::activity_with(&app, &reviewer, |activity| {
            activity.state = domain::areas::activities::ActivityState::Cancelled;
        })
        .await;
        let office = reviewer.client().await;
        let path = format!("/api/office/activities/{}/roster", activity.id);
        let reply = office
            .request("POST", &format!("{path}/preview"))
            .bytes("1,2\n3,4\n")
            .send()
            .await;
        assert_eq!(reply.code(), "table_unreadable");
        let body = json!({ "rows": [{ "name": reviewer.name }] });
        let reply = office.post(&format!("{path}/import"), &body).await;
        assert_eq!((reply.status, reply.code().as_str()), (StatusCode::CONFLICT, "activity_cancelled"));
        let nothing = office.post(&format!("{path}/import"), &json!({ "rows": [] })).await;
        assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}
