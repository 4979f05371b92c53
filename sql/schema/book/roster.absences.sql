-- roster.absences: who is absent from the files and not archived yet (sync.archive_after_days), since when.
-- grain: record_type, roster_id, since_sync
create table if not exists book.roster.absences (
    record_type     varchar not null,
    roster_id       bigint not null,
    absent_since    date not null,          -- the first sync date without it
    since_sync      integer not null,
    until_sync      integer                 -- null: current
);
