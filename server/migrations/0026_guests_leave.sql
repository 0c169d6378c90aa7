-- When a guest left, as the phones recorded it; the latest counts. Null while nobody did.
alter table guests add column left_at bigint;
