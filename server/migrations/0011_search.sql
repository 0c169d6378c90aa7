-- What can be found by its words (search/): records, photos by their captions, documents. Made from the
-- other tables and to be made again at any time; the index itself is each database's own.
create table search_documents (
    -- Seconds since 1970 and then a few bits of the id: the latest has the greatest.
    number bigint primary key,
    organization_id text not null references organizations (id),
    area text not null,
    id text not null,
    at bigint not null,
    title text not null,
    body text not null
);
create unique index search_documents_record on search_documents (organization_id, area, id);
create index evidence_added on evidence (organization_id, standard_id, item);
