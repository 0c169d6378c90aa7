//! What a plan's steps do to phones, network and server, and how everything heals at the end.

use std::rc::Rc;

use sync::transport::Unreachable;
use uuid::Uuid;

use crate::{
    backend::Hanging,
    machine::Owner,
    network::Weather,
    office, person,
    phone::{Fall, Link, NEWEST, Phone},
    plan::{Act, Step},
    simulation::Simulation,
};

impl Simulation {
    pub fn perform(self: &Rc<Self>, step: &Step) {
        let phone = self.phones.borrow()[step.phone].clone();
        let name = phone.name();
        match step.act {
            Act::Fall { after_polls, fall } => {
                self.say(&format!("{name} will go off after {after_polls} polls"));
                phone.fuse.set(Some((after_polls, fall)));
            }
            Act::SecondTab if phone.is_open() => {
                self.say(&format!("{name} opens another tab"));
                phone.open_tab(self);
            }
            Act::SecondTab => {}
            Act::CloseTab => phone.close_tab(self),
            Act::Freeze { ms } => self.freeze(&phone, ms),
            Act::Offline { link, ms } => {
                self.say(&format!("{name}: {link:?} for {ms} ms"));
                phone.set_link(link);
                self.machine.after(ms, move || phone.set_link(Link::Up));
            }
            Act::ClockJump { ms } => {
                self.say(&format!("{name}: the clock is set by {ms} ms"));
                phone.skew.set(phone.skew.get() + ms);
            }
            Act::Clone => self.copy(&phone),
            Act::ServerDown { status, ms } => {
                self.say(&format!("the server is down for {ms} ms: {status}"));
                self.gateway.set(Some(status));
                let simulation = self.clone();
                self.machine.after(ms, move || simulation.gateway.set(None));
            }
            Act::Firewall { status, ms } => {
                self.say(&format!("a firewall answers {status} for {ms} ms"));
                self.firewall.set(Some(status));
                let simulation = self.clone();
                self.machine
                    .after(ms, move || simulation.firewall.set(None));
            }
            Act::LongSleep { days } => self.long_sleep(days),
            Act::Approve
            | Act::Return
            | Act::TakeIn
            | Act::Close
            | Act::ForgetGuest
            | Act::StrikeGuest
            | Act::PhotoWords
            | Act::EditActivity
            | Act::MoveActivity
            | Act::Revoke
            | Act::SetRole(_)
            | Act::Deactivate => {
                let person = phone.account.person_id;
                let told = office::act(&self.server, step.act, person);
                self.say(&format!("the office, {:?}: {told}", step.act));
            }
            Act::SwitchAccount { .. }
            | Act::EndSession { .. }
            | Act::DamagePhoto { .. }
            | Act::DiskFull { .. }
            | Act::StoreLost { .. }
            | Act::Evict { .. }
            | Act::OlderBuild { .. }
            | Act::TimeZone { .. }
            | Act::BackUp
            | Act::RestoreServer => self.trouble(&phone, step.act),
            act => person::act(self, &phone, act),
        }
    }

    fn freeze(self: &Rc<Self>, phone: &Rc<Phone>, ms: i64) {
        let Some(tab) = phone.tabs.borrow().first().map(|tab| tab.index) else {
            return;
        };
        let owner = Owner {
            phone: phone.index,
            tab,
        };
        self.say(&format!("{}: a tab freezes for {ms} ms", phone.name()));
        self.machine.freeze(owner, true);
        let simulation = self.clone();
        self.machine
            .after(ms, move || simulation.machine.freeze(owner, false));
    }

