//! One run: a seed's plan carried out, the network healed, and the promises checked.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use domain::{ActivityId, DeviceId, OpId, PersonId};
use sync::{
    Account, Saved,
    transport::{Request, Response},
};
use uuid::Uuid;

use crate::{
    backend::{Hanging, Server},
    checks::{self, Broken},
    disk::OutboxEntry,
    gates::{Code, Read},
    machine::Machine,
    mutations::{self, Mutation},
    network::{Answer, Weather},
    numbers::Feed,
    phone::{Fall, Phone},
    plan::{Act, Plan, Step},
    random::Random,
    support::{Backend, NOW},
};

/// What the firewall of the seed doesn't let through.
pub const SENSITIVE: &str = "敏感词";
/// P7: once faults end, queues drain within so long.
pub const DRAIN_MS: i64 = 120_000;

#[derive(Clone, Debug)]
pub struct Options {
    pub seed: u64,
    pub backend: Backend,
    pub mutation: Option<Mutation>,
    /// Steps of the plan that are left out, by their place.
    pub without: BTreeSet<usize>,
    /// Without what strikes single requests.
    pub fair_weather: bool,
}

impl Options {
    pub fn new(seed: u64, backend: Backend) -> Self {
        Self {
            seed,
            backend,
            mutation: None,
            without: BTreeSet::new(),
            fair_weather: false,
        }
    }
}

/// What a run came to.
#[derive(Clone, Debug)]
pub struct Report {
    pub broken: Vec<Broken>,
    /// What happened, line by line.
    pub story: Vec<String>,
    /// Of the story: the same seed gives the same one.
    pub hash: String,
    pub requests: u64,
    pub operations: usize,
    pub verdicts: BTreeMap<String, usize>,
}

/// An operation that a phone wrote to its disk for good.
#[derive(Clone, Debug)]
pub struct Promised {
    pub raw: String,
    pub record: Option<domain::RecordRef>,
    pub phones: BTreeSet<usize>,
}

#[derive(Default)]
pub struct Ledger {
    pub promised: BTreeMap<OpId, Promised>,
    /// What pages were told to be saved.
    pub saved: BTreeSet<OpId>,
    /// Drafts that were saved and not submitted since, by phone.
    pub drafts: BTreeSet<(usize, Uuid)>,
    /// Phones that had to read their whole scope again.
    pub healed: BTreeSet<usize>,
    /// Phones that ever said that they aren't in step with the server.
    pub out_of_step: BTreeSet<usize>,
    /// Blobs that a disk damaged, by phone.
    pub damaged: BTreeSet<(usize, String)>,
    /// What is known of codes that operations carry.
    pub read: BTreeMap<OpId, Read>,
    seen: BTreeSet<String>,
}

/// What stands between phones and server in a test; `None` lets the request through.
pub type Rule = Box<dyn Fn(&Request) -> Option<u16>>;

pub struct Simulation {
    pub machine: Machine,
    pub server: Server,
    pub phones: RefCell<Vec<Rc<Phone>>>,
    pub ledger: RefCell<Ledger>,
    options: Options,
    pub weather: RefCell<Weather>,
    pub gateway: Cell<Option<u16>>,
    pub firewall: Cell<Option<u16>>,
    rule: RefCell<Option<Rule>>,
    pub answers: RefCell<Vec<Answer>>,
    pub hanging: RefCell<BTreeMap<u64, Hanging>>,
    pub next: Cell<u64>,
    /// The folder of the server's last backup.
    pub backup: RefCell<Option<tempfile::TempDir>>,
    /// Whether all faults are over.
    pub is_healed: Cell<bool>,
    /// Codes that somebody has seen.
    pub codes: RefCell<Vec<Code>>,
    /// Lines of the feed that a mutation holds back.
    pub late: RefCell<Feed>,
    tabs: Cell<usize>,
    served: Cell<u64>,
    story: RefCell<Vec<String>>,
}

