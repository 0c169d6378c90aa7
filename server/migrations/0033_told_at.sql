-- When the device told last what it holds, by this server's time: one that has more since and had heard less than
-- that was held up on the way, also behind a start at which the device had heard nothing yet.
alter table devices add column told_at bigint;
