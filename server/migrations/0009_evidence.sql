-- Versions of the standard. At most one is the current one; a draft is what an import makes.
alter table standards add column revision bigint not null default 1;
alter table standards add column state text not null default 'current';
alter table standards add column published_at bigint;
create unique index standards_current on standards (organization_id) where state = 'current';

-- Documents that the office keeps (areas/evidence); their bytes are blobs.
create table files (
    id text primary key,
    organization_id text not null references organizations (id),
    revision bigint not null,
    sha256 text not null,
    bytes bigint not null,
    media_type text not null,
    file_name text not null,
    title text not null,
    kind text not null,
    -- The day that stands on it, as 2026-03-05.
    dated_on text,
    document_no text not null,
    department_id text,
    activity_id text,
    added_by text not null,
    added_at bigint not null,
    withdrawn bigint not null
);
create index files_added on files (organization_id, added_at desc, id desc);
create index files_blob on files (organization_id, sha256);
create index files_activity on files (activity_id) where activity_id is not null;

-- That a record, photo, file or activity proves an item.
create table evidence (
    id text primary key,
    organization_id text not null references organizations (id),
    standard_id text not null references standards (id),
    item text not null,
    kind text not null,
    subject_area text not null,
    subject_id text not null,
    year bigint not null,
    passage text not null,
    added_by text not null,
    added_at bigint not null
);
create unique index evidence_item on evidence
    (organization_id, standard_id, year, item, kind, subject_area, subject_id);
create index evidence_subject on evidence (organization_id, subject_area, subject_id);
