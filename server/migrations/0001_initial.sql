-- The tables of Minglu, one text for SQLite and PostgreSQL: text, bigint (milliseconds since 1970,
-- 0/1), double precision; ids are UUIDs as lower-case hyphenated text; JSON is text.
-- Every row belongs to an organization; its change sequence is organizations.seq.

create table organizations (
    id text primary key,
    name text not null,
    seq bigint not null default 0,
    -- Changes when the database is restored from a backup; part of every cursor.
    epoch bigint not null default 1,
    created_at bigint not null
);

create table server_keys (
    id text primary key,
    secret text not null,
    public_key text not null,
    created_at bigint not null,
    retired_at bigint
);

create table departments (
    id text primary key,
    organization_id text not null references organizations (id),
    revision bigint not null,
    name text not null,
    position bigint not null
);
create unique index departments_name on departments (organization_id, name);

create table people (
    id text primary key,
    organization_id text not null references organizations (id),
    revision bigint not null,
    name text not null,
    mobile text,
    user_name text,
    password_hash text,
    role text not null,
    department_id text references departments (id),
    active bigint not null,
    privacy_notice text,
    joined_at bigint not null,
    deactivated_at bigint
);
create unique index people_mobile on people (organization_id, mobile);
create unique index people_user_name on people (organization_id, user_name);
create index people_by_mobile on people (mobile);
create index people_by_user_name on people (user_name);

-- Which role somebody held from when on: permission is judged as of the capture.
create table person_roles (
    person_id text not null references people (id),
    organization_id text not null,
    since bigint not null,
    role text not null,
    department_id text,
    primary key (person_id, since)
);

create table devices (
    id text primary key,
    organization_id text not null references organizations (id),
    person_id text not null references people (id),
    name text not null,
    kind text not null,
    app_build text not null,
    created_at bigint not null,
    last_seen_at bigint not null,
    revoked_at bigint,
    outbox bigint not null default 0,
    oldest bigint,
    blobs bigint not null default 0,
    max_device_seq bigint not null default 0,
    device_epoch bigint not null default 0,
    persisted bigint,
    free_bytes bigint,
    emptied_at bigint
);
create index devices_organization on devices (organization_id, last_seen_at);

create table sessions (
    -- SHA-256 of the cookie's token: a stolen database opens no session.
    token_hash text primary key,
    organization_id text not null references organizations (id),
    person_id text not null references people (id),
    device_id text not null references devices (id),
    kind text not null,
    created_at bigint not null,
    last_seen_at bigint not null,
    expires_at bigint not null,
    -- 1: opened by a one-time link, which stands for the password at first.
    by_link bigint not null default 0
);
create index sessions_device on sessions (device_id);
create index sessions_person on sessions (person_id);

create table one_time_links (
    token_hash text primary key,
    organization_id text not null references organizations (id),
    person_id text not null references people (id),
    expires_at bigint not null,
    used_at bigint
);

create table invitations (
    id text primary key,
    organization_id text not null references organizations (id),
    code text not null unique,
    role text not null,
    department_id text references departments (id),
    expires_at bigint not null,
    uses bigint not null,
    max_uses bigint not null,
    created_by text not null,
    created_at bigint not null,
    ended_at bigint
);
create index invitations_organization on invitations (organization_id, created_at);

-- Counters for log-in, join and code words; shared by all server processes.
create table throttles (
    key text primary key,
    count bigint not null,
    window_start bigint not null,
    locked_until bigint not null
);

create table certificates (
    id text primary key,
    organization_id text not null references organizations (id),
    kind text not null,
    subject_id text not null,
    device_id text not null,
    public_key text not null,
    not_before bigint not null,
    not_after bigint not null,
    key_id text not null,
    signature text not null,
    revoked_at bigint
);
create index certificates_subject on certificates (organization_id, kind, subject_id);

create table forms (
    -- Derived from form_id and version, so that it is the same in every organization.
    id text not null,
    organization_id text not null references organizations (id),
    form_id text not null,
    version text not null,
    revision bigint not null,
    current bigint not null,
    position bigint not null,
    body text not null,
    primary key (organization_id, id)
);
create unique index forms_version on forms (organization_id, form_id, version);

