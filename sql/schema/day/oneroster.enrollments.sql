-- oneroster.enrollments: who is in which class, as what.
-- grain: class_sourced_id, user_sourced_id, role
create table if not exists day.oneroster.enrollments (
    line                bigint not null,
    class_sourced_id    varchar not null,
    user_sourced_id     varchar not null,
    role                varchar not null,
    sourced_id          varchar,            -- an attribute, never the key: many exports do not have it
    is_primary          boolean,
    begin_date          varchar,
    end_date            varchar
);
