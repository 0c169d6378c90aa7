//! Mistakes that somebody could make, each put in by a wrapper while a run goes on: the simulation must
//! find every one of them within [`Mutation::seeds`] seeds, or it proves nothing.

use std::rc::Rc;

use domain::{
    Outcome, Row, Verdict,
    api::sync::{PullResponse, PulledRow, PushRequest, PushResponse},
    areas::activities::Gate,
};
use sync::{
    Storage as _, StorageError,
    storage::{Mode, Store, memory::Memory},
    transport::{Method, Request, Response},
};

use crate::{
    backend::{CODE_WORD, Server},
    disk::OutboxEntry,
    machine::{Owner, step_aside},
    network::html,
    numbers,
    phone::Phone,
    photo_words,
    random::Random,
    simulation::Simulation,
    words::{is_pull, is_push},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mutation {
    /// The phone calls something saved that a power cut takes back.
    RelaxedWrites,
    /// The phone deletes an operation when it puts it into a request.
    ForgetWhenSending,
    /// The phone deletes what a request carried when the answer is 500.
    ForgetAfter500,
    /// The phone stores the cursor in a transaction before the one with the rows.
    CursorBeforeRows,
    /// The phone's timer isn't armed again for a long pause.
    TimerNotArmed,
    /// The phone sends an operation under a new id when it sends it again.
    RenumberedRetries,
    /// The server answers a batch with an unreadable item by 400.
    RefusedBatch,
    /// The server forgets which operations came before.
    ForgottenVerdicts,
    /// The server says *applied* before it has written anything.
    AnswerBeforeCommit,
    /// A page of the pull lacks a row.
    SkippedRow,
    /// A page of the pull holds a row that isn't for this person.
    LeakedRow,
    /// The server calls an upload complete without looking at its bytes.
    UncheckedBytes,
    /// The server's inbox has no unique key, and its look-up of earlier ids misses them.
    DroppedKey,
    /// The feed's numbers come from a counter outside the transaction.
    EarlyNumbers,
    /// A row's content differs from what others are told at the same revision.
    AlteredRow,
    /// The phone is told *applied* where the server quarantined.
    PrettyVerdict,
    /// The receipt isn't the one that the server signed.
    ForgedReceipt,
    /// The phone keeps quiet about a photo that it can't send.
    SilentLoss,
    /// The server drops the words for a photo that wait beside those that stand.
    DroppedWords,
}

impl Mutation {
    pub const ALL: [Self; 19] = [
        Self::RelaxedWrites,
        Self::ForgetWhenSending,
        Self::ForgetAfter500,
        Self::CursorBeforeRows,
        Self::TimerNotArmed,
        Self::RenumberedRetries,
        Self::RefusedBatch,
        Self::ForgottenVerdicts,
        Self::AnswerBeforeCommit,
        Self::SkippedRow,
        Self::LeakedRow,
        Self::UncheckedBytes,
        Self::DroppedKey,
        Self::EarlyNumbers,
        Self::AlteredRow,
        Self::PrettyVerdict,
        Self::ForgedReceipt,
        Self::SilentLoss,
        Self::DroppedWords,
    ];

    /// Within so many seeds, from 0 on, at least one run must break.
    pub fn seeds(self) -> u64 {
        match self {
            Self::RelaxedWrites
            | Self::CursorBeforeRows
            | Self::ForgetAfter500
            | Self::SilentLoss
            | Self::DroppedWords => 40,
            _ => 10,
        }
    }

    /// The promise that it breaks.
    pub fn breaks(self) -> &'static [&'static str] {
        match self {
            Self::RelaxedWrites
            | Self::ForgetWhenSending
            | Self::ForgetAfter500
            | Self::AnswerBeforeCommit => &["P1"],
            Self::RenumberedRetries | Self::ForgottenVerdicts | Self::DroppedKey => &["P2"],
            Self::CursorBeforeRows | Self::SkippedRow | Self::EarlyNumbers => &["P8"],
            Self::AlteredRow => &["P3"],
            Self::PrettyVerdict | Self::ForgedReceipt => &["P4"],
            Self::SilentLoss => &["status"],
            Self::DroppedWords => &["words"],
            Self::TimerNotArmed | Self::RefusedBatch => &["P7"],
            Self::LeakedRow => &["P6"],
            Self::UncheckedBytes => &["P5"],
        }
    }
}