create table standards (
    id text primary key,
    organization_id text not null references organizations (id),
    title text not null,
    body text not null,
    created_at bigint not null
);

create table tasks (
    id text primary key,
    organization_id text not null references organizations (id),
    number bigint not null,
    stage text not null,
    title text not null,
    details text not null,
    department text not null,
    starts_on text not null,
    due_on text not null,
    frequency text not null,
    evidence text not null,
    done_when text not null,
    items text not null
);

create table activities (
    id text primary key,
    organization_id text not null references organizations (id),
    revision bigint not null,
    title text not null,
    kind text not null,
    place text not null,
    details text not null,
    starts_at bigint not null,
    ends_at bigint not null,
    organizer_id text not null references people (id),
    department_id text,
    capacity bigint,
    items text not null,
    state text not null,
    is_public bigint not null,
    code_word text not null
);
create index activities_time on activities (organization_id, starts_at);

create table sign_ups (
    id text primary key,
    organization_id text not null references organizations (id),
    revision bigint not null,
    activity_id text not null references activities (id),
    person_id text not null references people (id),
    state text not null,
    at bigint not null
);
create index sign_ups_activity on sign_ups (activity_id, state);

-- Operations write the next tables thousands at a time. Who and where was looked up before in the same
-- transaction; that each row asks again (references) took a third of the writing on PostgreSQL.
create table attendances (
    id text primary key,
    organization_id text not null,
    revision bigint not null,
    activity_id text not null,
    person_id text not null,
    direction text not null,
    at bigint not null,
    method text not null,
    recorded_by text not null,
    device_id text not null,
    proof text not null,
    flags text not null,
    signature text,
    -- The raw text of the code or the digits, kept for a later check.
    evidence text,
    capture text not null,
    received_at bigint not null
);
create index attendances_activity on attendances (activity_id, person_id);
create index attendances_person on attendances (organization_id, person_id, at);

create table submissions (
    id text primary key,
    organization_id text not null,
    revision bigint not null,
    form_id text not null,
    form_version text not null,
    activity_id text,
    author_id text not null,
    department_id text,
    title text not null,
    state text not null,
    review_note text not null,
    occurred_at bigint not null,
    received_at bigint not null,
    answers text not null,
    capture text not null,
    conflicts text not null,
    photos bigint not null default 0,
    photos_stored bigint not null default 0
);
-- The review list reads each of these from the newest end; the trailing columns let a page be
-- found in the index alone, whatever else is filtered (areas/submissions/list.rs).
create index submissions_received on submissions (organization_id, received_at desc, id desc);
create index submissions_state on submissions
    (organization_id, state, received_at desc, id desc, form_id, occurred_at);
create index submissions_form on submissions
    (organization_id, form_id, received_at desc, id desc, state, occurred_at);
create index submissions_department on submissions
    (organization_id, department_id, received_at desc, id desc, state, form_id, occurred_at);
create index submissions_author on submissions
    (organization_id, author_id, received_at desc, id desc, state, form_id, occurred_at,
     department_id);
create index submissions_occurred on submissions
    (organization_id, occurred_at desc, id desc, state, form_id);
create index submissions_activity on submissions (activity_id) where activity_id is not null;

-- How many submissions are in each state, kept with every write: counting a million rows is slow.
create table submission_counts (
    organization_id text not null references organizations (id),
    state text not null,
    n bigint not null,
    primary key (organization_id, state)
);

-- Every version that a submission ever had, whole.
create table submission_versions (
    submission_id text not null,
    revision bigint not null,
    organization_id text not null,
    at bigint not null,
    by_person text not null,
    op_id text,
    body text not null,
    primary key (submission_id, revision)
);