/// Server and phones of a plan, before anything happened.
fn set_up(options: &Options, plan: &Plan) -> Rc<Simulation> {
    let mut random = Random::of(options.seed, &[4]);
    let server = Server::new(options.backend, &mut random, plan.pull_rows);
    let simulation = Rc::new(Simulation {
        machine: Machine::new(NOW.0, Random::of(options.seed, &[5])),
        server,
        phones: RefCell::default(),
        ledger: RefCell::default(),
        options: options.clone(),
        weather: RefCell::default(),
        gateway: Cell::new(None),
        firewall: Cell::new(None),
        rule: RefCell::default(),
        answers: RefCell::default(),
        hanging: RefCell::default(),
        next: Cell::new(0),
        backup: RefCell::default(),
        is_healed: Cell::new(false),
        codes: RefCell::default(),
        late: RefCell::default(),
        tabs: Cell::new(0),
        served: Cell::new(0),
        story: RefCell::default(),
    });
    for (index, person) in plan.phones.iter().enumerate() {
        simulation.hand_out(index, *person, plan, &mut random);
    }
    simulation
}

/// Phones of these people after their first visit, for a test that lets things happen itself.
pub fn stage(backend: Backend, people: &[usize], lockless: bool) -> Rc<Simulation> {
    stage_with(
        backend,
        &Plan {
            phones: people.to_vec(),
            lockless,
            ..Plan::of(0)
        },
    )
}

pub fn stage_with(backend: Backend, plan: &Plan) -> Rc<Simulation> {
    let simulation = set_up(&Options::new(0, backend), plan);
    simulation.run_for(20_000);
    simulation
}

/// Carries out a seed's plan.
pub fn run(options: &Options) -> Report {
    let plan = Plan::of(options.seed);
    let simulation = set_up(options, &plan);
    // The first visit is online: the phones learn of forms, people and activities.
    simulation.run_for(20_000);
    if !options.fair_weather {
        simulation.weather.replace(plan.weather.clone());
    }
    for (place, step) in plan.steps.iter().enumerate() {
        if !options.without.contains(&place) {
            let (simulation, step) = (simulation.clone(), step.clone());
            let machine = simulation.clone();
            machine.machine.after(step.at_ms, move || {
                simulation.perform(&step);
            });
        }
    }
    simulation.run_for(plan.length_ms);
    simulation.heal();
    simulation.run_for(DRAIN_MS);
    let mut broken = checks::all(&simulation);
    broken.extend(simulation.is_quiet());
    let report = simulation.report(broken);
    simulation.end();
    report
}

impl Simulation {
    pub fn mutation(&self) -> Option<Mutation> {
        self.options.mutation
    }

    /// A source of numbers for one purpose.
    pub fn random(&self, purpose: &[u64]) -> Random {
        Random::of(self.options.seed, purpose)
    }

    pub fn say(&self, what: &str) {
        let at = self.machine.now() - NOW.0;
        let line = format!("{:>10.3} s  {what}", at as f64 / 1_000.0);
        self.story.borrow_mut().push(line);
    }

    pub fn run_for(self: &Rc<Self>, ms: i64) {
        self.machine
            .run_for(ms, &|now| self.server.set_now(now), &|owner| {
                self.burn_fuse(owner);
            });
    }

    fn hand_out(self: &Rc<Self>, index: usize, person: usize, plan: &Plan, random: &mut Random) {
        let person = &self.server.people[person];
        let device_id = DeviceId(random.uuid());
        let account = Account {
            organization_id: self.server.organization,
            person_id: person.id,
            name: person.name.clone(),
            role: person.role,
            department_id: None,
            device_id,
        };
        let token = self.server.log_in(person.id, device_id);
        let seed = self.random(&[6, index as u64]);
        let phone = Rc::new(Phone::new(index, account, token, plan.lockless, seed));
        self.phones.borrow_mut().push(phone.clone());
        phone.open_tab(self);
    }

    pub fn next_tab(&self) -> usize {
        self.tabs.set(self.tabs.get() + 1);
        self.tabs.get()
    }

    pub fn activity(&self, place: usize) -> ActivityId {
        self.server.activities[place].id
    }

    pub fn person(&self, place: usize) -> PersonId {
        self.server.people[place].id
    }

    pub fn weather(&self) -> Weather {
        self.weather.borrow().clone()
    }

    /// What a gateway before the server says, if it doesn't let the request through.
    pub fn gateway(&self, request: &Request) -> Option<u16> {
        if let Some(rule) = &*self.rule.borrow() {
            return rule(request);
        }
        self.gateway.get().or_else(|| {
            let status = self.firewall.get()?;
            let body = String::from_utf8_lossy(&request.body);
            body.contains(SENSITIVE).then_some(status)
        })
    }

    pub fn set_rule(&self, rule: impl Fn(&Request) -> Option<u16> + 'static) {
        self.rule.replace(Some(Box::new(rule)));
    }

    pub fn drop_rule(&self) {
        self.rule.replace(None);
    }

