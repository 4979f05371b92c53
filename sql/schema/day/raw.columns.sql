-- raw.columns: the header of each file, as sent and as understood.
-- grain: file, position
create table if not exists day.raw.columns (
    file            varchar not null,
    position        integer not null,       -- from 1
    header          varchar not null,       -- as sent
    field           varchar,                -- the column it was read into; null: not a column that we know
    -- used, extra (known to nobody), dropped (never stored: passwords) or mark (it says how other cells are meant)
    state           varchar not null
);