create table attachments (
    id text primary key,
    organization_id text not null,
    revision bigint not null,
    subject_area text not null,
    subject_id text not null,
    question text not null,
    blob text not null,
    blob_facts text not null,
    thumbnail text not null,
    thumbnail_facts text not null,
    source text not null,
    taken_at bigint,
    caption text not null,
    added_by text not null,
    withdrawn bigint not null,
    stored bigint not null,
    -- Why the bytes couldn't be kept as a photo (a refusal as JSON).
    rejected text
);
create index attachments_subject on attachments (subject_area, subject_id);
create index attachments_blob on attachments (organization_id, blob);
create index attachments_thumbnail on attachments (organization_id, thumbnail);

-- Bytes that are stored whole and were checked against their name.
create table blobs (
    organization_id text not null references organizations (id),
    sha256 text not null,
    size bigint not null,
    media_type text not null,
    -- Who sent the bytes first; sees them even before a record names them.
    person_id text not null,
    stored_at bigint not null,
    primary key (organization_id, sha256)
);

-- Bytes that arrived whole and aren't the photo that they were said to be; remembered so that a record
-- that names them later says so, and so that they aren't sent again.
create table rejected_blobs (
    organization_id text not null references organizations (id),
    sha256 text not null,
    -- As the device said; the same bytes under their true type may be fine.
    media_type text not null,
    refusal text not null,
    at bigint not null,
    primary key (organization_id, sha256, media_type)
);

-- tus uploads in progress. Each accepted piece is its own object; stored_bytes counts durable ones.
create table uploads (
    id text primary key,
    organization_id text not null references organizations (id),
    device_id text not null,
    person_id text not null,
    sha256 text not null,
    size bigint not null,
    media_type text not null,
    stored_bytes bigint not null,
    pieces bigint not null,
    -- Who may write: a new HEAD takes the lock from a hung PATCH.
    lock_holder text not null,
    created_at bigint not null,
    expires_at bigint not null
);
create unique index uploads_device on uploads (device_id, sha256);
create index uploads_expiry on uploads (expires_at);

-- The objects that hold an upload's pieces. Their names are unique, so that a hung PATCH that lost
-- the lock can't overwrite what came after it.
create table upload_pieces (
    upload_id text not null references uploads (id),
    number bigint not null,
    object text not null,
    size bigint not null,
    primary key (upload_id, number)
);

-- The raw envelope of every operation ever received, for ever. An id that came again with other
-- content, or that couldn't be read, is kept under an id derived from the content.
create table inbox (
    organization_id text not null,
    op_id text not null,
    device_id text not null,
    device_epoch bigint not null,
    device_seq bigint not null,
    person_id text not null,
    payload_hash text not null,
    raw text not null,
    verdict text not null,
    outcome text not null,
    record_area text not null,
    record_id text not null,
    received_at bigint not null,
    -- For held operations: until when, and what they wait for.
    held_until bigint,
    waits_for text,
    primary key (organization_id, op_id)
);
create unique index inbox_device on inbox (device_id, device_epoch, device_seq, op_id);
-- Partial, because nearly every operation is applied at once: most inserts touch none of them.
create index inbox_quarantined on inbox (organization_id, received_at) where verdict = 'quarantined';
create index inbox_held on inbox (organization_id, held_until) where verdict = 'held';
create index inbox_waits on inbox (organization_id, waits_for) where verdict = 'held';

-- The change feed: the latest position of each record for each audience it has
-- (`org`, `staff`, `person:<id>`). A row with removed = 1 tells that audience to drop its copy.
create table feed (
    organization_id text not null,
    audience text not null,
    area text not null,
    record_id text not null,
    seq bigint not null,
    digest bigint not null,
    removed bigint not null,
    primary key (organization_id, audience, area, record_id)
);
create index feed_seq on feed (organization_id, audience, seq);
-- Who knows of a gate: asked when an activity gets another organizer.
create index feed_gates on feed (organization_id, record_id) where area = 'gates';

-- Who did what; kept six months at least.
create table audit (
    id text primary key,
    organization_id text not null,
    at bigint not null,
    person_id text,
    device_id text,
    act text not null,
    subject_area text,
    subject_id text,
    detail text not null
);
create index audit_at on audit (organization_id, at);
