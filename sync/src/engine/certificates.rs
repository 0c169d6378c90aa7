//! Certificates ahead of time: one's own, and those of the gates that this person may have to open,
//! obtained while there is network so that check-in works without.

use domain::{
    Area, Row, Timestamp,
    api::sync::CertificateRequest,
    areas::activities::{Activity, ActivityState, LATE_MS},
    keys::{self, SecretKey},
    permission::{Ability, may},
    proofs::CertificateSubject,
    time::{DAY_MS, HOUR_MS},
};

use crate::{
    error::SyncError,
    records::{self, KeyPair},
    replica::Replica,
    storage::{Mode, StorageError, Store},
    types::Account,
};

/// How far from today an activity's gate is prepared, in ms.
const AHEAD_MS: i64 = 2 * DAY_MS;
/// A personal certificate is renewed when it ends sooner than this, in ms.
const PERSONAL_LEFT_MS: i64 = 2 * DAY_MS;
/// A certificate that couldn't be had, or that ends too soon, is asked for again after this, in ms.
const AGAIN_MS: i64 = HOUR_MS;

impl Replica {
    pub(super) async fn renew_certificates(&self) -> Result<(), SyncError> {
        let now = self.best_now();
        let account = self.account();
        let personal = CertificateSubject::Personal {
            person_id: account.person_id,
        };
        let mut wanted = vec![(personal, now.plus_ms(PERSONAL_LEFT_MS))];
        for local in self.rows(Area::Activities).await? {
            if let Row::Activities(activity) = &local.row
                && is_mine_to_open(activity, &account, now)
            {
                let subject = CertificateSubject::Display {
                    activity_id: activity.id,
                };
                wanted.push((subject, activity.ends_at.plus_ms(LATE_MS)));
            }
        }
        let mut first_error = None;
        for (subject, until) in wanted {
            match self.renew(subject, until, now).await {
                Err(error) if error.ends_round() => return Err(error),
                Err(error) => first_error = first_error.or(Some(error)),
                Ok(()) => {}
            }
        }
        first_error.map_or(Ok(()), Err)
    }

    async fn renew(
        &self,
        subject: CertificateSubject,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<(), SyncError> {
        let key = records::certificate_key(subject);
        let tx = self.0.storage.begin(Mode::Read).await?;
        let known: Option<KeyPair> = records::get(&*tx, Store::Meta, &key).await?;
        drop(tx);
        let current = known.as_ref().and_then(|pair| pair.certificate.as_ref());
        let revoked = current.is_some_and(|current| self.trust().revoked.contains(&current.id));
        let lasts = current.is_some_and(|current| current.not_after >= until);
        if lasts && !revoked {
            return Ok(());
        }
        let monotonic = self.now_monotonic();
        let tried = &self.0.engine.certificates_tried;
        let recent = |(of, at): &(String, i64)| *of == key && monotonic - at < AGAIN_MS;
        if tried.borrow().iter().any(recent) {
            return Ok(());
        }
        tried.borrow_mut().retain(|(of, _)| *of != key);
        tried.borrow_mut().push((key.clone(), monotonic));
        let pair = match known {
            // Asked for before and never answered: the same key again.
            Some(pair) if pair.certificate.is_none() => pair,
            known => self.new_pair(subject, known, revoked, now),
        };
        self.write_meta(&key, &pair).await?;
        let Some(secret) = secret_of(&pair) else {
            return Err(StorageError::Corrupt.into());
        };
        let request = CertificateRequest {
            subject,
            public_key: keys::to_base64url(&secret.public()),
        };
        let asked = self.client().certificate(&request).await;
        let transient = asked.as_ref().err().is_some_and(SyncError::ends_round);
        if transient {
            tried.borrow_mut().retain(|(of, _)| *of != key);
        }
        match asked {
            Ok(certificate) => {
                let pair = KeyPair {
                    certificate: Some(certificate),
                    previous: None,
                    ..pair
                };
                self.write_meta(&key, &pair).await?;
                self.changed().await;
                Ok(())
            }
            // Not for this person, or not now: asked again in an hour, no trouble to show.
            Err(SyncError::Server {
                status: 403 | 404 | 409 | 410 | 422,
                ..
            }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn new_pair(
        &self,
        subject: CertificateSubject,
        known: Option<KeyPair>,
        revoked: bool,
        now: Timestamp,
    ) -> KeyPair {
        let mut secret = [0; 32];
        self.0.environment.fill_random(&mut secret);
        let previous = known
            .filter(|_| !revoked)
            .and_then(|pair| Some((pair.secret, pair.certificate?)))
            .filter(|(_, certificate)| certificate.is_valid_at(now));
        KeyPair {
            subject,
            secret: keys::to_base64url(&secret),
            certificate: None,
            previous,
        }
    }
}

fn secret_of(pair: &KeyPair) -> Option<SecretKey> {
    let bytes = keys::from_base64url(&pair.secret)?;
    let bytes = <[u8; 32]>::try_from(bytes).ok()?;
    Some(SecretKey::from_bytes(&bytes))
}

fn is_mine_to_open(activity: &Activity, account: &Account, now: Timestamp) -> bool {
    let mine =
        activity.organizer_id == account.person_id || may(account.role, Ability::RecordAttendance);
    mine && activity.state == ActivityState::Planned
        && activity.starts_at <= now.plus_ms(AHEAD_MS)
        && activity.ends_at >= now.plus_ms(-AHEAD_MS)
}
