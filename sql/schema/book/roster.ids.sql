-- roster.ids: which thing an id of the district means, with history: a change of id moves the id, not the thing.
-- grain: record_type, sourced_id, since_sync
create table if not exists book.roster.ids (
    roster_id       bigint not null,
    record_type     varchar not null,       -- students, staff, guardians or classes
    sourced_id      varchar not null,       -- text, never a number
    since_sync      integer not null,
    until_sync      integer                 -- null: current
);
