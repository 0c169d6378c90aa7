//! Operations that wait for a record: settled when it arrives.

use std::collections::HashSet;

use domain::{Operation, Outcome, RecordRef};
use sqlx::AnyConnection;

use super::{Batch, Done, Sender, envelope, inbox, inbox::Waiting, quarantined};
use crate::{AppState, error::Result};

/// An item of this batch that waits.
pub(super) struct Held<'a> {
    pub(super) index: usize,
    pub(super) waits_for: RecordRef,
    pub(super) operation: &'a Operation,
    pub(super) sender: Sender,
}

impl Batch {
    /// Applies what waited for the records that arrived, until nothing more moves.
    pub(super) async fn release(
        &mut self,
        connection: &mut AnyConnection,
        state: &AppState,
        mut held: Vec<Held<'_>>,
        done: &mut [Done],
    ) -> Result<()> {
        while !self.arrived.is_empty() {
            let arrived: HashSet<RecordRef> = self.arrived.drain(..).collect();
            let (ready, rest): (Vec<Held<'_>>, Vec<Held<'_>>) = held
                .into_iter()
                .partition(|held| arrived.contains(&held.waits_for));
            held = rest;
            let records: Vec<RecordRef> = arrived.into_iter().collect();
            for waiting in inbox::waiting_for(connection, self.organization, &records).await? {
                self.settle(connection, state, &waiting).await?;
            }
            for mut one in ready {
                self.world
                    .load(connection, state, std::iter::once(one.operation))
                    .await?;
                let outcome = self.judge(one.operation);
                if let Outcome::Held { waits_for, .. } = &outcome {
                    one.waits_for = *waits_for;
                    held.push(Held {
                        sender: one.sender,
                        ..one
                    });
                    continue;
                }
                done[one.index].outcome = outcome;
            }
        }
        for one in held {
            if let Outcome::Held { waits_for, .. } = &mut done[one.index].outcome {
                *waits_for = one.waits_for;
            }
        }
        Ok(())
    }

    /// Decides an operation that the inbox held.
    async fn settle(
        &mut self,
        connection: &mut AnyConnection,
        state: &AppState,
        waiting: &Waiting,
    ) -> Result<()> {
        let outcome = match envelope::read_kept(&waiting.raw) {
            Ok(operation) => {
                self.world
                    .load(connection, state, std::iter::once(&operation))
                    .await?;
                self.judge(&operation)
            }
            Err(refusal) => quarantined(refusal),
        };
        if let Outcome::Held { waits_for, .. } = outcome {
            let outcome = Outcome::Held {
                waits_for,
                until: waiting.until,
            };
            return inbox::wait_on(connection, self.organization, waiting.key, &outcome).await;
        }
        let ruling = inbox::Ruling {
            outcome,
            at: self.now,
            by: None,
            closed: None,
            corrected: None,
        };
        let row = inbox::rule(connection, self.organization, waiting.key, &ruling).await?;
        self.touched.insert(row.record(), row);
        Ok(())
    }
}
