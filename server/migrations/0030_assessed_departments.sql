-- Which department answers for an item in a year, where the office chose one; domain::self_assessment.
create table self_assessment_departments (
    organization_id text not null references organizations (id),
    year bigint not null,
    item text not null,
    revision bigint not null,
    -- Null: whom the standard names.
    department_id text references departments (id),
    primary key (organization_id, year, item)
);
