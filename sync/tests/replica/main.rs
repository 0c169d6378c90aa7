//! The replica on its own, without a network: what is saved is saved whole, drafts survive, the status
//! line is true. Sync itself is tested by the simulation in `server/tests/simulation`.

mod commits;
mod drafts;
mod lists;
mod offline;
mod pocket;
mod strange;
