//! Whose turn it is to write. Organizations take turns, however many requests each has waiting: what a
//! thousand phones of one bring after an event doesn't hold up another's single check-in.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use domain::OrganizationId;
use tokio::sync::oneshot;

/// So many write at once; the others wait here.
#[derive(Clone, Debug)]
pub struct Turns(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    free: usize,
    /// The next one first. None is empty.
    lanes: VecDeque<Lane>,
}

#[derive(Debug)]
struct Lane {
    /// `None`: what is no organization's, such as log-ins.
    organization: Option<OrganizationId>,
    waiting: VecDeque<oneshot::Sender<Turn>>,
}

/// A place among those that write; the next one's when it goes.
#[derive(Debug)]
pub struct Turn(Option<Turns>);

impl Turns {
    pub fn new(places: usize) -> Self {
        Self(Arc::new(Mutex::new(State {
            free: places,
            lanes: VecDeque::new(),
        })))
    }

    /// Waits for a place.
    pub async fn take(&self, organization: Option<OrganizationId>) -> Turn {
        let granted = {
            let mut state = self.state();
            if state.free > 0 {
                state.free -= 1;
                return Turn(Some(self.clone()));
            }
            let (grant, granted) = oneshot::channel();
            let mut lanes = state.lanes.iter_mut();
            match lanes.find(|lane| lane.organization == organization) {
                Some(lane) => lane.waiting.push_back(grant),
                None => state.lanes.push_back(Lane {
                    organization,
                    waiting: VecDeque::from([grant]),
                }),
            }
            granted
        };
        // The other end is kept until it is granted.
        granted.await.unwrap_or(Turn(None))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives a place that became free to the next one who still waits.
    fn pass_on(&self) {
        let mut state = self.state();
        while let Some(mut lane) = state.lanes.pop_front() {
            let next = lane.waiting.pop_front();
            if !lane.waiting.is_empty() {
                state.lanes.push_back(lane);
            }
            let Some(grant) = next else { continue };
            match grant.send(Turn(Some(self.clone()))) {
                Ok(()) => return,
                // Gave up waiting; the place isn't used and must not be passed on by this drop.
                Err(mut unused) => drop(unused.0.take()),
            }
        }
        state.free += 1;
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let Some(turns) = self.0.take() {
            turns.pass_on();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use domain::OrganizationId;
    use uuid::Uuid;

    use super::Turns;

    fn organization(number: u128) -> OrganizationId {
        OrganizationId(Uuid::from_u128(number))
    }

    #[tokio::test]
    async fn one_that_has_many_waiting_lets_another_in_between() {
        let turns = Turns::new(1);
        let first = turns.take(None).await;
        let order = Arc::new(Mutex::new(Vec::new()));
        let mut tasks = Vec::new();
        for number in [1, 1, 1, 2, 1, 2] {
            let (turns, order) = (turns.clone(), order.clone());
            tasks.push(tokio::spawn(async move {
                let _turn = turns.take(Some(organization(number))).await;
                order.lock().expect("unpoisoned").push(number);
            }));
            // Each is in the queue before the next one comes.
            tokio::task::yield_now().await;
        }
        drop(first);
        for task in tasks {
            task.await.expect("a turn");
        }
        assert_eq!(*order.lock().expect("unpoisoned"), [1, 2, 1, 2, 1, 1]);
    }

    #[tokio::test]
    async fn who_gives_up_waiting_blocks_nobody() {
        let turns = Turns::new(2);
        let (first, second) = (
            turns.take(None).await,
            turns.take(Some(organization(1))).await,
        );
        for number in [1, 2] {
            let waiting = tokio::spawn({
                let turns = turns.clone();
                async move { drop(turns.take(Some(organization(number))).await) }
            });
            tokio::task::yield_now().await;
            waiting.abort();
            assert!(waiting.await.is_err());
        }
        drop(first);
        drop(second);
        let _both = (
            turns.take(None).await,
            turns.take(Some(organization(2))).await,
        );
        assert_eq!(turns.state().free, 0);
    }
}
