-- sync.counts: what the plan does, per record type. The sums: see pipeline/report/model.py.
-- grain: record_type
create table if not exists day.sync.counts (
    record_type         varchar not null,
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
    active_after        bigint not null,
    filled              bigint not null,    -- of the unchanged: got a value in a column that appeared
    waiting             bigint not null,    -- absent from the files, not archived yet
    -- active, and nothing that could say otherwise was there: absent files and columns, rows left out
    not_reported        bigint not null default 0
);
