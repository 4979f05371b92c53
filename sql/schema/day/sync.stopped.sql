-- sync.stopped: the changes that a hold stops by itself; what hangs on them is withheld with them.
-- grain: record_type, roster_id
create table if not exists day.sync.stopped (
    record_type     varchar not null,
    roster_id       bigint not null
);
