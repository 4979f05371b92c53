-- sync.enrollments: the plan for enrollments. Values are those to stand afterwards; null for an archive.
-- grain: class_roster_id, user_roster_id, role
create table if not exists day.sync.enrollments (
    roster_id           bigint not null,
    class_roster_id     bigint not null,
    user_roster_id      bigint not null,
    role                varchar not null,
    operation           varchar not null,       -- add, update, restore, archive, fill, keep or absent
    changed         varchar[] not null,     -- an update's changed columns, in the spelling of OneRoster
    consequence     boolean not null,       -- an archive that follows from another
    withheld        boolean not null,       -- stopped by the gate
    line                bigint,
    origin_sha256       varchar,                -- of an undo or a replay: the delivery that the values come from
    sourced_id          varchar,
    is_primary          boolean,
    begin_date          varchar,
    end_date            varchar
);
