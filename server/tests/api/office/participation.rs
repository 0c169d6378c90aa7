//! `/api/office/participation`: sums by department, names of those whom nothing has reached.

use axum::http::StatusCode;
use domain::{
    api::participation::Participation,
    areas::{
        attendances::{Direction, Proof},
        people::Role,
    },
};

use crate::{
    phone::{self, Phone},
    support::TestApp,
};

const PATH: &str = "/api/office/participation";

on_both! {
    async fn whoever_came_recorded_or_organized_took_part(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let office = organization.person(Role::Reviewer).await;
        let client = office.client().await;
        let organizer = organization.person(Role::Recorder).await;
        let author = organization.person(Role::Recorder).await;
        let guest = organization.person(Role::Volunteer).await;
        let nobody = organization.person(Role::Volunteer).await;
        let phone = Phone::of(&app, &organizer).await;
        let activity = phone::activity(&app, &organizer).await;
        let proof = Proof::Roster { signature: None };
        let fact = phone.attend(activity.id, guest.id, Direction::In, proof);
        phone.outcomes(&[fact]).await;
        let writer = Phone::of(&app, &author).await;
        writer.outcomes(&[writer.note("河边垃圾已清")]).await;

        let found: Participation = client.get(&format!("{PATH}?year=2026")).await.ok();
        let names: Vec<_> = found.not_yet.iter().map(|it| it.id).collect();
        assert!(names.contains(&nobody.id) && names.contains(&office.id), "{found:?}");
        for person in [&organizer, &author, &guest] {
            assert!(!names.contains(&person.id), "{found:?}");
        }
        let (took_part, of) = found
            .departments
            .iter()
            .fold((0, 0), |sum, it| (sum.0 + it.took_part, sum.1 + it.of));
        assert_eq!(of - took_part, found.not_yet.len() as i64);
        assert!(took_part >= 3);

        // In another month nobody did anything; in another year nobody had joined.
        let other: Participation = client.get(&format!("{PATH}?year=2026&month=1")).await.ok();
        assert!(other.departments.iter().all(|it| it.took_part == 0));
        let earlier: Participation = client.get(&format!("{PATH}?year=2019")).await.ok();
        assert!(earlier.not_yet.is_empty(), "{earlier:?}");
        let wrong = client.get(&format!("{PATH}?year=2026&month=13")).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        let list = client.get(&format!("{PATH}/list.xlsx?year=2026")).await;
        assert_eq!(list.status, StatusCode::OK);
        assert!(list.bytes.starts_with(b"PK"));
    }
}
