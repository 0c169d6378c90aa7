-- Whether what a line names counts for its item, and the day that it bears (areas/evidence/standing.rs).
-- Null until it was judged: lines from before there was this. The ledger of a year is counted in the
-- indexes alone.
alter table evidence add column counts bigint;
alter table evidence add column dated_on text;
create index evidence_unjudged on evidence (organization_id, subject_area, subject_id) where counts is null;
create index evidence_of_items on evidence
    (organization_id, standard_id, year, item, kind, counts, dated_on, subject_area);
create index evidence_of_things on evidence
    (organization_id, standard_id, year, counts, subject_area, subject_id, dated_on);
