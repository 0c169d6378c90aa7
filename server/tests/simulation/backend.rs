//! The real server in process: its router on a real database, asked one request at a time.

use std::path::Path;

use axum::body::{Body, Bytes};
use domain::{
    ActivityId, DepartmentId, DeviceId, OrganizationId, PersonId, Row, Timestamp,
    areas::{
        activities::{Activity, ActivityKind, ActivityState},
        people::{Department, Person, Role},
    },
    time::HOUR_MS,
};
use futures::StreamExt as _;
use object_store::{ObjectStore as _, ObjectStoreExt as _};
use server::{areas, backup, feed, tokens};
use sync::transport::{Request, Response};
use tokio::{runtime::Runtime, sync::oneshot, task::JoinHandle};
use tower::ServiceExt as _;

use crate::{
    random::Random,
    support::{Backend, NOW, TestApp},
};

pub const CODE_WORD: &str = "135790";

pub struct Server {
    pub runtime: Runtime,
    /// `None` only while it is taken down.
    app: Option<TestApp>,
    pub organization: OrganizationId,
    pub people: Vec<Person>,
    pub activities: Vec<Activity>,
    pub office: String,
    pub departments: Vec<Department>,
}

/// An upload whose connection neither goes on nor ends.
pub struct Hanging {
    handle: JoinHandle<Result<axum::response::Response, std::convert::Infallible>>,
    end: oneshot::Sender<()>,
}

/// Who takes part: the office's administrator, and those with phones.
const ROLES: [(&str, Role); 4] = [
    ("管理员", Role::Administrator),
    ("甲", Role::Volunteer),
    ("乙", Role::Recorder),
    ("丙", Role::Volunteer),
];

