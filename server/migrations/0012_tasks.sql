-- The task list (areas/tasks). Only the sample had filled the first table of this name; nothing read it.
drop table tasks;
create table tasks (
    id text primary key,
    organization_id text not null references organizations (id),
    revision bigint not null,
    number bigint not null,
    stage text not null,
    title text not null,
    details text not null,
    department_id text,
    helpers text not null,
    leader text not null,
    responsible text not null,
    person_id text,
    schedule text not null,
    evidence text not null,
    done_when text not null,
    items text not null,
    form_id text,
    active bigint not null
);
create index tasks_number on tasks (organization_id, number, id);

-- That an occurrence of a task, named by its deadline, is done: what shows it, or the office's reason.
create table task_completions (
    id text primary key,
    organization_id text not null references organizations (id),
    task_id text not null references tasks (id),
    occurrence text not null,
    subjects text not null,
    reason text not null,
    done_by text not null,
    done_at bigint not null
);
create unique index task_completions_occurrence on task_completions
    (organization_id, task_id, occurrence);

-- Problems that are put right (areas/rectifications).
create table rectifications (
    id text primary key,
    organization_id text not null references organizations (id),
    revision bigint not null,
    state text not null,
    due_on text not null,
    department_id text,
    person_id text,
    problem text not null,
    after_subjects text not null,
    created_at bigint not null,
    closed_at bigint
);
create index rectifications_due on rectifications (organization_id, state, due_on, id);

-- What became of each, never changed.
create table rectification_events (
    id text primary key,
    organization_id text not null references organizations (id),
    rectification_id text not null references rectifications (id),
    revision bigint not null,
    at bigint not null,
    person_id text not null,
    act text not null,
    note text not null
);
create index rectification_events_of on rectification_events
    (organization_id, rectification_id, revision);

-- What a record shows of a problem's beginning: a record becomes one problem once.
create table rectification_sources (
    organization_id text not null references organizations (id),
    subject_area text not null,
    subject_id text not null,
    rectification_id text not null references rectifications (id),
    primary key (organization_id, subject_area, subject_id, rectification_id)
);

-- Who knows of a task or a problem: those before drop it where it is given to others or done.
create index feed_tasks on feed (organization_id, record_id) where area = 'tasks';
create index feed_rectifications on feed (organization_id, record_id) where area = 'rectifications';
