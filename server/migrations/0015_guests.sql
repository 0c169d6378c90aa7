-- People who came to an activity and aren't members (areas/guests): a name, and what the organizer asks.
create table guests (
    id text primary key,
    organization_id text not null references organizations (id),
    revision bigint not null,
    activity_id text not null,
    -- Empty once it was taken out on the guest's request.
    name text not null,
    unit text not null,
    at bigint not null,
    recorded_by text not null,
    device_id text not null,
    signature text,
    -- Why the office struck the line.
    struck text,
    -- The member whose attendance counts instead.
    person_id text,
    capture text not null,
    received_at bigint not null
);
create index guests_activity on guests (organization_id, activity_id, at, id);

-- What the office changed, and what stood there before. Emptied with the name.
create table guest_changes (
    id text primary key,
    organization_id text not null references organizations (id),
    guest_id text not null references guests (id),
    revision bigint not null,
    at bigint not null,
    person_id text not null,
    act text not null,
    was_name text not null,
    was_unit text not null,
    reason text not null
);
create index guest_changes_of on guest_changes (organization_id, guest_id, revision);

-- The envelopes that brought guests: a name that is to go is taken out of them too.
create index inbox_guests on inbox (organization_id, record_id) where record_area = 'guests';
