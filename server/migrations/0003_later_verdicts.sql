-- What was decided about an operation after its first verdict: an operation that waited is taken in or
-- given up, one that a rule refused is taken in or closed by the office (office/quarantine).
alter table inbox add column decisions bigint not null default 0;
alter table inbox add column decided_at bigint;
alter table inbox add column decided_by text;
-- Why the office closed it; the verdict stays what it was.
alter table inbox add column closed text;
-- The operation as it was taken in, where the office corrected answers; `raw` stays as it came.
alter table inbox add column corrected text;
alter table inbox add column assigned_to text;

drop index inbox_quarantined;
create index inbox_quarantined on inbox (organization_id, received_at)
    where verdict = 'quarantined' and closed is null;
create index inbox_decided on inbox (organization_id, decided_at) where decided_by is not null;
