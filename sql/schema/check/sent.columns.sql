-- sent.columns: the header of each file of a package.
-- grain: file, position
create table if not exists day.sent.columns (
    file            varchar not null,
    position        integer not null,       -- from 1
    header          varchar not null,       -- as sent
    field           varchar                 -- the standard's column that it means; null: none, or one that is not kept
);
