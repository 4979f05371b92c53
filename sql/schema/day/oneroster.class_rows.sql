-- oneroster.class_rows: each row of classes.csv with its verdict.
-- grain: line
create table if not exists day.oneroster.class_rows (
    line            bigint not null,
    sourced_id      varchar,
    verdict         varchar not null,       -- accepted, rejected or excluded
    reason          varchar                 -- the code that decided, where not accepted
);
