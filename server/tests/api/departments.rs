//! `/api/office/departments`.

use axum::http::StatusCode;
use domain::areas::people::{Department, Role};
use serde_json::json;

use crate::support::TestApp;

on_both! {
    async fn administrators_add_and_rename_departments(backend) {
        let app = TestApp::new(backend).await;
        let organization = app.organization().await;
        let office = organization.person(Role::Administrator).await.client().await;
        let body = json!({ "name": " 监督一科 ", "position": 1 });
        let made: Department = office.post("/api/office/departments", &body).await.ok();
        assert_eq!((made.name.as_str(), made.revision), ("监督一科", 1));
        let twice = office.post("/api/office/departments", &body).await;
        assert_eq!(twice.status, StatusCode::CONFLICT);
        assert_eq!(twice.code(), "department_exists");
        let path = format!("/api/office/departments/{}", made.id);
        let body = json!({ "name": "监督二科", "position": 2 });
        let renamed = office.request("PATCH", &path).if_match(1).json(&body).send().await;
        assert_eq!(renamed.ok::<Department>().revision, 2);
        let stale = office.request("PATCH", &path).if_match(1).json(&body).send().await;
        assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
        let list: Vec<Department> = office.get("/api/office/departments").await.ok();
        assert_eq!(list.len(), 1);
        let seq = app.number("select max(seq) from feed where area = 'departments'").await;
        assert_eq!(seq, 2);
        for bad in [
            json!({ "name": "", "position": 1 }),
            json!({ "name": "x\u{0}", "position": 1 }),
            json!({ "name": "x", "position": -1 }),
        ] {
            let reply = office.post("/api/office/departments", &bad).await;
            assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
        }
    }

    async fn others_do_not_change_departments(backend) {
        let app = TestApp::new(backend).await;
        let here = app.organization().await;
        let department = here.department("一科").await;
        let body = json!({ "name": "改名", "position": 1 });
        let path = format!("/api/office/departments/{department}");
        let reviewer = here.person(Role::Reviewer).await.client().await;
        let reply = reviewer.request("PATCH", &path).if_match(1).json(&body).send().await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN);
        assert_eq!(reviewer.get("/api/office/departments").await.status, StatusCode::OK);
        let there = app.organization().await;
        let stranger = there.person(Role::Administrator).await.client().await;
        let reply = stranger.request("PATCH", &path).if_match(1).json(&body).send().await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND);
        assert!(stranger.get("/api/office/departments").await.ok::<Vec<Department>>().is_empty());
        let nobody = app.anonymous().get("/api/office/departments").await;
        assert_eq!(nobody.status, StatusCode::UNAUTHORIZED);
    }
}
