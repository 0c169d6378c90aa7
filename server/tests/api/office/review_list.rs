//! `GET /api/office/submissions`: every combination of filters, page by page.

use axum::http::StatusCode;
use domain::{
    Capture, DepartmentId, PersonId, SubmissionId, Timestamp,
    api::{
        Page,
        office::{SubmissionFilter, SubmissionLine},
    },
    areas::{
        people::Role,
        submissions::{ReviewState, Submission},
    },
    forms::Answers,
    time::HOUR_MS,
};
use server::{areas::submissions::store, ids};

use crate::support::{Client, NOW, TestApp, TestOrganization};

const FORMS: [&str; 3] = ["field_note", "blood_drive", "law_outreach"];

struct Desk {
    client: Client,
    departments: [DepartmentId; 2],
    authors: [PersonId; 3],
    all: Vec<Submission>,
}

/// Sixty records whose properties don't move together; several arrive in the same millisecond.
async fn desk(app: &TestApp) -> Desk {
    let organization = app.organization().await;
    let departments = [
        organization.department("政策法规科").await,
        organization.department("工会").await,
    ];
    let mut authors = Vec::new();
    for n in 0..3 {
        let department = departments.get(n).copied();
        authors.push(organization.person_in(Role::Recorder, department).await.id);
    }
    let authors: [PersonId; 3] = authors.try_into().expect("three");
    let mut all = Vec::new();
    for n in 0..60_usize {
        all.push(Submission {
            id: ids::new(&app.state.clock),
            revision: 1,
            form_id: FORMS[n / 2 % 3].to_owned(),
            form_version: "1".to_owned(),
            activity_id: None,
            premises_id: None,
            author_id: authors[n % 3],
            department_id: departments.get(n / 5 % 3).copied(),
            answers: Answers::new(),
            title: format!("记录 {n}"),
            state: ReviewState::ALL[n / 7 % 4],
            review_note: String::new(),
            capture: Capture {
                occurred_at: NOW.plus_ms(-((n * 37 % 60) as i64) * HOUR_MS),
                ..Capture::default()
            },
            received_at: Some(NOW.plus_ms(-((n / 4) as i64) * HOUR_MS)),
            conflicts: Vec::new(),
        });
    }
    let mut tx = app.begin().await;
    let rows: Vec<&Submission> = all.iter().collect();
    store::insert(&mut tx, organization.id, &rows)
        .await
        .expect("written");
    tx.commit().await.expect("committed");
    foreign(app, &app.organization().await).await;
    Desk {
        client: organization.person(Role::Reviewer).await.client().await,
        departments,
        authors,
        all,
    }
}

/// One record of another organization.
async fn foreign(app: &TestApp, organization: &TestOrganization) {
    let author = organization.person(Role::Volunteer).await;
    let submission = Submission {
        id: ids::new(&app.state.clock),
        revision: 1,
        form_id: FORMS[0].to_owned(),
        form_version: "1".to_owned(),
        activity_id: None,
        premises_id: None,
        author_id: author.id,
        department_id: None,
        answers: Answers::new(),
        title: "别处".to_owned(),
        state: ReviewState::Submitted,
        review_note: String::new(),
        capture: Capture::default(),
        received_at: Some(NOW),
        conflicts: Vec::new(),
    };
    let mut tx = app.begin().await;
    store::insert(&mut tx, organization.id, &[&submission])
        .await
        .expect("written");
    tx.commit().await.expect("committed");
}

fn query(filter: &SubmissionFilter) -> String {
    let value = serde_json::to_value(filter).expect("JSON");
    let pairs: Vec<String> = value
        .as_object()
        .expect("an object")
        .iter()
        .map(|(name, value)| {
            let value = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            format!("{name}={value}")
        })
        .collect();
    format!("/api/office/submissions?{}", pairs.join("&"))
}

/// The ids of all pages, in order; fails on a page that is longer than asked for.
async fn walk(client: &Client, filter: &SubmissionFilter, limit: i64) -> Vec<SubmissionLine> {
    let mut filter = SubmissionFilter {
        limit: Some(limit),
        ..filter.clone()
    };
    let mut lines = Vec::new();
    loop {
        let page: Page<SubmissionLine> = client.get(&query(&filter)).await.ok();
        assert!(page.items.len() as i64 <= limit);
        lines.extend(page.items);
        assert!(lines.len() <= 100, "the pages go in circles");
        filter.after = page.next;
        if filter.after.is_none() {
            return lines;
        }
    }
}

fn matches(filter: &SubmissionFilter, it: &Submission) -> bool {
    filter.state.is_none_or(|state| state == it.state)
        && filter
            .form_id
            .as_ref()
            .is_none_or(|form| *form == it.form_id)
        && filter
            .department_id
            .is_none_or(|id| Some(id) == it.department_id)
        && filter.author_id.is_none_or(|id| id == it.author_id)
        && filter
            .from
            .is_none_or(|from| it.capture.occurred_at >= from)
        && filter
            .until
            .is_none_or(|until| it.capture.occurred_at < until)
}

