-- target.enrollments: the enrollments of the roster that an undo or a replay moves to.
-- grain: class_sourced_id, user_sourced_id, role
create table if not exists day.target.enrollments (
    roster_id           bigint,                 -- null until it is matched with the roster
    class_sourced_id    varchar not null,
    user_sourced_id     varchar not null,
    role                varchar not null,
    sourced_id          varchar,
    is_primary          boolean,
    begin_date          varchar,
    end_date            varchar,
    line                bigint,                 -- of its file
    origin_sha256       varchar                 -- the delivery that the values come from
);
