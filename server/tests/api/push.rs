//! `POST /api/sync/push`: one verdict per operation, whatever it holds.

mod faults;
mod gates;
mod heartbeats;
mod verdicts;
