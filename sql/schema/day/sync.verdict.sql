-- sync.verdict: what becomes of the plan.
-- grain: one row
create table if not exists day.sync.verdict (
    outcome         varchar not null,       -- applied, unchanged, held, rejected or missing
    initial         boolean not null,
    baseline_sync   integer not null,       -- 0: nothing stood there
    is_look         boolean not null,       -- an older date or a dry run: nothing is applied
    hold_digest     varchar
);
