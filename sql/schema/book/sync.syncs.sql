-- sync.syncs: the syncs of the district, numbered for ever. A past sync never changes.
-- A sync that changed nothing is entered together with the next one that did; until then it is in ledger.jsonl alone.
-- grain: number
create table if not exists book.sync.syncs (
    number          integer not null,
    kind            varchar not null,       -- day, undo, replay, renumber or block
    sync_date       date not null,          -- the district's local date
    outcome         varchar not null,       -- applied, unchanged, held, rejected or missing
    initial         boolean not null,       -- the first sync that put people into the roster
    baseline_sync   integer not null,       -- what it was compared with; 0: nothing stood there
    delivery_number integer,                -- null: nothing was delivered
    delivery_sha256 varchar,
    hold_digest     varchar,                -- of the digests of its causes; null: nothing was withheld
    fingerprint     varchar,                -- of delivery, settings and code; null: an undo or a replay
    decisions       integer not null,       -- how many decisions had been recorded when it ran
    valid_until     date,                   -- from this date on the same files may mean something else; null: never
    target_sync     integer,                -- of an undo: the sync it goes back to; of a replay: after which it begins
    in_roster       boolean not null,       -- it was entered by itself, for it changed or withheld something
    recorded_at     timestamptz not null,   -- UTC
    previous_sha256 varchar not null        -- the line of ledger.jsonl that it follows
);
