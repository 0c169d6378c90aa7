//! Writes pushes: those that wait at the same time together, in one transaction.
//!
//! First everything at once; if the database objects, each request by itself; if it still objects, one
//! savepoint per operation, so that whatever a single one holds, the others pass. Nobody is answered
//! before the commit. The queue is no state: whoever waits in it hasn't been answered and asks again.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use domain::{
    DeviceId, OrganizationId, Outcome, Refusal, Row, Timestamp,
    api::sync::{DeviceNotice, Heartbeat},
};
use sqlx::{AnyConnection, Connection as _, error::ErrorKind};
use tokio::sync::oneshot;

use super::{
    batch::{self, Done, Item, Processed, Sender},
    device::{self, Brought},
    envelope::Envelope,
    inbox,
};
use crate::{
    AppState, Tx,
    error::{Error, Result},
    feed,
};

/// So many operations are written in one transaction, at least one request.
const TOGETHER: usize = 500;
/// When to ask again for an operation that couldn't be taken now.
const RETRY_MS: i64 = 60_000;

/// One request, read.
#[derive(Debug)]
pub struct Pushed {
    pub organization: OrganizationId,
    pub sender: Sender,
    pub heartbeat: Option<Heartbeat>,
    pub envelopes: Vec<Envelope>,
    /// Said of every operation before it is judged.
    pub refusal: Option<Refusal>,
}

impl Pushed {
    fn items(&self) -> impl Iterator<Item = Item<'_>> {
        self.envelopes.iter().map(|envelope| Item {
            envelope,
            sender: self.sender,
            refusal: self.refusal.as_ref(),
        })
    }
}

/// One request, written.
#[derive(Debug)]
pub struct Received {
    pub envelopes: Vec<Envelope>,
    /// One per envelope, in order.
    pub done: Vec<Done>,
    pub notice: Option<DeviceNotice>,
    /// Of the organization's history.
    pub epoch: i64,
}

/// The pushes that wait for their organization's turn.
#[derive(Debug, Default)]
pub struct Queue(Mutex<HashMap<OrganizationId, Arc<Lane>>>);

#[derive(Debug, Default)]
struct Lane {
    waiting: Mutex<Vec<Waiting>>,
    turn: tokio::sync::Mutex<()>,
}

#[derive(Debug)]
struct Waiting {
    pushed: Pushed,
    answer: oneshot::Sender<Result<Received>>,
}

impl Queue {
    /// Writes one request, together with those that wait beside it.
    pub async fn receive(&self, state: &AppState, pushed: Pushed) -> Result<Received> {
        let lane = self.lane(pushed.organization);
        let (answer, answered) = oneshot::channel();
        lane.waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(Waiting { pushed, answer });
        // A task of its own: who hangs up mustn't take the others down. There is one for each
        // request, so that nobody is left behind.
        let state = state.clone();
        tokio::spawn(async move {
            let _turn = lane.turn.lock().await;
            let together = lane.next();
            if !together.is_empty() {
                write(&state, together).await;
            }
        });
        answered
            .await
            .map_err(|_| Error::internal("a push was given up"))?
    }

    fn lane(&self, organization: OrganizationId) -> Arc<Lane> {
        let mut lanes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lanes.entry(organization).or_default().clone()
    }
}

impl Lane {
    fn next(&self) -> Vec<Waiting> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let mut operations = 0;
        let count = waiting
            .iter()
            .take_while(|it| {
                let fits = operations == 0 || operations + it.pushed.envelopes.len() <= TOGETHER;
                operations += it.pushed.envelopes.len();
                fits
            })
            .count();
        waiting.drain(..count).collect()
    }
}

/// What is said of one request's operations, in order, of its device, and of the epoch.
type Said = (Vec<Done>, Option<DeviceNotice>, i64);

async fn write(state: &AppState, together: Vec<Waiting>) {
    let requests: Vec<&Pushed> = together.iter().map(|it| &it.pushed).collect();
    let results = match at_once(state, &requests).await {
        Ok(said) => said.into_iter().map(Ok).collect(),
        Err(error) if may_be_one_of_them(&error) => {
            tracing::warn!(%error, requests = requests.len(), "pushes are written one by one");
            let mut results = Vec::with_capacity(requests.len());
            for request in requests {
                results.push(alone(state, request).await);
            }
            results
        }
        Err(error) => {
            tracing::warn!(%error, "pushes can't be written now");
            let later = |_| Err(Error::Unavailable { retry_after_s: 5 });
            requests.iter().map(later).collect()
        }
    };
    for (waiting, result) in together.into_iter().zip(results) {
        let Waiting { pushed, answer } = waiting;
        let received = result.map(|(done, notice, epoch): Said| Received {
            envelopes: pushed.envelopes,
            done,
            notice,
            epoch,
        });
        // Whoever hung up asks again and hears that it is a duplicate.
        drop(answer.send(received));
    }
}

/// Whether one operation may be to blame; when the database is out of reach, none is.
fn may_be_one_of_them(error: &Error) -> bool {
    !matches!(error, Error::Unavailable { .. })
}

/// The transaction, the rows of what has waited too long by now, and the epoch.
async fn begin(
    state: &AppState,
    organization: OrganizationId,
    now: Timestamp,
) -> Result<(Tx, Vec<Row>, i64)> {
    let mut tx = state.db.begin_for(organization).await?;
    let epoch = feed::lock(&mut tx, organization).await?;
    let given_up = inbox::expire(&mut tx, organization, now).await?;
    Ok((tx, given_up, epoch))
}

