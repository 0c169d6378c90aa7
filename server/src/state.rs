//! What every request handler can reach.

use std::{
    collections::HashMap,
    ops::Deref,
    sync::{Arc, RwLock},
};

use domain::{OrganizationId, forms::StoredForm, proofs::Trust};
use object_store::ObjectStore;
use sqlx::Row as _;

use crate::{Clock, Db, areas::sync, error::Result, keys::ServerKeys, settings::Settings};

/// Forms by organization, id and version; a version never changes, so an entry never goes stale.
pub type FormCache = RwLock<HashMap<(OrganizationId, String, String), StoredForm>>;

#[derive(Clone)]
pub struct AppState(Arc<Inner>);

pub struct Inner {
    pub db: Db,
    pub blobs: Arc<dyn ObjectStore>,
    pub clock: Clock,
    pub keys: ServerKeys,
    pub settings: Settings,
    pub forms: FormCache,
    /// Pushes that are written together.
    pub pushes: sync::Queue,
}

impl Deref for AppState {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl AppState {
    /// Ready to serve; the database must be migrated.
    pub async fn new(
        settings: Settings,
        db: Db,
        blobs: Arc<dyn ObjectStore>,
        clock: Clock,
    ) -> Result<Self> {
        let keys = ServerKeys::load(&db, &clock).await?;
        Ok(Self(Arc::new(Inner {
            db,
            blobs,
            clock,
            keys,
            settings,
            forms: FormCache::default(),
            pushes: sync::Queue::default(),
        })))
    }

    /// The keys to trust, and the organization's certificates that were taken back before their end.
    pub async fn trust(&self, organization: OrganizationId) -> Result<Trust> {
        let rows = sqlx::query(
            "select id from certificates
             where organization_id = $1 and revoked_at is not null and not_after > $2
             order by id",
        )
        .bind(organization.to_string())
        .bind(self.clock.now().0)
        .fetch_all(self.db.read())
        .await?;
        let mut revoked = Vec::with_capacity(rows.len());
        for row in rows {
            revoked.push(row.try_get::<String, _>("id")?.parse()?);
        }
        Ok(self.keys.trust(revoked))
    }
}
