-- meta.files: the files of the delivery.
-- grain: file
create table if not exists day.meta.files (
    file            varchar not null,       -- the standard's name, such as users.csv
    name            varchar not null,       -- as the server spells it
    size            bigint not null,        -- bytes
    modified_at     timestamptz,            -- the server's word, never relied on
    sha256          varchar not null
);