async fn at_once(state: &AppState, requests: &[&Pushed]) -> Result<Vec<Said>> {
    let Some(organization) = requests.first().map(|request| request.organization) else {
        return Ok(Vec::new());
    };
    let now = state.clock.now();
    let items: Vec<Item<'_>> = requests
        .iter()
        .flat_map(|request| request.items())
        .collect();
    let (mut tx, mut rows, epoch) = begin(state, organization, now).await?;
    let processed = batch::process(&mut tx, state, organization, now, &items).await?;
    let mut done = processed.done.into_iter();
    let mut said = Vec::with_capacity(requests.len());
    for request in requests {
        let done: Vec<Done> = done.by_ref().take(request.envelopes.len()).collect();
        let notice = beat(&mut tx, request, &done, &processed.cloned, now).await?;
        said.push((done, notice, epoch));
    }
    rows.extend(processed.touched.into_values());
    feed::publish(&mut tx, organization, &rows).await?;
    tx.commit().await?;
    Ok(said)
}

async fn alone(state: &AppState, request: &Pushed) -> Result<Said> {
    match at_once(state, &[request]).await {
        Ok(mut said) => said
            .pop()
            .ok_or_else(|| Error::internal("nothing was said")),
        Err(error) if may_be_one_of_them(&error) => {
            tracing::warn!(%error, "a push is written one operation at a time");
            one_by_one(state, request).await
        }
        Err(error) => Err(error),
    }
}

async fn one_by_one(state: &AppState, request: &Pushed) -> Result<Said> {
    let organization = request.organization;
    let now = state.clock.now();
    let (mut tx, mut rows, epoch) = begin(state, organization, now).await?;
    let mut all = Processed::default();
    for item in request.items() {
        let error = match isolated(&mut tx, state, organization, now, item).await? {
            Ok(processed) => {
                add(&mut all, processed);
                continue;
            }
            Err(error) => error,
        };
        tracing::warn!(%error, op_id = %item.envelope.key(), "an operation can't be written");
        let kept = match blame(&error) {
            Some(refusal) => {
                let item = Item {
                    refusal: Some(&refusal),
                    ..item
                };
                isolated(&mut tx, state, organization, now, item)
                    .await?
                    .ok()
            }
            None => None,
        };
        add(&mut all, kept.unwrap_or_else(|| retry(item, now)));
    }
    let notice = beat(&mut tx, request, &all.done, &all.cloned, now).await?;
    rows.extend(all.touched.into_values());
    feed::publish(&mut tx, organization, &rows).await?;
    tx.commit().await?;
    Ok((all.done, notice, epoch))
}

/// Processes one operation within a savepoint; the outer error means that the transaction is lost.
async fn isolated(
    tx: &mut Tx,
    state: &AppState,
    organization: OrganizationId,
    now: Timestamp,
    item: Item<'_>,
) -> Result<Result<Processed>> {
    let mut point = (**tx).begin().await?;
    let result = batch::process(&mut point, state, organization, now, &[item]).await;
    if result.is_ok() {
        point.commit().await?;
    } else {
        point.rollback().await?;
    }
    Ok(result)
}

fn add(all: &mut Processed, one: Processed) {
    all.done.extend(one.done);
    all.touched.extend(one.touched);
    all.cloned.extend(one.cloned);
}

fn retry(item: Item<'_>, now: Timestamp) -> Processed {
    Processed {
        done: vec![Done {
            key: item.envelope.key(),
            outcome: Outcome::Retry { after_ms: RETRY_MS },
            received_at: now,
        }],
        ..Processed::default()
    }
}

/// What the database's objection says about the operation's content; `None` when the content isn't
/// to blame.
pub fn blame(error: &Error) -> Option<Refusal> {
    let Error::Internal(inner) = error else {
        return None;
    };
    let sqlx::Error::Database(objection) = inner.downcast_ref::<sqlx::Error>()? else {
        return None;
    };
    // SQLSTATE classes 22 (data) and 23 (constraints).
    let is_data = objection
        .code()
        .is_some_and(|code| code.len() == 5 && (code.starts_with("22") || code.starts_with("23")));
    match objection.kind() {
        ErrorKind::UniqueViolation => Some(Refusal::AlreadyExists),
        ErrorKind::ForeignKeyViolation
        | ErrorKind::NotNullViolation
        | ErrorKind::CheckViolation => Some(unstorable()),
        _ if is_data => Some(unstorable()),
        _ => None,
    }
}

fn unstorable() -> Refusal {
    Refusal::Unreadable {
        detail: "database".to_owned(),
    }
}

async fn beat(
    connection: &mut AnyConnection,
    request: &Pushed,
    done: &[Done],
    cloned: &BTreeSet<DeviceId>,
    now: Timestamp,
) -> Result<Option<DeviceNotice>> {
    let count = |is: fn(&Outcome) -> bool| done.iter().filter(|it| is(&it.outcome)).count() as i64;
    let received = count(Outcome::is_received);
    let repeated = count(|outcome| matches!(outcome, Outcome::Duplicate { .. }));
    let brought = Brought {
        received,
        new: received - repeated,
        cloned: cloned.contains(&request.sender.device_id),
    };
    device::beat(
        connection,
        request.organization,
        request.sender.device_id,
        request.heartbeat.as_ref(),
        brought,
        now,
    )
    .await
}
