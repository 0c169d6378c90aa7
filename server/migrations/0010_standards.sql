-- The version that a version replaced when it was published.
alter table standards add column previous_id text;
create index standards_of on standards (organization_id, created_at desc);
