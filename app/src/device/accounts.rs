//! Which accounts were used on this device, remembered in the browser's preferences so that the app
//! opens offline without a session.
//!
//! Leaves out what the accounts hold: each has its own store.

use domain::{DeviceId, OrganizationId, PersonId, api::session::Session};
use serde::{Deserialize, Serialize};
use sync::Account;

/// An account that was logged in here before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remembered {
    #[serde(flatten)]
    pub account: Account,
    pub organization_name: String,
    /// Largest photo in bytes, as the server last told.
    #[serde(default)]
    pub photo_limit: i64,
    /// What was typed to log in, so that the device keeps its id for this account.
    #[serde(default)]
    pub login: String,
}

impl Remembered {
    pub fn of(session: &Session) -> Self {
        Self {
            account: Account {
                organization_id: session.organization_id,
                person_id: session.person_id,
                name: session.name.clone(),
                role: session.role,
                department_id: session.department_id,
                device_id: session.device_id,
            },
            organization_name: session.organization_name.clone(),
            photo_limit: session.photo_limit,
            login: String::new(),
        }
    }
}

/// All that is remembered; the current account is the first of the list while `signed_in`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Accounts {
    pub signed_in: bool,
    pub list: Vec<Remembered>,
}

impl Accounts {
    pub fn current(&self) -> Option<&Remembered> {
        self.list.first().filter(|_| self.signed_in)
    }

    /// Puts an account first; what is known of it from before and not told anew is kept.
    pub fn enter(&mut self, mut entering: Remembered) {
        let same = |known: &Remembered| {
            known.account.person_id == entering.account.person_id
                && known.account.organization_id == entering.account.organization_id
        };
        if let Some(index) = self.list.iter().position(same) {
            let known = self.list.remove(index);
            if entering.login.is_empty() {
                entering.login = known.login;
            }
        }
        self.list.insert(0, entering);
        self.signed_in = true;
    }

    /// The id that this device has for whoever logs in with these words.
    pub fn device_for_login(&self, login: &str) -> Option<DeviceId> {
        let known = self.list.iter().find(|known| known.login == login)?;
        Some(known.account.device_id)
    }

    pub fn forget(&mut self, organization: OrganizationId, person: PersonId) {
        self.list.retain(|known| {
            known.account.organization_id != organization || known.account.person_id != person
        });
        self.signed_in = false;
    }
}

#[cfg(target_arch = "wasm32")]
pub use browser::{KEY, load, save};

#[cfg(target_arch = "wasm32")]
mod browser {
    use super::Accounts;
    use crate::platform::storage;

    pub const KEY: &str = "minglu.accounts";

    pub fn load() -> Accounts {
        storage::get(KEY).unwrap_or_default()
    }

    pub fn save(accounts: &Accounts) {
        // Without preferences the app still works; it asks for the log-in at the next start.
        storage::set(KEY, accounts);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::areas::people::Role;
    use uuid::Uuid;

    fn remembered(person: u128, login: &str) -> Remembered {
        Remembered {
            account: Account {
                organization_id: OrganizationId(Uuid::from_u128(1)),
                person_id: PersonId(Uuid::from_u128(person)),
                name: String::new(),
                role: Role::Volunteer,
                department_id: None,
                device_id: DeviceId(Uuid::from_u128(person + 100)),
            },
            organization_name: String::new(),
            photo_limit: 0,
            login: login.to_owned(),
        }
    }

    #[test]
    fn the_account_entered_last_is_the_current_one() {
        let mut accounts = Accounts::default();
        accounts.enter(remembered(1, "a"));
        accounts.enter(remembered(2, "b"));
        accounts.enter(remembered(1, ""));
        let current = accounts.current().map(|known| known.account.person_id);
        assert_eq!(current, Some(PersonId(Uuid::from_u128(1))));
        assert_eq!(accounts.list.len(), 2);
    }

    #[test]
    fn a_device_keeps_its_id_for_an_account_over_a_log_out() {
        let mut accounts = Accounts::default();
        accounts.enter(remembered(1, "13800000000"));
        accounts.enter(remembered(1, ""));
        accounts.signed_in = false;
        assert_eq!(accounts.current(), None);
        assert_eq!(
            accounts.device_for_login("13800000000"),
            Some(DeviceId(Uuid::from_u128(101)))
        );
        assert_eq!(accounts.device_for_login("13900000000"), None);
    }
}