    pub fn phone(&self, index: usize) -> Rc<Phone> {
        self.phones.borrow()[index].clone()
    }

    /// Lets something happen on or to a phone now.
    pub fn now(self: &Rc<Self>, phone: usize, act: Act) {
        self.perform(&Step {
            at_ms: 0,
            phone,
            act,
        });
    }

    /// Whether a timer of so many ms never fires.
    pub fn never_wakes(&self, ms: i64) -> bool {
        self.mutation() == Some(Mutation::TimerNotArmed) && ms > 3_000
    }

    pub fn watch(&self, answer: &Answer) {
        let mut answers = self.answers.borrow_mut();
        answers.retain(Answer::is_awaited);
        answers.push(answer.clone());
    }

    /// A request reaches the server.
    pub fn serve(&self, phone: &Phone, request: &Request) -> Response {
        self.served.set(self.served.get() + 1);
        if let Some(mutation) = self.mutation() {
            let mut random = self.random(&[7, self.served.get()]);
            let said = mutations::serve(mutation, self, phone, request, &mut random);
            if let Some(said) = said {
                return said;
            }
        }
        self.server.answer(&phone.token(), request)
    }

    /// Whether nothing of that name was seen before.
    pub fn first_time(&self, name: &str) -> bool {
        self.ledger.borrow_mut().seen.insert(name.to_owned())
    }

    pub fn promise(&self, phone: usize, entries: Vec<OutboxEntry>) {
        let mut ledger = self.ledger.borrow_mut();
        for entry in entries {
            ledger
                .promised
                .entry(entry.op_id)
                .or_insert_with(|| Promised {
                    raw: entry.operation.get().to_owned(),
                    record: entry.record(),
                    phones: BTreeSet::new(),
                })
                .phones
                .insert(phone);
        }
    }

    pub fn saved(&self, saved: &Saved) {
        self.ledger.borrow_mut().saved.insert(saved.op_id);
    }

    pub fn drafted(&self, phone: usize, draft: Uuid) {
        self.ledger.borrow_mut().drafts.insert((phone, draft));
    }

    pub fn submitted(&self, phone: usize, draft: Uuid) {
        self.ledger.borrow_mut().drafts.remove(&(phone, draft));
    }

    pub fn note_heal(&self, phone: usize) {
        if self.ledger.borrow_mut().healed.insert(phone) {
            self.say(&format!("phone {phone} has to read everything again"));
        }
    }

    pub fn note_out_of_step(&self, phone: usize) {
        self.say(&format!("phone {phone} says that it isn't in step"));
        self.ledger.borrow_mut().out_of_step.insert(phone);
    }

    pub fn is_store_lost(&self, phone: usize) -> bool {
        let phones = self.phones.borrow();
        phones
            .get(phone)
            .is_some_and(|phone| phone.is_store_lost.get())
    }

    /// P7: a phone with nothing to do asks the server about once a minute, not all the time. One that was
    /// shut out asks twice at each of some five tries.
    pub fn is_quiet(self: &Rc<Self>) -> Vec<Broken> {
        let phones = self.phones.borrow().clone();
        let before: Vec<u64> = phones.iter().map(|phone| phone.calls()).collect();
        self.run_for(DRAIN_MS);
        let mut broken = Vec::new();
        for (phone, before) in phones.iter().zip(before) {
            let calls = phone.calls() - before;
            if calls > 12 * phone.tabs.borrow().len() as u64 {
                broken.push(Broken {
                    promise: "P7",
                    what: format!("{} asks {calls} times in two quiet minutes", phone.name()),
                });
            }
        }
        broken
    }

    fn report(&self, broken: Vec<Broken>) -> Report {
        let story = self.story.borrow().clone();
        Report {
            broken,
            hash: domain::keys::sha256_hex(story.join("\n").as_bytes()),
            story,
            requests: self.phones.borrow().iter().map(|phone| phone.calls()).sum(),
            operations: self.ledger.borrow().promised.len(),
            verdicts: checks::verdicts(self),
        }
    }

    /// Breaks the circles, so that the next run starts from nothing.
    pub fn end(&self) {
        self.answers.take();
        self.machine.clear();
        for phone in self.phones.take() {
            phone.fall(
                self,
                Fall {
                    power_cut: false,
                    down_ms: 0,
                },
            );
        }
        for (_, hanging) in self.hanging.take() {
            self.server.release(hanging);
        }
    }
}
