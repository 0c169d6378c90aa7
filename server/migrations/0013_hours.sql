-- The office's corrections of service minutes. The facts of check-in and check-out stay as they are; the
-- latest correction of somebody at an activity counts.
create table hour_corrections (
    id text primary key,
    organization_id text not null references organizations (id),
    activity_id text not null references activities (id),
    person_id text not null references people (id),
    -- Null: what was recorded counts again.
    minutes bigint,
    -- What counted before.
    was bigint not null,
    reason text not null,
    corrected_by text not null,
    at bigint not null
);
create index hour_corrections_activity on hour_corrections (organization_id, activity_id, person_id, at);
create index hour_corrections_person on hour_corrections (organization_id, person_id, at);

-- How an organization rounds service minutes in what it takes away (domain::hours::Rounding); none: not.
create table hour_settings (
    organization_id text primary key references organizations (id),
    rounding text not null
);

-- Who agreed that their service is made public; no line is no.
create table hour_consents (
    organization_id text not null references organizations (id),
    person_id text not null references people (id),
    consents bigint not null,
    noted_by text not null,
    at bigint not null,
    primary key (organization_id, person_id)
);
