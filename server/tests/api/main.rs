//! API tests: the router in process, on `SQLite` and on `PostgreSQL`. One module per URL tree.

#[macro_use]
mod support;

mod backup;
mod blobs;
mod certificates;
mod departments;
mod devices;
mod entrance;
mod files;
mod hostile;
mod invitations;
mod maintenance;
mod office;
mod orphans;
mod pages;
mod people;
mod phone;
mod premises;
mod pull;
mod push;
mod rectifications;
mod routes;
mod sample;
mod sessions;
mod smoke;
mod standards;
mod tasks;
