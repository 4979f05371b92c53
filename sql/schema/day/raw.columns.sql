-- raw.columns: the header of each file, as sent and as understood.
-- grain: file, position
create table if not exists day.raw.columns (
    file            varchar not null,
    position        integer not null,       -- from 1
    header          varchar not null,       -- as sent
    field           varchar,                -- the column it was read into; null: not a column that we know
    state           varchar not null        -- used, extra (known to nobody) or dropped (never stored: passwords)
);
