-- sync.verdict: what becomes of the plan.
-- grain: one row
create table if not exists day.sync.verdict (
    outcome         varchar not null,       -- applied, unchanged, held, rejected or missing
    initial         boolean not null,
    baseline_sync   integer not null,       -- 0: nothing stood there
    is_preview      boolean not null,       -- an older date, a dry run or a district that is only observed
    observe_only    boolean not null,       -- the district's setting
    is_quiet        boolean not null,       -- the roster stays as it is, to the last column
    resumes         integer,                -- the sync that this plan was already applied as, before a crash
    hold_digest     varchar,
    fingerprint     varchar,                -- of delivery, settings and code
    decisions       integer not null,       -- how many decisions had been recorded
    valid_until     date                    -- from this date on the same files may mean something else; null: never
);
