-- sync.measured: what the gate judges: the changes of the plan that no approval covers, beside the active records of
-- the baseline. One row for each record type in the whole district, in each school, and for students in each grade.
-- Of a school only archives and updates are counted, of a grade only archives.
-- grain: record_type, school_id, grade
create table if not exists day.sync.measured (
    record_type     varchar not null,
    school_id       varchar,                -- null: not of one school
    grade           varchar,                -- null: not of one grade
    base            bigint not null,        -- active records
    archives        bigint not null,        -- that do not follow from another archive
    all_archives    bigint not null,        -- those that follow as well, as enrollments follow their student
    updates         bigint not null,
    adds            bigint not null,
    restores        bigint not null,
    changes         bigint not null         -- all of them
);