impl Server {
    pub fn new(backend: Backend, random: &mut Random, pull_rows: i64) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let app = runtime.block_on(TestApp::with(backend, |settings| {
            settings.pull_rows = pull_rows;
        }));
        let organization = OrganizationId(random.uuid());
        let people: Vec<Person> = ROLES
            .into_iter()
            .map(|(name, role)| Person {
                id: PersonId(random.uuid()),
                revision: 1,
                name: name.to_owned(),
                department_id: None,
                role,
                active: true,
            })
            .collect();
        let activities: Vec<Activity> = ["献血车进社区", "普法宣传"]
            .into_iter()
            .map(|title| Activity {
                id: ActivityId(random.uuid()),
                revision: 1,
                title: title.to_owned(),
                kind: ActivityKind::BloodDonation,
                place: "文三路".to_owned(),
                details: String::new(),
                starts_at: NOW.plus_ms(-HOUR_MS),
                ends_at: NOW.plus_ms(4 * HOUR_MS),
                organizer_id: people[2].id,
                department_id: None,
                capacity: Some(2),
                items: Vec::new(),
                state: ActivityState::Planned,
                public: false,
            })
            .collect();
        let mut server = Self {
            runtime,
            app: Some(app),
            organization,
            people,
            activities,
            office: String::new(),
            departments: ["宣传科", "法规科"]
                .into_iter()
                .zip(1..)
                .map(|(name, position)| Department {
                    id: DepartmentId(random.uuid()),
                    revision: 1,
                    name: name.to_owned(),
                    position,
                })
                .collect(),
        };
        server.runtime.block_on(server.fill());
        let device = DeviceId(random.uuid());
        server.office = server.log_in(server.people[0].id, device);
        server
    }

    pub fn app(&self) -> &TestApp {
        self.app.as_ref().expect("the server is up")
    }

    /// Publishes so many more activities.
    pub fn add_activities(&self, count: u128) {
        self.runtime.block_on(async {
            let mut tx = self.app().begin().await;
            let mut rows = Vec::new();
            for number in 0..count {
                let activity = Activity {
                    id: ActivityId(uuid::Uuid::from_u128(1_000_000 + number)),
                    title: format!("活动 {number}"),
                    ..self.activities[0].clone()
                };
                let stored = areas::activities::store::Stored {
                    activity: activity.clone(),
                    code_word: CODE_WORD.to_owned(),
                };
                areas::activities::store::put(&mut tx, self.organization, &stored)
                    .await
                    .expect("the activity is written");
                rows.push(Row::Activities(activity));
            }
            feed::publish(&mut tx, self.organization, &rows)
                .await
                .expect("published");
            tx.commit().await.expect("committed");
        });
    }

    async fn fill(&self) {
        let app = self.app();
        let mut tx = app.begin().await;
        sqlx::query("insert into organizations (id, name, created_at) values ($1, $2, $3)")
            .bind(self.organization.to_string())
            .bind("执法队")
            .bind(NOW.0)
            .execute(&mut *tx)
            .await
            .expect("the organization is written");
        let mut rows = areas::forms::install_builtin(&mut tx, self.organization)
            .await
            .expect("the forms are installed");
        // One form is enough here, and the others are long.
        rows.retain(|row| matches!(row, Row::Forms(row) if row.form.id == "field_note"));
        sqlx::query("delete from forms where form_id <> 'field_note'")
            .execute(&mut *tx)
            .await
            .expect("the other forms go");
        for department in &self.departments {
            sqlx::query(
                "insert into departments (id, organization_id, revision, name, position)
                 values ($1, $2, 1, $3, $4)",
            )
            .bind(department.id.to_string())
            .bind(self.organization.to_string())
            .bind(department.name.as_str())
            .bind(department.position)
            .execute(&mut *tx)
            .await
            .expect("the department is written");
            rows.push(Row::Departments(department.clone()));
        }
        for person in &self.people {
            for (sql, role) in [
                (
                    "insert into people (id, organization_id, revision, name, role, active, joined_at)
                     values ($1, $2, 1, $4, $3, 1, 0)",
                    person.role,
                ),
                (
                    "insert into person_roles (person_id, organization_id, since, role)
                     values ($1, $2, 0, $3)",
                    person.role,
                ),
            ] {
                sqlx::query(sql)
                    .bind(person.id.to_string())
                    .bind(self.organization.to_string())
                    .bind(role.as_str())
                    .bind(person.name.as_str())
                    .execute(&mut *tx)
                    .await
                    .expect("the person is written");
            }
            rows.push(Row::People(person.clone()));
        }
        for activity in &self.activities {
            let stored = areas::activities::store::Stored {
                activity: activity.clone(),
                code_word: CODE_WORD.to_owned(),
            };
            areas::activities::store::put(&mut tx, self.organization, &stored)
                .await
                .expect("the activity is written");
            rows.push(Row::Gates(stored.gate()));
            rows.push(Row::Activities(stored.activity));
        }
        feed::publish(&mut tx, self.organization, &rows)
            .await
            .expect("published");
        tx.commit().await.expect("committed");
    }

    /// Opens a session that lasts and returns its secret.
    pub fn log_in(&self, person: PersonId, device: DeviceId) -> String {
        let token = tokens::secret().expect("random bytes");
        self.runtime.block_on(async {
            let now = self.app().now();
            let mut tx = self.app().begin().await;
            sqlx::query(
                "insert into devices (id, organization_id, person_id, name, kind, app_build,
                     created_at, last_seen_at)
                 values ($1, $2, $3, 'Test', 'phone', 'test', $4, $4) on conflict (id) do nothing",
            )
            .bind(device.to_string())
            .bind(self.organization.to_string())
            .bind(person.to_string())
            .bind(now.0)
            .execute(&mut *tx)
            .await
            .expect("the device is written");
            sqlx::query(
                "insert into sessions (token_hash, organization_id, person_id, device_id, kind,
                     created_at, last_seen_at, expires_at)
                 values ($1, $2, $3, $4, 'phone', $5, $5, $6)",
            )
            .bind(tokens::hash(&token))
            .bind(self.organization.to_string())
            .bind(person.to_string())
            .bind(device.to_string())
            .bind(now.0)
            .bind(now.plus_days(30).0)
            .execute(&mut *tx)
            .await
            .expect("the session is written");
            tx.commit().await.expect("committed");
        });
        token
    }

    /// Whether there is such a session.
    pub fn knows(&self, token: &str) -> bool {
        let found: i64 = self.runtime.block_on(async {
            sqlx::query_scalar(
                "select cast(count(*) as bigint) from sessions where token_hash = $1",
            )
            .bind(tokens::hash(token))
            .fetch_one(self.app().state.db.read())
            .await
            .expect("read")
        });
        found > 0
    }

    pub fn end_session(&self, token: &str) {
        self.change(
            "delete from sessions where token_hash = $1",
            &tokens::hash(token),
        );
    }

    /// Takes a person's certificates back, as with a lost phone.
    pub fn revoke(&self, person: PersonId) {
        self.change(
            "update certificates set revoked_at = 1 where device_id in
                 (select id from devices where person_id = $1)",
            &person.to_string(),
        );
    }

    fn change(&self, sql: &'static str, argument: &str) {
        self.runtime.block_on(async {
            let mut tx = self.app().begin().await;
            sqlx::query(sql)
                .bind(argument)
                .execute(&mut *tx)
                .await
                .expect("done");
            tx.commit().await.expect("committed");
        });
    }

    pub fn set_now(&self, now: i64) {
        if let Some(app) = &self.app {
            app.set_now(Timestamp(now));
        }
    }

    /// The jobs that run every hour.
    pub fn maintain(&self) {
        self.runtime.block_on(async {
            let state = &self.app().state;
            areas::blobs::expire(state).await.expect("uploads expire");
            areas::sync::expire_held(state)
                .await
                .expect("held ones expire");
        });
    }

    /// Writes a backup.
    pub fn back_up(&self, file: &Path) {
        let state = &self.app().state;
        let written = backup::write(&state.db, &state.blobs, &state.clock, file);
        self.runtime.block_on(written).expect("written");
    }

    /// Brings back what a backup holds, and nothing else; photos' bytes are gone, too.
    pub fn restore(&self, file: &Path) {
        let state = &self.app().state;
        self.runtime.block_on(async {
            let mut tx = self.app().begin().await;
            for table in backup::TABLES.iter().chain(backup::LEFT_OUT).rev() {
                let delete = format!("delete from {table}");
                sqlx::query(sqlx::AssertSqlSafe(delete))
                    .execute(&mut *tx)
                    .await
                    .expect("emptied");
            }
            tx.commit().await.expect("committed");
            let stored: Vec<_> = state.blobs.list(None).collect().await;
            for object in stored.into_iter().flatten() {
                state.blobs.delete(&object.location).await.expect("gone");
            }
            backup::read(&state.db, &state.blobs, &state.clock, file)
                .await
                .expect("restored");
        });
    }

    /// The whole request arrives and is answered.
    pub fn answer(&self, token: &str, request: &Request) -> Response {
        self.answer_to(token, request, Body::from(request.body.clone()))
    }

    /// Only the first bytes of the body arrive; nobody hears the answer.
    pub fn cut_short(&self, token: &str, request: &Request, bytes: usize) {
        let first = Bytes::copy_from_slice(&request.body[..bytes]);
        let stream = futures::stream::iter([Ok(first), Err(std::io::Error::other("cut"))]);
        self.answer_to(token, request, Body::from_stream(stream));
    }

    fn answer_to(&self, token: &str, request: &Request, body: Body) -> Response {
        let request = http(token, request, body);
        self.runtime.block_on(async {
            let router = self.app().router.clone();
            let answered = router.oneshot(request).await.expect("answered");
            let status = answered.status().as_u16();
            let headers = answered
                .headers()
                .iter()
                .map(|(name, value)| {
                    let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
                    (name.as_str().to_owned(), value)
                })
                .collect();
            let body = axum::body::to_bytes(answered.into_body(), usize::MAX)
                .await
                .expect("the whole body")
                .to_vec();
            Response {
                status,
                headers,
                body,
            }
        })
    }

    /// The first bytes arrive, and then nothing.
    pub fn hang(&self, token: &str, request: &Request, bytes: usize) -> Hanging {
        let (end, ended) = oneshot::channel();
        let (reached, reach) = oneshot::channel();
        let mut first = Some(Bytes::copy_from_slice(&request.body[..bytes]));
        let mut reached = Some(reached);
        let mut ended = Box::pin(ended);
        let stream = futures::stream::poll_fn(move |context| {
            if let Some(first) = first.take().filter(|first| !first.is_empty()) {
                return std::task::Poll::Ready(Some(Ok(first)));
            }
            if let Some(reached) = reached.take() {
                // Nobody listens any more when the server answered without reading.
                let _unheard = reached.send(());
            }
            ended
                .as_mut()
                .poll(context)
                .map(|_| Some(Err(std::io::Error::other("cut"))))
        });
        let request = http(token, request, Body::from_stream(stream));
        let router = self.app().router.clone();
        let mut handle = self.runtime.spawn(router.oneshot(request));
        self.runtime.block_on(async {
            tokio::select! {
                _ = reach => {}
                // Answered; asking again for the answer isn't allowed, so it is kept.
                answered = &mut handle => {
                    handle = tokio::spawn(async move { answered.expect("answered") });
                }
            }
        });
        Hanging { handle, end }
    }

    /// The connection of a hanging upload breaks at last.
    pub fn release(&self, hanging: Hanging) {
        let _ended = hanging.end.send(());
        let ended = self.runtime.block_on(hanging.handle);
        drop(ended.expect("the upload ended"));
    }
}

fn http(token: &str, request: &Request, body: Body) -> axum::http::Request<Body> {
    let mut builder = axum::http::Request::builder()
        .method(request.method.as_str())
        .uri(request.path.as_str())
        .header("host", "127.0.0.1:3000")
        .header("cookie", format!("minglu_session={token}"));
    if !request.body.is_empty() {
        builder = builder.header("content-length", request.body.len());
    }
    for (name, value) in &request.headers {
        builder = builder.header(*name, value);
    }
    builder.body(body).expect("a request")
}

impl Drop for Server {
    fn drop(&mut self) {
        let Some(app) = self.app.take() else {
            return;
        };
        self.runtime.block_on(async {
            app.state.db.close().await;
        });
        drop(app);
    }
}
