-- sync.matched_users: every person of the delivery and of the baseline, matched by id.
-- grain: record_type, sourced_id, is_replaced
create table if not exists day.sync.matched_users (
    record_type     varchar not null,       -- students, staff or guardians, by tonight's files; else as known
    sourced_id      varchar not null,
    -- the id is a student number, which are ids of their own (sync.student_id: identifier)
    by_number       boolean not null default false,
    sent_id         varchar,                -- of a student who is known by the number: the sourcedId of the files
    roster_id       bigint not null,        -- the next free one for a person never seen
    state           varchar,                -- in the baseline: active or archived; null: never seen
    known_type      varchar,                -- the record type in the baseline; null: never seen
    sent            boolean not null,       -- in the delivery, accepted
    line            bigint,
    moved_from      varchar,                -- the id that the person had until tonight; null: this one
    is_replaced     boolean not null default false -- somebody else has the id from tonight on: a second row of it
);
