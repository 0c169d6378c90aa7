//! The promises of docs/sync.md, each a check of its own on what disks and database hold at the end.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    rc::Rc,
};

use domain::{OpId, Outcome, Receipt, operation::payload_hash};
use serde::Deserialize;
use serde_json::{Value, value::RawValue};
use sqlx::Row as _;
use sync::{
    Problem, Storage as _,
    storage::{Mode, Store},
};

use crate::{
    disk::OutboxEntry,
    gates,
    guests::{self, is_the_same_guest},
    phone::Phone,
    photo_words, said,
    scope::{self, query},
    simulation::Simulation,
    words,
};

/// A phone that has nothing to send pulls once a minute; …
const PULL_MS: i64 = 75_000;
/// … after failures it may rest for so long.
const REST_MS: i64 = 310_000;

/// A promise that didn't hold, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// `P1` … `P8`, or `status`, `gate`, `guest`, `words`.
    pub promise: &'static str,
    pub what: String,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.promise, self.what)
    }
}

/// What lies on a phone's disk.
pub struct Contents {
    pub outbox: Vec<OutboxEntry>,
    pub sent: BTreeMap<OpId, Vec<SentEntry>>,
    pub uploads: Vec<UploadEntry>,
    pub synced: BTreeMap<String, Value>,
    pub drafts: BTreeSet<String>,
    pub problems: Vec<Problem>,
    pub bytes: BTreeSet<String>,
}

#[derive(Debug, Deserialize)]
pub struct SentEntry {
    pub op_id: OpId,
    pub operation: Box<RawValue>,
    pub outcome: Outcome,
    pub receipt: Option<Receipt>,
}

#[derive(Debug, Deserialize)]
pub struct UploadEntry {
    pub sha256: String,
    pub wanted: bool,
    pub stored_at: Option<i64>,
    pub lost: bool,
}

impl Contents {
    pub fn of(phone: &Phone) -> Self {
        // A copy: a task that stands inside a transaction keeps the original's turn.
        let memory = phone.memory.restore_copy();
        futures::executor::block_on(async {
            let tx = memory.begin(Mode::Read).await.expect("read");
            let list = async |store, prefix| -> Vec<(String, String)> {
                tx.list(store, prefix).await.expect("read")
            };
            let mut sent: BTreeMap<OpId, Vec<SentEntry>> = BTreeMap::new();
            for entry in read::<SentEntry>(&list(Store::Sent, "").await) {
                sent.entry(entry.op_id).or_default().push(entry);
            }
            let uploads: Vec<UploadEntry> = read(&list(Store::Uploads, "").await);
            let mut bytes = BTreeSet::new();
            for upload in &uploads {
                let found = tx.get_bytes(&upload.sha256).await.expect("read");
                if found.is_some_and(|found| domain::keys::sha256_hex(&found) == upload.sha256) {
                    bytes.insert(upload.sha256.clone());
                }
            }
            let synced = list(Store::Synced, "").await;
            Self {
                outbox: read(&list(Store::Outbox, "").await),
                sent,
                uploads,
                synced: synced
                    .iter()
                    .map(|(key, text)| {
                        let value: Value = serde_json::from_str(text).expect("JSON");
                        (key.clone(), value["row"].clone())
                    })
                    .collect(),
                drafts: list(Store::Drafts, "")
                    .await
                    .into_iter()
                    .map(|(key, _)| key)
                    .collect(),
                problems: read(&list(Store::Meta, "problem/").await),
                bytes,
            }
        })
    }
}

fn read<'a, T: Deserialize<'a>>(found: &'a [(String, String)]) -> Vec<T> {
    found
        .iter()
        .map(|(key, text)| {
            serde_json::from_str(text).unwrap_or_else(|error| panic!("{key}: {error}"))
        })
        .collect()
}

/// A line of the server's inbox.
pub struct Received {
    pub raw: String,
    pub hash: String,
    pub outcome: Outcome,
    /// Why the office closed it.
    pub closed: Option<String>,
}

/// Everything that the checks look at.
pub struct Scene<'a> {
    pub simulation: &'a Rc<Simulation>,
    pub phones: Vec<(Rc<Phone>, Contents)>,
    pub inbox: BTreeMap<OpId, Received>,
    /// Whose account is closed: they hear nothing any more that comes by pulls.
    closed: BTreeSet<String>,
}

impl Scene<'_> {
    pub fn is_closed(&self, phone: &Phone) -> bool {
        self.closed.contains(&phone.account.person_id.to_string())
    }
}

