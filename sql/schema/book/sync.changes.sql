-- sync.changes: what each sync changed; the values before and after stand in the versions of the thing.
-- An initial sync has none: all that it added is known by since_sync.
-- grain: sync_number, record_type, roster_id
create table if not exists book.sync.changes (
    sync_number     integer not null,
    record_type     varchar not null,
    operation       varchar not null,       -- add, update, archive or restore
    roster_id       bigint not null,
    columns         varchar[] not null,     -- the changed columns of an update
    consequence     boolean not null        -- an archive that follows from another
);
