-- Premises that the team inspects (areas/premises). They are never deleted: their visits name them.
create table premises (
    id text primary key,
    organization_id text not null references organizations (id),
    revision bigint not null,
    name text not null,
    kind text not null,
    address text not null,
    phone text not null,
    credit_code text not null,
    official_no text not null,
    note text not null,
    active bigint not null
);
create index premises_name on premises (organization_id, name);
-- One code is one unit, as far as the office knows it.
create unique index premises_credit_code on premises (organization_id, credit_code)
    where credit_code <> '';

-- The premises that a record is about; what they remember of it is drawn from the answers.
alter table submissions add column premises_id text;
create index submissions_premises on submissions (organization_id, premises_id)
    where premises_id is not null;