/// P7 within two minutes of the end of all faults; the rest when every phone has pulled once more.
pub fn all(simulation: &Rc<Simulation>) -> Vec<Broken> {
    let mut broken: Vec<Broken> = queues_are_drained(&scene(simulation))
        .into_iter()
        .map(|what| Broken {
            promise: "P7",
            what,
        })
        .collect();
    simulation.run_for(PULL_MS);
    let mut others = all_but_drained(&scene(simulation));
    if !others.is_empty() {
        simulation.run_for(REST_MS);
        others = all_but_drained(&scene(simulation));
    }
    broken.extend(others);
    broken
}

fn scene(simulation: &Rc<Simulation>) -> Scene<'_> {
    let phones = simulation.phones.borrow().clone();
    Scene {
        simulation,
        phones: phones
            .into_iter()
            .map(|phone| {
                let contents = Contents::of(&phone);
                (phone, contents)
            })
            .collect(),
        inbox: inbox(simulation),
        closed: query(
            simulation,
            "select id from people where organization_id = $1 and active = 0",
        )
        .iter()
        .map(|row| row.get("id"))
        .collect(),
    }
}

fn all_but_drained(scene: &Scene<'_>) -> Vec<Broken> {
    let mut broken = Vec::new();
    let mut note = |promise, found: Vec<String>| {
        broken.extend(found.into_iter().map(|what| Broken { promise, what }));
    };
    note("P1", nothing_is_lost(scene));
    note("P2", scope::nothing_takes_effect_twice(scene));
    note("P3", scope::replicas_agree(scene));
    note("P3", said::lists_are_true(scene));
    note("P4", one_outcome_each(scene));
    note("P5", scope::bytes_are_what_they_say(scene));
    note("P6", scope::nothing_foreign(scene));
    note("P8", scope::nothing_is_skipped(scene));
    note("status", said::the_status_is_true(scene));
    note("status", said::damage_is_shown(scene));
    note("status", said::alarms_are_true(scene));
    note("gate", gates::codes_prove_what_they_should(scene));
    note("guest", guests::forgotten_names_are_gone(scene));
    note("words", photo_words::no_words_are_lost(scene));
    broken
}

fn inbox(simulation: &Simulation) -> BTreeMap<OpId, Received> {
    let server = &simulation.server;
    server.runtime.block_on(async {
        let rows = sqlx::query(
            "select op_id, raw, payload_hash, outcome, closed from inbox where organization_id = $1",
        )
        .bind(server.organization.to_string())
        .fetch_all(server.app().state.db.read())
        .await
        .expect("the inbox is read");
        rows.iter()
            .map(|row| {
                let id: String = row.get("op_id");
                let outcome: String = row.get("outcome");
                let received = Received {
                    raw: row.get("raw"),
                    hash: row.get("payload_hash"),
                    outcome: serde_json::from_str(&outcome).expect("an outcome"),
                    closed: row.get("closed"),
                };
                (OpId(id.parse().expect("an id")), received)
            })
            .collect()
    })
}

/// How the server's verdicts are spread.
pub fn verdicts(simulation: &Simulation) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for received in inbox(simulation).values() {
        *counts
            .entry(words::of_outcome(&received.outcome))
            .or_insert(0) += 1;
    }
    counts
}

/// P1: what was saved is in an outbox or in the inbox, as it was; drafts and bytes are where they were.
fn nothing_is_lost(scene: &Scene<'_>) -> Vec<String> {
    let mut found = Vec::new();
    let ledger = scene.simulation.ledger.borrow();
    for id in &ledger.saved {
        if !ledger.promised.contains_key(id) {
            found.push(format!("{id} was called saved and never written"));
        }
    }
    for (id, promised) in &ledger.promised {
        let on_a_phone = scene
            .phones
            .iter()
            .any(|(_, contents)| contents.outbox.iter().any(|entry| entry.op_id == *id));
        match scene.inbox.get(id) {
            Some(received)
                if !is_the_same(&promised.raw, &received.raw)
                    && !is_the_same_guest(promised.record, &promised.raw, &received.raw) =>
            {
                let (had, has) = (&promised.raw, &received.raw);
                let same = had
                    .chars()
                    .zip(has.chars())
                    .take_while(|(one, other)| one == other)
                    .count();
                let from = |text: &str| text.chars().skip(same).take(60).collect::<String>();
                found.push(format!(
                    "{id} isn't what the phone had: {} bytes became {}, {:?} became {:?}",
                    had.len(),
                    has.len(),
                    from(had),
                    from(has),
                ));
            }
            // Whose only phone lost its store, lost what it hadn't sent.
            // What was taken out on request isn't sent again to a server that came back from a backup.
            None if !on_a_phone && !promised.phones.is_empty() && !is_forgotten(scene, *id) => {
                found.push(format!("{id} is nowhere"));
            }
            _ => {}
        }
    }
    for (phone, draft) in &ledger.drafts {
        let contents = &scene.phones[*phone].1;
        let key = draft.hyphenated().to_string();
        // Another tab, or the same act cut short by a crash, may have sent it.
        let sent = ledger.promised.values().any(|promised| {
            let record = promised.record;
            record.is_some_and(|record| record.id == *draft) && promised.phones.contains(phone)
        });
        if !contents.drafts.contains(&key) && !sent {
            found.push(format!("phone {phone}: draft {draft} is gone"));
        }
    }
    for (phone, contents) in &scene.phones {
        for upload in &contents.uploads {
            let name = (phone.index, upload.sha256.clone());
            if ledger.damaged.contains(&name) {
                continue;
            }
            if !contents.bytes.contains(&upload.sha256) && upload.stored_at.is_none() {
                found.push(format!(
                    "{}: bytes {} are gone",
                    phone.name(),
                    upload.sha256
                ));
            }
            if upload.lost {
                found.push(format!("{}: {} is given up", phone.name(), upload.sha256));
            }
        }
    }
    found
}