    /// A second phone comes up from a backup of the first one, with the same numbers and session.
    fn copy(self: &Rc<Self>, of: &Rc<Phone>) {
        let index = self.phones.borrow().len();
        of.is_copied.set(true);
        let seed = self.random(&[6, index as u64]);
        let copy = Rc::new(of.restored(index, seed));
        self.say(&format!("{} comes up", copy.name()));
        let mut ledger = self.ledger.borrow_mut();
        for promised in ledger.promised.values_mut() {
            if promised.phones.contains(&of.index) {
                promised.phones.insert(index);
            }
        }
        let drafts: Vec<Uuid> = ledger
            .drafts
            .iter()
            .filter(|(phone, _)| *phone == of.index)
            .map(|(_, draft)| *draft)
            .collect();
        ledger
            .drafts
            .extend(drafts.into_iter().map(|draft| (index, draft)));
        let damaged: Vec<String> = ledger
            .damaged
            .iter()
            .filter(|(phone, _)| *phone == of.index)
            .map(|(_, name)| name.clone())
            .collect();
        ledger
            .damaged
            .extend(damaged.into_iter().map(|name| (index, name)));
        drop(ledger);
        self.phones.borrow_mut().push(copy.clone());
        copy.open_tab(self);
    }

    /// Every phone is off for days; the server's hourly jobs run.
    fn long_sleep(self: &Rc<Self>, days: i64) {
        self.say(&format!("everybody is off for {days} days"));
        let phones = self.phones.borrow().clone();
        for phone in &phones {
            let fall = Fall {
                power_cut: false,
                down_ms: days * 24 * 3_600_000,
            };
            self.go_off(phone, fall);
        }
        let simulation = self.clone();
        self.machine.after(days * 24 * 3_600_000 - 1_000, move || {
            simulation.server.maintain();
        });
    }

    pub fn burn_fuse(self: &Rc<Self>, owner: Owner) {
        let phone = self.phones.borrow()[owner.phone].clone();
        match phone.fuse.get() {
            Some((0, fall)) => self.go_off(&phone, fall),
            Some((left, fall)) => phone.fuse.set(Some((left - 1, fall))),
            None => {}
        }
    }

    pub fn go_off(self: &Rc<Self>, phone: &Rc<Phone>, fall: Fall) {
        let cut = if fall.power_cut { ", power cut" } else { "" };
        self.say(&format!("{} goes off{cut}", phone.name()));
        phone.fall(self, fall);
        let (simulation, phone) = (self.clone(), phone.clone());
        self.machine.after(fall.down_ms, move || {
            simulation.come_back(&phone);
        });
    }

    fn come_back(self: &Rc<Self>, phone: &Rc<Phone>) {
        if !phone.is_open() {
            self.say(&format!("{} is opened again", phone.name()));
            phone.open_tab(self);
        }
    }

    /// Every fault ends.
    pub fn heal(self: &Rc<Self>) {
        self.say("everything heals");
        self.is_healed.set(true);
        self.weather.replace(Weather::default());
        self.gateway.set(None);
        self.firewall.set(None);
        self.machine.thaw_all();
        for answer in self.answers.take() {
            answer.give(Err(Unreachable));
        }
        for (_, hanging) in self.hanging.take() {
            self.server.release(hanging);
        }
        for phone in self.phones.borrow().clone() {
            phone.set_link(Link::Up);
            phone.fuse.set(None);
            phone.memory.limit_bytes(None);
            phone.is_store_lost.set(false);
            // An old build is updated, and an app that couldn't open its store is opened again.
            if phone.build.get() != NEWEST || phone.replica(0).is_none() {
                self.install(&phone, NEWEST);
            }
            self.come_back(&phone);
        }
        self.log_everybody_in();
    }

    pub fn keep_hanging(self: &Rc<Self>, hanging: Hanging, release_ms: i64) {
        self.next.set(self.next.get() + 1);
        let number = self.next.get();
        self.hanging.borrow_mut().insert(number, hanging);
        let simulation = self.clone();
        self.machine.after(release_ms, move || {
            let hanging = simulation.hanging.borrow_mut().remove(&number);
            if let Some(hanging) = hanging {
                simulation.say("a hanging upload breaks");
                simulation.server.release(hanging);
            }
        });
    }
}
