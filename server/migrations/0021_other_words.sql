-- What waited beside a photo's words before each change of them, as JSON; null when nothing did.
alter table photo_words add column was_others text;
