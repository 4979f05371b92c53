-- sync.columns: columns that the last delivery did not have, or had and this one has not.
-- grain: file, field
create table if not exists day.sync.columns (
    file            varchar not null,
    field           varchar not null,       -- as in pipeline/oneroster/files.py
    change          varchar not null        -- appeared or vanished
);
