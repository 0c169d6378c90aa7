-- The review list of one form in one state (areas/submissions/list.rs): nearly all of a form's records
-- are approved or none is, and reading past the others takes too long on a million rows.
create index submissions_form_state on submissions
    (organization_id, form_id, state, received_at desc, id desc);