fn sorted(mut ids: Vec<SubmissionId>) -> Vec<SubmissionId> {
    ids.sort_unstable();
    ids
}

on_both! {
    async fn every_combination_of_filters_finds_exactly_what_fits(backend) {
        let app = TestApp::new(backend).await;
        let desk = desk(&app).await;
        let states = [None, Some(ReviewState::Submitted), Some(ReviewState::Voided)];
        let forms = [None, Some(FORMS[1].to_owned())];
        let spans = [
            (None, None),
            (Some(NOW.plus_ms(-40 * HOUR_MS)), None),
            (Some(NOW.plus_ms(-50 * HOUR_MS)), Some(NOW.plus_ms(-10 * HOUR_MS))),
            (None, Some(NOW.plus_ms(-20 * HOUR_MS))),
        ];
        let mut compared = 0;
        for state in states {
            for form_id in &forms {
                for department_id in [None, Some(desk.departments[1])] {
                    for author_id in [None, Some(desk.authors[2])] {
                        for (from, until) in spans {
                            let filter = SubmissionFilter {
                                state,
                                form_id: form_id.clone(),
                                department_id,
                                author_id,
                                from,
                                until,
                                ..SubmissionFilter::default()
                            };
                            let expected: Vec<SubmissionId> = desk
                                .all
                                .iter()
                                .filter(|it| matches(&filter, it))
                                .map(|it| it.id)
                                .collect();
                            let found = walk(&desk.client, &filter, 7).await;
                            let ids = found.iter().map(|it| it.id).collect();
                            assert_eq!(sorted(ids), sorted(expected), "{filter:?}");
                            let key = |it: &SubmissionLine| {
                                let narrowed = state.is_none() && author_id.is_none()
                                    && department_id.is_none() && form_id.is_none();
                                let by_date = narrowed && (from.is_some() || until.is_some());
                                (if by_date { it.occurred_at } else { it.received_at }, it.id)
                            };
                            assert!(
                                found.windows(2).all(|pair| key(&pair[0]) > key(&pair[1])),
                                "newest first: {filter:?}"
                            );
                            compared += found.len();
                        }
                    }
                }
            }
        }
        assert!(compared > 500, "most combinations find something");
    }

    async fn a_line_names_author_and_department(backend) {
        let app = TestApp::new(backend).await;
        let desk = desk(&app).await;
        let filter = SubmissionFilter { limit: Some(1), ..SubmissionFilter::default() };
        let page: Page<SubmissionLine> = desk.client.get(&query(&filter)).await.ok();
        let line = &page.items[0];
        let record = desk.all.iter().find(|it| it.id == line.id).expect("one of ours");
        assert_eq!(line.title, record.title);
        assert_eq!(line.department_name.as_deref(), Some("政策法规科"));
        assert!(line.author_name.starts_with('张'));
        assert!(!line.has_conflict);
    }

    async fn a_new_arrival_doesnt_shift_the_next_page(backend) {
        let app = TestApp::new(backend).await;
        let desk = desk(&app).await;
        let filter = SubmissionFilter { limit: Some(10), ..SubmissionFilter::default() };
        let first: Page<SubmissionLine> = desk.client.get(&query(&filter)).await.ok();
        let seen: Vec<SubmissionId> = first.items.iter().map(|it| it.id).collect();
        let newest = Submission {
            id: ids::new(&app.state.clock),
            received_at: Some(Timestamp(NOW.0 + 1)),
            ..desk.all[0].clone()
        };
        let organization: String =
            sqlx::query_scalar("select organization_id from submissions where id = $1")
                .bind(desk.all[0].id.to_string())
                .fetch_one(app.state.db.read())
                .await
                .expect("found");
        let mut tx = app.begin().await;
        store::insert(&mut tx, organization.parse().expect("an id"), &[&newest])
            .await
            .expect("written");
        tx.commit().await.expect("committed");
        let filter = SubmissionFilter { after: first.next, ..filter };
        let second: Page<SubmissionLine> = desk.client.get(&query(&filter)).await.ok();
        assert!(second.items.iter().all(|it| !seen.contains(&it.id)));
        assert_eq!(second.items.len(), 10);
    }

    async fn a_bad_query_is_a_readable_error(backend) {
        let app = TestApp::new(backend).await;
        let desk = desk(&app).await;
        for bad in [
            "after=nowhere",
            "after=1~2",
            "state=burnt",
            "author_id=1",
            "from=yesterday",
            "limit=x",
            "form_id=a%00b",
        ] {
            let reply = desk.client.get(&format!("/api/office/submissions?{bad}")).await;
            assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{bad}");
        }
        for (limit, shown) in [(-5, 1), (0, 1), (100_000, 60)] {
            let path = format!("/api/office/submissions?limit={limit}");
            let page: Page<SubmissionLine> = desk.client.get(&path).await.ok();
            assert_eq!(page.items.len(), shown);
        }
    }
}