/// What the server says under the mutation; `None` where it doesn't interfere.
pub fn serve(
    mutation: Mutation,
    simulation: &Simulation,
    phone: &Phone,
    request: &Request,
    random: &mut Random,
) -> Option<Response> {
    let server = &simulation.server;
    let push = is_push(request)
        .then(|| serde_json::from_slice::<PushRequest>(&request.body).ok())
        .flatten();
    match (mutation, push) {
        (Mutation::RefusedBatch, Some(push)) => {
            let bad = push
                .operations
                .iter()
                .any(|raw| serde_json::from_str::<domain::Operation>(raw.get()).is_err());
            bad.then(|| html(400))
        }
        (Mutation::ForgottenVerdicts, Some(push)) => {
            for raw in &push.operations {
                forget(server, raw.get());
            }
            None
        }
        (Mutation::AnswerBeforeCommit, Some(push)) => {
            if push.operations.is_empty() || random.chance(700) {
                return None;
            }
            Some(json(&PushResponse {
                verdicts: push
                    .operations
                    .iter()
                    .map(|raw| applied(raw.get()))
                    .collect(),
                server_time: domain::Timestamp(simulation.machine.now()),
                notice: None,
                epoch: None,
            }))
        }
        (Mutation::RenumberedRetries, Some(push)) => {
            let mut body = String::from_utf8(request.body.clone()).ok()?;
            let mut back = Vec::new();
            for raw in &push.operations {
                let id = op_id(raw.get())?;
                if !simulation.first_time(&id) {
                    let other = random.uuid().to_string();
                    body = body.replace(&id, &other);
                    back.push((other, id));
                }
            }
            let request = request.clone().body(body.into_bytes());
            let mut response = server.answer(&phone.token(), &request);
            let mut text = String::from_utf8(response.body).ok()?;
            for (other, id) in back {
                text = text.replace(&other, &id);
            }
            response.body = text.into_bytes();
            Some(response)
        }
        (Mutation::DroppedKey, Some(push)) => {
            let ids = push.operations.iter();
            let ids: Vec<String> = ids.filter_map(|raw| op_id(raw.get())).collect();
            Some(numbers::push_without_key(simulation, phone, request, &ids))
        }
        (Mutation::DroppedWords, Some(_)) => {
            let response = server.answer(&phone.token(), request);
            photo_words::drop_waiting(server);
            Some(response)
        }
        (Mutation::EarlyNumbers, Some(_)) => Some(numbers::push_with_early_numbers(
            simulation, phone, request, random,
        )),
        (Mutation::EarlyNumbers, _) if is_pull(request) => {
            let response = server.answer(&phone.token(), request);
            numbers::commit_late(simulation);
            Some(response)
        }
        (Mutation::PrettyVerdict | Mutation::ForgedReceipt, Some(_)) => {
            let response = server.answer(&phone.token(), request);
            let mut pushed: PushResponse = serde_json::from_slice(&response.body).ok()?;
            for verdict in &mut pushed.verdicts {
                let is_refused = matches!(verdict.outcome.first(), Outcome::Quarantined { .. });
                if mutation == Mutation::PrettyVerdict && is_refused {
                    verdict.outcome = Outcome::Applied { revision: 1 };
                }
                if mutation == Mutation::ForgedReceipt
                    && let Some(receipt) = &mut verdict.receipt
                {
                    receipt.received_at = receipt.received_at.plus_ms(1);
                }
            }
            Some(json(&pushed))
        }
        (Mutation::AlteredRow, _) if is_pull(request) => {
            let response = server.answer(&phone.token(), request);
            let mut page: PullResponse = serde_json::from_slice(&response.body).ok()?;
            for pulled in &mut page.rows {
                if let PulledRow::Put {
                    row: Row::Activities(activity),
                } = pulled
                    && random.chance(300)
                {
                    activity.title.push('？');
                }
            }
            Some(json(&page))
        }
        (Mutation::SkippedRow, _) if is_pull(request) => {
            let response = server.answer(&phone.token(), request);
            let mut page: PullResponse = serde_json::from_slice(&response.body).ok()?;
            if !page.rows.is_empty() && random.chance(300) {
                page.rows.remove(random.below(page.rows.len()));
            }
            Some(json(&page))
        }
        (Mutation::LeakedRow, _) if is_pull(request) => {
            let response = server.answer(&phone.token(), request);
            let mut page: PullResponse = serde_json::from_slice(&response.body).ok()?;
            let gate = Gate {
                activity_id: server.activities[0].id,
                revision: 1,
                code_word: CODE_WORD.to_owned(),
            };
            page.rows.push(PulledRow::Put {
                row: Row::Gates(gate),
            });
            Some(json(&page))
        }
        (Mutation::UncheckedBytes, _)
            if request.method == Method::Patch && !request.body.is_empty() =>
        {
            let mut request = request.clone();
            if let Some(last) = request.body.last_mut() {
                *last ^= 1;
            }
            let mut response = server.answer(&phone.token(), &request);
            if response.status == 460 {
                let offset = request
                    .headers
                    .iter()
                    .find(|(name, _)| *name == "upload-offset")?;
                let offset: usize = offset.1.parse().ok()?;
                response.status = 204;
                response.headers = vec![(
                    "upload-offset".to_owned(),
                    (offset + request.body.len()).to_string(),
                )];
                response.body = Vec::new();
            }
            Some(response)
        }
        _ => None,
    }
}

