-- Photos that look nearly alike, noted when the later of the two is looked at. A pair stands twice, so
-- that either photo finds the other by its own name.
create table look_alikes (
    organization_id text not null references organizations (id),
    sha256 text not null,
    other text not null,
    -- In how many signs they differ.
    distance bigint not null,
    primary key (organization_id, sha256, other)
);

-- Whether a photo was compared with those before it.
alter table likenesses add column compared bigint not null default 0;
drop index likenesses_waiting;
create index likenesses_waiting on likenesses (organization_id, sha256) where compared = 0;
