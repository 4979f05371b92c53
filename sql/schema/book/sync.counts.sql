-- sync.counts: what each sync did, per record type.
-- grain: sync_number, record_type
create table if not exists book.sync.counts (
    sync_number         integer not null,
    record_type         varchar not null,   -- students, staff, guardians, classes, enrollments or guardian_links
    added               bigint not null,
    updated             bigint not null,
    unchanged           bigint not null,
    restored            bigint not null,
    archived            bigint not null,
    kept                bigint not null,    -- left as they were by a setting
    withheld_add        bigint not null,
    withheld_update     bigint not null,
    withheld_restore    bigint not null,
    withheld_archive    bigint not null,
    active_before       bigint not null,
    active_after        bigint not null,    -- active_before + added + restored - archived
    filled              bigint not null,    -- of the unchanged: got a value in a column that appeared
    waiting             bigint not null,    -- absent from the files, not archived yet (sync.archive_after_days)
    -- active, and nothing that could say otherwise was there: absent files and columns, rows left out
    not_reported        bigint not null default 0
);
