-- Self-assessment (对标自查自评): of a year, what a department and the office find about each item of the
-- standard; domain::self_assessment.

-- One line a year; without one nothing is marked and nothing closed.
create table self_assessments (
    organization_id text not null references organizations (id),
    year bigint not null,
    revision bigint not null,
    -- JSON: preconditions, negative list, bonus.
    marks text not null,
    -- The version that it was closed with; null while it is open and follows the current one.
    standard_id text,
    closed_by text,
    closed_at bigint,
    primary key (organization_id, year)
);

-- The latest word of each stage about an item; earlier ones stand in the audit.
create table self_assessment_opinions (
    organization_id text not null references organizations (id),
    year bigint not null,
    item text not null,
    stage text not null,
    revision bigint not null,
    facts text not null,
    narrative text not null,
    said_by text not null,
    said_at bigint not null,
    primary key (organization_id, year, item, stage)
);
