//! Rarer troubles: somebody else logs in on the phone, a session ends, disks fail or fill up, a browser
//! evicts the store, the app is an older build, the server comes back from a backup.

use std::rc::Rc;

use domain::{DeviceId, api::sync::PulledRow};
use serde_json::Value;
use sync::{Account, transport::Response};

use crate::{
    checks::Contents,
    phone::{Fall, NEWEST, Phone},
    plan::Act,
    random::Random,
    simulation::Simulation,
};

/// Room that a full disk still has, in bytes.
const LEFT_BYTES: usize = 3_000;

impl Simulation {
    pub fn trouble(self: &Rc<Self>, phone: &Rc<Phone>, act: Act) {
        match act {
            Act::SwitchAccount { ms } => self.switch_account(phone, ms),
            Act::EndSession { ms } => self.end_session(phone, ms),
            Act::DamagePhoto { missing } => self.damage_photo(phone, missing),
            Act::DiskFull { ms } => self.fill_disk(phone, ms),
            Act::StoreLost { ms } => self.lose_store(phone, ms),
            Act::Evict { down_ms } => self.evict(phone, down_ms),
            Act::OlderBuild { ms } => self.run_older_build(phone, ms),
            Act::TimeZone { minutes } => {
                self.say(&format!("{}: UTC{minutes:+} minutes", phone.name()));
                phone.utc_offset.set(minutes);
            }
            Act::BackUp => {
                let folder = tempfile::tempdir().expect("a folder");
                self.server.back_up(&folder.path().join("minglu.backup"));
                self.say("the server is backed up");
                self.backup.replace(Some(folder));
            }
            Act::RestoreServer => self.restore_server(),
            _ => {}
        }
    }

    /// Somebody else logs in on the phone while a tab of the first account stays open; then the first one
    /// again, while a tab of the second stays open. Each account has its own store, the browser one session.
    fn switch_account(self: &Rc<Self>, host: &Rc<Phone>, ms: i64) {
        if host.guest.get().is_some() || host.is_guest.get() {
            return;
        }
        let index = self.phones.borrow().len();
        let mut random = self.random(&[6, index as u64]);
        let others: Vec<_> = self.server.people[1..]
            .iter()
            .filter(|person| person.id != host.account.person_id)
            .collect();
        let person = random.pick(&others);
        let account = Account {
            person_id: person.id,
            name: person.name.clone(),
            role: person.role,
            device_id: DeviceId(random.uuid()),
            ..host.account.clone()
        };
        let token = self.server.log_in(person.id, account.device_id);
        let guest = Phone::new(index, account, token.clone(), host.lockless, random);
        let guest = Rc::new(guest);
        guest.is_guest.set(true);
        self.say(&format!("{} logs in on {}", guest.name(), host.name()));
        host.guest.set(Some(index));
        host.borrow_session(token);
        self.phones.borrow_mut().push(guest.clone());
        guest.open_tab(self);
        let (simulation, host) = (self.clone(), host.clone());
        self.machine.after(ms, move || {
            if simulation.is_healed.get() {
                return;
            }
            simulation.say(&format!("{} logs in again", host.name()));
            simulation.log_in(&host);
            guest.borrow_session(host.token());
        });
    }

    fn log_in(&self, phone: &Phone) {
        let account = &phone.account;
        let token = self.server.log_in(account.person_id, account.device_id);
        phone.set_token(token);
    }

    fn end_session(self: &Rc<Self>, phone: &Rc<Phone>, ms: i64) {
        self.say(&format!("{}: the session ends", phone.name()));
        self.server.end_session(&phone.own_token());
        let (simulation, phone) = (self.clone(), phone.clone());
        self.machine.after(ms, move || simulation.log_in(&phone));
    }

    /// Who was shut out, logs in again; whose browser holds another session, takes the own one back.
    pub fn log_everybody_in(&self) {
        for phone in self.phones.borrow().iter() {
            let own = phone.own_token();
            if self.server.knows(&own) {
                phone.set_token(own);
            } else {
                self.log_in(phone);
            }
        }
    }

    fn damage_photo(&self, phone: &Phone, missing: bool) {
        let contents = Contents::of(phone);
        let uploads = contents.uploads.iter();
        let names: Vec<&String> = uploads
            .filter(|upload| upload.stored_at.is_none() && contents.bytes.contains(&upload.sha256))
            .map(|upload| &upload.sha256)
            .collect();
        let mut random = self.random(&[9, phone.index as u64, names.len() as u64]);
        if names.is_empty() {
            return;
        }
        let name = names[random.below(names.len())];
        self.say(&format!("{}: {name} is damaged", phone.name()));
        let bytes = (!missing).then(|| b"damaged".to_vec());
        phone.memory.damage_bytes(name, bytes);
        let mut ledger = self.ledger.borrow_mut();
        ledger.damaged.insert((phone.index, name.clone()));
    }

