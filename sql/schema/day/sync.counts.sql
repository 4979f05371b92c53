-- sync.counts: what the plan does, per record type. The sums: see pipeline/report/model.py.
-- grain: record_type
create table if not exists day.sync.counts (
    record_type         varchar not null,
    position            integer not null,   -- the order of every report
    added               bigint not null,
    updated             bigint not null,
    unchanged           bigint not null,
    restored            bigint not null,
    archived            bigint not null,
    kept                bigint not null,
    withheld_add        bigint not null,
    withheld_update     bigint not null,
    withheld_restore    bigint not null,
    withheld_archive    bigint not null,
    active_before       bigint not null,
    active_after        bigint not null
);
