-- sync.held_ids: what waits because an id may mean another person than it did: the people themselves, and all that
-- tonight's files say of them: enrollments and links won or lost, and the guardians who would go with those.
-- grain: record_type, roster_id
create table if not exists day.sync.held_ids (
    record_type     varchar not null,
    roster_id       bigint not null,
    cause           varchar not null,       -- as in sync.claims
    claimed         bigint not null,        -- the roster_id of the claim that it follows from
    origin          varchar not null        -- the cause: an id, a column, or all ids of a type
);