    fn fill_disk(self: &Rc<Self>, phone: &Rc<Phone>, ms: i64) {
        self.say(&format!("{}: the disk is full for {ms} ms", phone.name()));
        let used = phone.memory.used_bytes();
        phone.memory.limit_bytes(Some(used + LEFT_BYTES));
        let phone = phone.clone();
        self.machine
            .after(ms, move || phone.memory.limit_bytes(None));
    }

    fn lose_store(self: &Rc<Self>, phone: &Rc<Phone>, ms: i64) {
        self.say(&format!("{}: no connection to the store", phone.name()));
        phone.is_store_lost.set(true);
        let phone = phone.clone();
        self.machine
            .after(ms, move || phone.is_store_lost.set(false));
    }

    /// The browser throws the whole store away, with whatever was unsent.
    fn evict(self: &Rc<Self>, phone: &Rc<Phone>, down_ms: i64) {
        self.say(&format!("{}: the store is evicted", phone.name()));
        let fall = Fall {
            power_cut: false,
            down_ms,
        };
        self.go_off(phone, fall);
        phone.memory.evict();
        phone.evictions.set(phone.evictions.get() + 1);
        let mut ledger = self.ledger.borrow_mut();
        for promised in ledger.promised.values_mut() {
            promised.phones.remove(&phone.index);
        }
        ledger.drafts.retain(|(index, _)| *index != phone.index);
        ledger.damaged.retain(|(index, _)| *index != phone.index);
    }

    fn run_older_build(self: &Rc<Self>, phone: &Rc<Phone>, ms: i64) {
        self.say(&format!("{} runs an older build", phone.name()));
        self.install(phone, NEWEST - 1);
        let (simulation, phone) = (self.clone(), phone.clone());
        self.machine.after(ms, move || {
            if simulation.is_healed.get() {
                return;
            }
            simulation.say(&format!("{} is updated", phone.name()));
            simulation.install(&phone, NEWEST);
        });
    }

    pub fn install(self: &Rc<Self>, phone: &Rc<Phone>, build: u32) {
        phone.build.set(build);
        let fall = Fall {
            power_cut: false,
            down_ms: 300,
        };
        self.go_off(phone, fall);
    }

    fn restore_server(self: &Rc<Self>) {
        let Some(folder) = self.backup.take() else {
            return;
        };
        self.say("the server comes back from its backup");
        for (_, hanging) in self.hanging.take() {
            self.server.release(hanging);
        }
        self.server.restore(&folder.path().join("minglu.backup"));
    }
}

/// What an older build can't read: sign-ups, as far as it goes, are something of the future.
pub fn seen_by_older_build(response: Response) -> Response {
    let Ok(mut page) = serde_json::from_slice::<Value>(&response.body) else {
        return response;
    };
    let Some(rows) = page["rows"].as_array_mut() else {
        return response;
    };
    for row in rows {
        for place in ["/row/area", "/record/area"] {
            if let Some(area) = row.pointer_mut(place).filter(|area| *area == "sign_ups") {
                *area = Value::from("journeys");
            }
        }
        debug_assert!(
            !row.to_string().contains("journeys")
                || serde_json::from_value::<PulledRow>(row.clone()).is_err()
        );
    }
    Response {
        body: serde_json::to_vec(&page).expect("JSON"),
        ..response
    }
}

/// When which of them strike, by the seed.
pub fn steps(random: &mut Random, length_ms: i64, phones: usize) -> Vec<(i64, usize, Act)> {
    const MINUTE: i64 = 60_000;
    let mut steps = Vec::new();
    let mut add = |random: &mut Random, permille, act: Act| {
        let at = random.range(length_ms / 8, length_ms);
        let phone = random.below(phones);
        if random.chance(permille) {
            steps.push((at, phone, act));
        }
    };
    let ms = |random: &mut Random| random.range(2_000, 4 * MINUTE);
    let act = Act::SwitchAccount { ms: ms(random) };
    add(random, 90, act);
    let act = Act::EndSession { ms: ms(random) };
    add(random, 90, act);
    for _ in 0..3 {
        let act = Act::DamagePhoto {
            missing: random.chance(500),
        };
        add(random, 90, act);
    }
    let act = Act::DiskFull { ms: ms(random) };
    add(random, 90, act);
    let act = Act::StoreLost { ms: ms(random) };
    add(random, 70, act);
    let act = Act::Evict {
        down_ms: ms(random),
    };
    add(random, 50, act);
    let act = Act::OlderBuild { ms: ms(random) };
    add(random, 90, act);
    let act = Act::TimeZone {
        minutes: random.pick(&[-480, 0, 345, 840]),
    };
    add(random, 100, act);
    for _ in 0..2 {
        add(random, 80, Act::EarlyEdit);
    }
    add(random, 100, Act::MoveActivity);
    if random.chance(80) {
        let at = random.range(0, length_ms);
        steps.push((at, 0, Act::BackUp));
        let act = Act::RestoreServer;
        steps.push((random.range(at + 1, length_ms + 2), 0, act));
    }
    steps
}
