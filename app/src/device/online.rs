//! What the handle asks of the server: sessions, joining, who I am. Everything else syncs.

use domain::{
    ActivityId,
    api::session::{
        ChangePassword, DeviceInfo, DeviceKind, InvitationCard, Join, LogIn, OneTimeLogIn,
        PublicActivity, Session,
    },
};
#[cfg(target_arch = "wasm32")]
use leptos::prelude::*;

use super::Device;
#[cfg(target_arch = "wasm32")]
use super::{Online, Phase, accounts, engine};
use crate::{
    http::{CallError, call, read, write},
    platform::{device, document},
};

/// How this installation presents itself; `login` is what the person typed, to find the id that the
/// device has for that account.
pub fn device_info(login: Option<&str>) -> DeviceInfo {
    DeviceInfo {
        device_id: known_device(login),
        name: device::name(),
        kind: if device::is_phone() {
            DeviceKind::Phone
        } else {
            DeviceKind::Desktop
        },
        app_build: document::build(),
    }
}

#[cfg(target_arch = "wasm32")]
fn known_device(login: Option<&str>) -> Option<domain::DeviceId> {
    let accounts = accounts::load();
    match login {
        Some(login) => accounts.device_for_login(login).or_else(|| {
            // Typed another way (user name instead of mobile): the server doesn't take an id that
            // is somebody else's.
            let last = accounts.list.first()?;
            Some(last.account.device_id)
        }),
        None => accounts.list.first().map(|last| last.account.device_id),
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn known_device(login: Option<&str>) -> Option<domain::DeviceId> {
    let _ = login;
    None
}

impl Device {
    pub async fn log_in(self, log_in: LogIn) -> Result<(), CallError> {
        let answer = call("POST", "/api/session", write(&log_in), None).await?;
        self.accept(read(&answer)?, &log_in.login).await;
        Ok(())
    }

    pub async fn log_in_once(self, token: String) -> Result<(), CallError> {
        let body = write(&OneTimeLogIn {
            token,
            device: device_info(None),
        });
        let answer = call("POST", "/api/session/one-time", body, None).await?;
        self.accept(read(&answer)?, "").await;
        Ok(())
    }

    pub async fn join(self, code: &str, join: Join) -> Result<(), CallError> {
        let path = format!("/api/invitations/{code}/join");
        let answer = call("POST", &path, write(&join), None).await?;
        self.accept(read(&answer)?, &join.mobile).await;
        Ok(())
    }

    pub async fn change_password(self, change: ChangePassword) -> Result<(), CallError> {
        call("POST", "/api/session/password", write(&change), None).await?;
        Ok(())
    }

    /// Asks who is logged in; without an answer everything stays as it is.
    #[cfg(target_arch = "wasm32")]
    pub(super) async fn ask_session(self) {
        match call("GET", "/api/session", None, None).await {
            Ok(answer) => {
                if let Ok(session) = read::<Session>(&answer) {
                    self.accept(session, "").await;
                }
            }
            Err(error) if error.status() == 401 => self.signals().online.set(Online::LoggedOut),
            Err(_) => {}
        }
    }

    /// Takes over a session: its account's store is opened, or goes on if it is open.
    #[cfg(target_arch = "wasm32")]
    async fn accept(self, session: Session, login: &str) {
        let mut remembered = accounts::Remembered::of(&session);
        login.clone_into(&mut remembered.login);
        let mut all = accounts::load();
        all.enter(remembered.clone());
        accounts::save(&all);
        self.signals()
            .online
            .set(Online::LoggedIn(Box::new(session)));
        let same = self.signals().phase.with_untracked(|phase| {
            matches!(phase, Phase::Ready(open) if open.store_name() == remembered.account.store_name()
                && open.device_id == remembered.account.device_id)
        });
        if same {
            if let Some(replica) = self.replica() {
                replica.wake();
            }
        } else {
            engine::open(self, &remembered).await;
            // Whoever else is starting may have looked for an open account before there was one.
            engine::run();
        }
    }

    #[cfg(not(target_arch = "wasm32"))]
    #[expect(clippy::unused_async, reason = "the browser's twin waits")]
    async fn accept(self, session: Session, login: &str) {
        let _ = (self, session, login);
    }

    /// Ends the session and closes the account. Its store stays while it holds unsent work or
    /// drafts, and is deleted otherwise.
    #[cfg(target_arch = "wasm32")]
    pub async fn log_out(self) {
        // Offline the session's cookie stays until it expires; the account is closed here anyway.
        call("DELETE", "/api/session", None, None).await.ok();
        let Some(replica) = self.replica() else {
            self.signals().online.set(Online::LoggedOut);
            self.signals().phase.set(Phase::SignedOut);
            return;
        };
        let account = replica.account();
        let empty = self.is_empty().await;
        engine::close(self);
        let mut all = accounts::load();
        all.signed_in = false;
        accounts::save(&all);
        if empty {
            engine::delete_store(account.store_name());
        }
        self.signals().online.set(Online::LoggedOut);
        self.signals().phase.set(Phase::SignedOut);
    }

    /// Whether nothing on this device exists only here; not known counts as no.
    #[cfg(target_arch = "wasm32")]
    async fn is_empty(self) -> bool {
        let Some(replica) = self.replica() else {
            return false;
        };
        let nothing_unsent = matches!(
            replica.status(),
            sync::Status::AllSent { .. }
                | sync::Status::Offline { unsent: 0 }
                | sync::Status::NeedsLogin { unsent: 0 }
                | sync::Status::SavedOnPhone { unsent: 0 }
        );
        nothing_unsent
            && matches!(replica.outbox().await, Ok(list) if list.is_empty())
            && matches!(replica.drafts().await, Ok(list) if list.is_empty())
    }

    #[cfg(not(target_arch = "wasm32"))]
    #[expect(clippy::unused_async, reason = "the browser's twin waits")]
    pub async fn log_out(self) {}
}

/// What a newcomer sees before joining.
pub async fn invitation(code: &str) -> Result<InvitationCard, CallError> {
    read(&call("GET", &format!("/api/invitations/{code}"), None, None).await?)
}

/// What anybody with the link sees of an activity.
pub async fn public_activity(id: ActivityId) -> Result<PublicActivity, CallError> {
    read(&call("GET", &format!("/api/public/activities/{id}"), None, None).await?)
}
