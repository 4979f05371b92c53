-- sync.syncs: every sync of the district, numbered for ever. A past sync never changes.
-- grain: number
create table if not exists book.sync.syncs (
    number          integer not null,
    kind            varchar not null,       -- day, undo, replay or rename
    sync_date       date not null,          -- the district's local date
    outcome         varchar not null,       -- applied, unchanged, held, rejected or missing
    initial         boolean not null,       -- the first sync that put people into the roster
    baseline_sync   integer not null,       -- what it was compared with; 0: nothing stood there
    delivery_number integer,                -- null: nothing was delivered
    delivery_sha256 varchar,
    hold_digest     varchar,                -- names the withheld set; null: nothing was withheld
    recorded_at     timestamptz not null    -- UTC
);
