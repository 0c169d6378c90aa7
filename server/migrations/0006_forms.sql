-- Who wrote a version: it came with Minglu ('builtin'), or it is the office's own ('office').
alter table forms add column origin text not null default 'builtin';
-- Who finds it in the list for new records (domain::forms::Offer as JSON); empty is everybody.
alter table forms add column offer text not null default '';
-- When the office last published or offered the version, and who did; null if it never did.
alter table forms add column published_at bigint;
alter table forms add column published_by text;
