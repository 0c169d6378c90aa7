-- Up to when the device had heard from the server at its last heartbeat: one that knows less was held up
-- on the way and tells of the past.
alter table devices add column heard_at bigint;
-- Which store the device had then; another one began empty.
alter table devices add column store text;
-- What was missing when the device came back empty; null once the device itself knows.
alter table devices add column emptied_outbox bigint;
alter table devices add column emptied_blobs bigint;