/// Whether a phone that sent it was told to forget what it says.
fn is_forgotten(scene: &Scene<'_>, id: OpId) -> bool {
    let sent = scene.phones.iter().filter_map(|(_, it)| it.sent.get(&id));
    sent.flatten()
        .any(|it| domain::areas::guests::is_nameless(it.operation.get()))
}

fn is_the_same(one: &str, other: &str) -> bool {
    if one == other {
        return true;
    }
    let value = |text: &str| serde_json::from_str::<Value>(text).ok();
    match (value(one), value(other)) {
        (Some(one), Some(other)) => payload_hash(&one) == payload_hash(&other),
        _ => false,
    }
}

/// P4: each operation has one verdict, the phone knows it, and its receipt is the server's.
fn one_outcome_each(scene: &Scene<'_>) -> Vec<String> {
    let mut found = Vec::new();
    let ledger = scene.simulation.ledger.borrow();
    let trust = scene.simulation.server.app().state.keys.trust(Vec::new());
    for (id, promised) in &ledger.promised {
        let Some(received) = scene.inbox.get(id) else {
            continue;
        };
        if !received.outcome.is_received() || matches!(received.outcome, Outcome::Duplicate { .. })
        {
            found.push(format!("{id} has no verdict: {:?}", received.outcome));
        }
        for index in &promised.phones {
            let (phone, contents) = &scene.phones[*index];
            let waits = contents.outbox.iter().any(|entry| entry.op_id == *id);
            let [sent] = contents.sent.get(id).map_or(&[][..], Vec::as_slice) else {
                if !waits {
                    let times = contents.sent.get(id).map_or(0, Vec::len);
                    found.push(format!("{} knows {times} outcomes of {id}", phone.name()));
                }
                continue;
            };
            if waits {
                found.push(format!("{} has {id} in outbox and sent", phone.name()));
            }
            let told = sent.outcome.first();
            let heard = heard_later(contents, *id);
            let known = heard.as_ref().unwrap_or(told);
            if known != &received.outcome && !scene.is_closed(phone) {
                found.push(format!(
                    "{} was told {} of {id}, the server says {}",
                    phone.name(),
                    words::of_outcome(known),
                    words::of_outcome(&received.outcome)
                ));
            }
            let receipt_holds = sent.receipt.as_ref().is_some_and(|receipt| {
                receipt.op_id == *id
                    && receipt.verdict == told.name()
                    && receipt.payload_hash == received.hash
                    && (is_the_same(sent.operation.get(), &received.raw)
                        || is_the_same_guest(promised.record, sent.operation.get(), &received.raw))
                    && trust
                        .key(&receipt.key_id)
                        .is_some_and(|key| receipt.is_signed_by(&key))
            });
            if !receipt_holds {
                found.push(format!("{} has no valid receipt of {id}", phone.name()));
            }
        }
    }
    found
}

/// What the phone heard about an operation after its first verdict.
fn heard_later(contents: &Contents, id: OpId) -> Option<Outcome> {
    let row = contents.synced.get(&format!("later_verdicts/{id}"))?;
    serde_json::from_value(row.pointer("/row/outcome")?.clone()).ok()
}

/// P7: nothing waits any more, on any phone.
fn queues_are_drained(scene: &Scene<'_>) -> Vec<String> {
    let mut found = Vec::new();
    for (phone, contents) in &scene.phones {
        if !contents.outbox.is_empty() {
            found.push(format!(
                "{} still holds {} operations",
                phone.name(),
                contents.outbox.len()
            ));
        }
        let pending = contents.uploads.iter();
        let pending = pending
            .filter(|upload| upload.wanted && upload.stored_at.is_none() && !upload.lost)
            .count();
        if pending > 0 {
            found.push(format!("{} still holds {pending} blobs", phone.name()));
        }
    }
    found
}
