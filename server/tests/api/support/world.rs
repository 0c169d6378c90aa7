//! Builders for organizations, people and sessions, straight into the tables.

use domain::{
    DepartmentId, DeviceId, OrganizationId, PersonId, areas::people::Role, permission::Actor,
};
use server::{AppState, Tx, ids, tokens};

use super::{Client, TestApp};

#[derive(Clone)]
pub struct TestOrganization {
    state: AppState,
    router: axum::Router,
    pub id: OrganizationId,
    pub name: String,
}

#[derive(Clone)]
pub struct TestPerson {
    state: AppState,
    router: axum::Router,
    pub organization_id: OrganizationId,
    pub id: PersonId,
    pub role: Role,
    pub name: String,
    pub mobile: String,
    /// The device that [`TestPerson::client`] uses.
    pub device_id: DeviceId,
}

impl TestApp {
    pub async fn organization(&self) -> TestOrganization {
        let id: OrganizationId = ids::new(&self.state.clock);
        let name = format!("卫生执法队 {}", &id.to_string()[30..]);
        let mut tx = self.begin().await;
        sqlx::query("insert into organizations (id, name, created_at) values ($1, $2, $3)")
            .bind(id.to_string())
            .bind(&name)
            .bind(self.now().0)
            .execute(&mut *tx)
            .await
            .expect("the organization is written");
        tx.commit().await.expect("committed");
        TestOrganization {
            state: self.state.clone(),
            router: self.router.clone(),
            id,
            name,
        }
    }

    /// Somebody who is there already.
    pub fn member(&self, organization_id: OrganizationId, id: PersonId, role: Role) -> TestPerson {
        TestPerson {
            state: self.state.clone(),
            router: self.router.clone(),
            organization_id,
            id,
            role,
            name: String::new(),
            mobile: String::new(),
            device_id: ids::new(&self.state.clock),
        }
    }

    pub async fn begin(&self) -> Tx {
        self.state.db.begin().await.expect("a transaction")
    }

    /// One number from the database, such as a count; `sql` selects one bigint.
    pub async fn number(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql)
            .fetch_one(self.state.db.read())
            .await
            .expect("a number")
    }
}

impl TestOrganization {
    pub async fn department(&self, name: &str) -> DepartmentId {
        let id: DepartmentId = ids::new(&self.state.clock);
        let mut tx = self.state.db.begin().await.expect("a transaction");
        sqlx::query(
            "insert into departments (id, organization_id, revision, name, position)
             values ($1, $2, 1, $3, 1)",
        )
        .bind(id.to_string())
        .bind(self.id.to_string())
        .bind(name)
        .execute(&mut *tx)
        .await
        .expect("the department is written");
        tx.commit().await.expect("committed");
        id
    }

    /// A member without a password; the change feed doesn't know of them.
    pub async fn person(&self, role: Role) -> TestPerson {
        self.person_in(role, None).await
    }

    pub async fn person_in(&self, role: Role, department: Option<DepartmentId>) -> TestPerson {
        let id: PersonId = ids::new(&self.state.clock);
        let tail = id.0.as_u128() % 1_000_000_000;
        let mobile = format!("13{tail:09}");
        let name = format!("张{}", &id.to_string()[32..]);
        let now = self.state.clock.now().0;
        let mut tx = self.state.db.begin().await.expect("a transaction");
        sqlx::query(
            "insert into people (id, organization_id, revision, name, mobile, role,
                 department_id, active, joined_at)
             values ($1, $2, 1, $3, $4, $5, $6, 1, $7)",
        )
        .bind(id.to_string())
        .bind(self.id.to_string())
        .bind(&name)
        .bind(&mobile)
        .bind(role.as_str())
        .bind(department.map(|id| id.to_string()))
        .bind(now)
        .execute(&mut *tx)
        .await
        .expect("the person is written");
        // Since long before now: what a test captures "yesterday" was permitted too.
        sqlx::query(
            "insert into person_roles (person_id, organization_id, since, role, department_id)
             values ($1, $2, 0, $3, $4)",
        )
        .bind(id.to_string())
        .bind(self.id.to_string())
        .bind(role.as_str())
        .bind(department.map(|id| id.to_string()))
        .execute(&mut *tx)
        .await
        .expect("the role is written");
        tx.commit().await.expect("committed");
        TestPerson {
            state: self.state.clone(),
            router: self.router.clone(),
            organization_id: self.id,
            id,
            role,
            name,
            mobile,
            device_id: ids::new(&self.state.clock),
        }
    }
}

impl TestPerson {
    /// Gives the person a password to log in with.
    pub async fn with_password(self, password: &str) -> Self {
        let hash = server::passwords::hash(&self.state.settings, password.to_owned())
            .await
            .expect("a hash");
        let mut tx = self.state.db.begin().await.expect("a transaction");
        sqlx::query("update people set password_hash = $1 where id = $2")
            .bind(hash)
            .bind(self.id.to_string())
            .execute(&mut *tx)
            .await
            .expect("the password is written");
        tx.commit().await.expect("committed");
        self
    }

    pub fn actor(&self) -> Actor {
        Actor {
            person_id: self.id,
            role: self.role,
            department_id: None,
        }
    }

    /// A phone with a session.
    pub async fn client(&self) -> Client {
        self.client_on(self.device_id, "phone").await
    }

    /// A session on a device of the given kind (`phone` or `desktop`).
    pub async fn client_on(&self, device: DeviceId, kind: &str) -> Client {
        let token = tokens::secret().expect("random bytes");
        let now = self.state.clock.now();
        let expires = match kind {
            "desktop" => now.plus_minutes(self.state.settings.idle_minutes),
            _ => now.plus_days(self.state.settings.phone_days),
        };
        let mut tx = self.state.db.begin().await.expect("a transaction");
        sqlx::query(
            "insert into devices (id, organization_id, person_id, name, kind, app_build,
                 created_at, last_seen_at)
             values ($1, $2, $3, 'Test', $4, 'test', $5, $5) on conflict (id) do nothing",
        )
        .bind(device.to_string())
        .bind(self.organization_id.to_string())
        .bind(self.id.to_string())
        .bind(kind)
        .bind(now.0)
        .execute(&mut *tx)
        .await
        .expect("the device is written");
        sqlx::query(
            "insert into sessions (token_hash, organization_id, person_id, device_id, kind,
                 created_at, last_seen_at, expires_at)
             values ($1, $2, $3, $4, $5, $6, $6, $7)",
        )
        .bind(tokens::hash(&token))
        .bind(self.organization_id.to_string())
        .bind(self.id.to_string())
        .bind(device.to_string())
        .bind(kind)
        .bind(now.0)
        .bind(expires.0)
        .execute(&mut *tx)
        .await
        .expect("the session is written");
        tx.commit().await.expect("committed");
        Client::new(self.router.clone(), Some(token))
    }
}
