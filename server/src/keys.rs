//! The server's Ed25519 keys: made at the first start, kept in the database, used for receipts,
//! certificates and rescue files. Retired keys still verify what they signed and open what was sealed
//! for them.

use std::{collections::HashMap, sync::Arc};

use domain::{
    DeviceId, OpId, OrganizationId, PersonId, Receipt, Timestamp, keys,
    keys::SecretKey,
    packs::Seal,
    proofs::{Certificate, CertificateSubject, Trust, TrustedKey},
    rescue::{self, Manifest, RescueKey, RescuePass},
};
use sqlx::Row as _;
use uuid::Uuid;

use crate::{
    Db,
    clock::Clock,
    error::{Error, Result},
    ids, tokens,
};

#[derive(Clone)]
pub struct ServerKeys {
    id: String,
    secret: SecretKey,
    trusted: Vec<TrustedKey>,
    /// Of every key, also of retired ones: files that were sealed for them may still come.
    rescue: Arc<HashMap<String, RescueKey>>,
}

impl ServerKeys {
    /// Reads the keys, or makes the first one.
    pub async fn load(db: &Db, clock: &Clock) -> Result<Self> {
        let secret = tokens::random::<32>()?;
        let mut tx = db.begin().await?;
        // Several processes may start at once on an empty database: the first one's key wins.
        sqlx::query(
            "insert into server_keys (id, secret, public_key, created_at)
             values ('1', $1, $2, $3) on conflict (id) do nothing",
        )
        .bind(keys::to_base64url(&secret))
        .bind(keys::to_base64url(&SecretKey::from_bytes(&secret).public()))
        .bind(clock.now().0)
        .execute(&mut *tx)
        .await?;
        let rows = sqlx::query(
            "select id, secret, public_key, retired_at from server_keys
             order by created_at desc, id desc",
        )
        .fetch_all(&mut *tx)
        .await?;
        tx.commit().await?;
        let mut current = None;
        let mut trusted = Vec::new();
        let mut rescue = HashMap::new();
        for row in rows {
            let id: String = row.try_get("id")?;
            let secret = keys::from_base64url(row.try_get("secret")?)
                .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok())
                .ok_or_else(|| Error::internal("a server key in the database is damaged"))?;
            if current.is_none() && row.try_get::<Option<i64>, _>("retired_at")?.is_none() {
                current = Some((id.clone(), SecretKey::from_bytes(&secret)));
            }
            rescue.insert(id.clone(), RescueKey::derive(&secret));
            trusted.push(TrustedKey {
                id,
                public_key: row.try_get("public_key")?,
            });
        }
        let (id, secret) = current.ok_or_else(|| Error::internal("every server key is retired"))?;
        Ok(Self {
            id,
            secret,
            trusted,
            rescue: Arc::new(rescue),
        })
    }

    pub fn sign_receipt(
        &self,
        op_id: OpId,
        payload_hash: &str,
        verdict: &str,
        received_at: Timestamp,
    ) -> Receipt {
        let message = Receipt::message(op_id, payload_hash, verdict, received_at);
        Receipt {
            op_id,
            payload_hash: payload_hash.to_owned(),
            verdict: verdict.to_owned(),
            received_at,
            key_id: self.id.clone(),
            signature: keys::to_base64url(&self.secret.sign(&message)),
        }
    }

    /// Signs the manifest of an evidence pack.
    pub fn seal(&self, manifest: &[u8]) -> Seal {
        Seal {
            key_id: self.id.clone(),
            public_key: keys::to_base64url(&self.secret.public()),
            signature: keys::to_base64url(&self.secret.sign(&Seal::message(manifest))),
        }
    }

    /// Certifies that `public_key` (base64url) stands for `subject` from `not_before` to `not_after`.
    pub fn sign_certificate(
        &self,
        clock: &Clock,
        subject: CertificateSubject,
        public_key: &str,
        not_before: Timestamp,
        not_after: Timestamp,
    ) -> Certificate {
        let mut certificate = Certificate {
            id: ids::new(clock),
            subject,
            public_key: public_key.to_owned(),
            not_before,
            not_after,
            key_id: self.id.clone(),
            signature: String::new(),
        };
        certificate.signature = keys::to_base64url(&self.secret.sign(&certificate.message()));
        certificate
    }

    /// What phones need to check signatures offline; `revoked` are certificates taken back.
    pub fn trust(&self, revoked: Vec<Uuid>) -> Trust {
        Trust {
            keys: self.trusted.clone(),
            revoked,
        }
    }
    /// With what one account's phone seals a rescue file.
    pub fn rescue_pass(
        &self,
        organization: OrganizationId,
        person: PersonId,
        device: DeviceId,
    ) -> Option<RescuePass> {
        let message = rescue::token_message(organization, person, device);
        Some(RescuePass {
            key_id: self.id.clone(),
            public_key: self.rescue.get(&self.id)?.public(),
            token: keys::to_base64url(&self.secret.sign(&message)),
        })
    }

    /// The key that opens files sealed for the server's key of this id.
    pub fn rescue_key(&self, id: &str) -> Option<&RescueKey> {
        self.rescue.get(id)
    }

    /// Whether the token in a rescue file was given to the account and phone that the file names.
    pub fn gave_token(&self, key_id: &str, manifest: &Manifest) -> bool {
        let message = rescue::token_message(
            manifest.organization_id,
            manifest.person_id,
            manifest.device_id,
        );
        let public = self.trusted.iter().find(|key| key.id == key_id);
        let public = public.and_then(|key| keys::from_base64url(&key.public_key));
        let token = keys::from_base64url(&manifest.token);
        public
            .zip(token)
            .is_some_and(|(public, token)| keys::verify(&public, &message, &token))
    }
}