fn json(value: &impl serde::Serialize) -> Response {
    Response {
        status: 200,
        headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        body: serde_json::to_vec(value).expect("JSON"),
    }
}

fn op_id(raw: &str) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Named {
        op_id: String,
    }
    let named: Named = serde_json::from_str(raw).ok()?;
    Some(named.op_id)
}

fn applied(raw: &str) -> Verdict {
    Verdict {
        op_id: op_id(raw).and_then(|id| id.parse().ok()).map(domain::OpId),
        kept_as: None,
        outcome: Outcome::Applied { revision: 1 },
        receipt: None,
    }
}

fn forget(server: &Server, raw: &str) {
    let Some(id) = op_id(raw) else { return };
    server.runtime.block_on(async {
        let mut tx = server.app().begin().await;
        sqlx::query("delete from inbox where op_id = $1")
            .bind(id)
            .execute(&mut *tx)
            .await
            .expect("forgotten");
        tx.commit().await.expect("committed");
    });
}

/// What the phone does under [`Mutation::ForgetAfter500`].
pub fn forget_sent(simulation: &Rc<Simulation>, phone: &Phone, request: &Request) {
    let Ok(push) = serde_json::from_slice::<PushRequest>(&request.body) else {
        return;
    };
    let ids: Vec<String> = push
        .operations
        .iter()
        .filter_map(|raw| op_id(raw.get()))
        .collect();
    let memory = phone.memory.clone();
    let owner = Owner {
        phone: phone.index,
        tab: 0,
    };
    simulation.machine.spawn(owner, async move {
        let tx = memory.begin(Mode::Strict).await.expect("begun");
        for (key, text) in tx.list(Store::Outbox, "").await.expect("read") {
            let entry: Option<OutboxEntry> = serde_json::from_str(&text).ok();
            if entry.is_some_and(|entry| ids.contains(&entry.op_id.to_string())) {
                tx.delete(Store::Outbox, &key).await.expect("deleted");
            }
        }
        tx.commit().await.expect("committed");
    });
}

/// A page of a pull, written as [`Mutation::CursorBeforeRows`] does.
#[derive(Default)]
pub struct Tear {
    writes: Vec<(Store, String, Option<String>)>,
    is_page: bool,
}

impl Tear {
    pub fn note(&mut self, store: Store, key: &str, value: Option<&str>) {
        self.is_page |= store == Store::Meta && key == "pull";
        self.writes
            .push((store, key.to_owned(), value.map(str::to_owned)));
    }

    /// Whether there is a page with rows.
    pub fn is_page(&self) -> bool {
        self.is_page && self.writes.len() > 1
    }

    pub async fn write(self, memory: &Memory) -> Result<(), StorageError> {
        let (cursor, rows): (Vec<_>, Vec<_>) = self
            .writes
            .into_iter()
            .partition(|(store, key, _)| *store == Store::Meta && key == "pull");
        for part in [cursor, rows] {
            let tx = memory.begin(Mode::Write).await?;
            for (store, key, value) in part {
                match value {
                    Some(value) => tx.put(store, &key, value).await?,
                    None => tx.delete(store, &key).await?,
                }
            }
            tx.commit().await?;
            step_aside().await;
        }
        Ok(())
    }
}
