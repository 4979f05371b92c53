-- roster.enrollments: every version of every enrollment.
-- grain: roster_id, since_sync; current: class_roster_id, user_roster_id, role
create table if not exists book.roster.enrollments (
    roster_id           bigint not null,
    class_roster_id     bigint not null,
    user_roster_id      bigint not null,
    role                varchar not null,   -- the role in the class
    sourced_id          varchar,            -- an attribute, never the key
    is_primary          boolean,
    begin_date          varchar,
    end_date            varchar,
    state               varchar not null,   -- active or archived
    since_sync          integer not null,
    until_sync          integer,            -- null: current
    delivery_sha256     varchar,
    line                bigint              -- of enrollments.csv
);
