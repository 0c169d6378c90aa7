//! The sample organization.

use domain::{
    Row,
    api::{
        Page,
        office::{
            ActivityLine, DeviceLine, Member, Review, SubmissionCounts, SubmissionDetail,
            SubmissionLine,
        },
    },
    areas::{people::Role, submissions::Submission},
};
use server::sample;

use crate::support::{Client, TestApp};

async fn client_of(app: &TestApp, sample: &sample::Sample, person: domain::PersonId) -> Client {
    app.member(sample.organization, person, Role::Volunteer)
        .client()
        .await
}

on_both! {
    async fn an_empty_database_is_filled_once(backend) {
        let app = TestApp::new(backend).await;
        let sample = sample::fill(&app.state).await.expect("filled").expect("it was empty");
        assert!(sample::fill(&app.state).await.expect("asked again").is_none());
        let client = client_of(&app, &sample, sample.reviewer).await;
        let people: Vec<Member> = client.get("/api/office/people").await.ok();
        assert_eq!(people.len(), 60);
        for (id, role) in [
            (sample.volunteer, Role::Volunteer),
            (sample.recorder, Role::Recorder),
            (sample.reviewer, Role::Reviewer),
            (sample.administrator, Role::Administrator),
        ] {
            assert_eq!(people.iter().find(|it| it.id == id).map(|it| it.role), Some(role));
        }
        let activities: Vec<ActivityLine> = client.get("/api/office/activities").await.ok();
        assert!(activities.len() >= 12);
        let now = app.now();
        assert!(activities.iter().any(|it| it.activity.starts_at <= now && now < it.activity.ends_at
            && it.arrived > 0 && it.coming > it.arrived));
        let devices: Vec<DeviceLine> = client.get("/api/office/devices").await.ok();
        assert!(devices.iter().any(|it| it.outbox > 0));
        let tasks = app.number("select cast(count(*) as bigint) from tasks").await;
        assert_eq!(tasks, 61);
    }

    async fn the_review_queue_has_something_to_decide(backend) {
        let app = TestApp::new(backend).await;
        let sample = sample::fill(&app.state).await.expect("filled").expect("it was empty");
        let client = client_of(&app, &sample, sample.reviewer).await;
        let counts: SubmissionCounts = client.get("/api/office/submissions/counts").await.ok();
        assert!(counts.submitted > 0 && counts.returned > 0 && counts.approved > 0);
        let page: Page<SubmissionLine> =
            client.get("/api/office/submissions?state=submitted").await.ok();
        assert_eq!(page.items.len() as i64, counts.submitted);
        for line in page.items {
            assert_eq!(line.photos, line.photos_stored, "{}", line.title);
            let path = format!("/api/office/submissions/{}", line.id);
            let detail: SubmissionDetail = client.get(&path).await.ok();
            assert_eq!(detail.attachments.len() as i64, line.photos);
            let reviewed = client
                .request("POST", &format!("{path}/review"))
                .if_match(line.revision)
                .json(&Review::Approve)
                .send()
                .await;
            reviewed.ok::<Submission>();
        }
    }

    async fn a_phone_pulls_what_the_sample_published(backend) {
        let app = TestApp::new(backend).await;
        let sample = sample::fill(&app.state).await.expect("filled").expect("it was empty");
        let client = client_of(&app, &sample, sample.volunteer).await;
        let pulled: domain::api::sync::PullResponse = client.get("/api/sync/pull").await.ok();
        let returned = pulled.rows.iter().any(|row| matches!(row,
            domain::api::sync::PulledRow::Put { row: Row::Submissions(it) } if !it.review_note.is_empty()));
        assert!(returned, "the volunteer's returned record is among the rows");
    }
}
