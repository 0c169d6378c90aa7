-- What else was said of a photo where two changed the same words, as JSON; null when nothing waits.
alter table attachments add column others text;

-- What a photo's words were before each change of them.
create table photo_words (
    organization_id text not null references organizations (id),
    attachment_id text not null references attachments (id),
    -- The revision that the change made.
    revision bigint not null,
    at bigint not null,
    person_id text not null,
    was_caption text not null,
    was_people text not null,
    primary key (organization_id, attachment_id, revision)
);
