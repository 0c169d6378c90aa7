-- What a photo's file and its author say of it (domain::areas::attachments::PhotoFacts as JSON).
alter table attachments add column facts text;

-- How each photo that arrived looks (domain::photos::likeness).
create table likenesses (
    organization_id text not null references organizations (id),
    sha256 text not null,
    -- Null: not looked at yet. Empty: nothing to recognize in it, or it can't be opened.
    likeness text,
    primary key (organization_id, sha256)
);
create index likenesses_waiting on likenesses (organization_id, sha256) where likeness is null;

-- The names under which a photo is found by one that looks like it.
create table likeness_bands (
    organization_id text not null,
    band text not null,
    sha256 text not null,
    primary key (organization_id, band, sha256)
);

-- The photos of before; a job looks at them bit by bit.
insert into likenesses (organization_id, sha256)
    select distinct organization_id, blob from attachments where stored = 1;
