-- sync.stopped: the changes that a cause stops by itself; what hangs on them is withheld with them.
-- grain: origin, record_type, roster_id
create table if not exists day.sync.stopped (
    origin          varchar not null,       -- of sync.causes
    record_type     varchar not null,
    roster_id       bigint not null
);
