-- oneroster.enrollment_rows: each row of enrollments.csv with its verdict.
-- grain: line
create table if not exists day.oneroster.enrollment_rows (
    line                bigint not null,
    class_sourced_id    varchar,
    user_sourced_id     varchar,
    by_number           boolean not null default false, -- it is the number of a student
    role                varchar,
    verdict             varchar not null,   -- accepted, rejected or excluded
    reason              varchar,            -- the code that decided, where not accepted
    sourced_id          varchar,
    is_primary          boolean,
    begin_date          varchar,            -- YYYY-MM-DD; null: blank, or no date
    end_date            varchar
);
