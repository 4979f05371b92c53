-- sync.protected: what rows that were left out for an error name: none of it is archived for being absent.
-- grain: file, line, sourced_id
create table if not exists day.sync.protected (
    file            varchar not null,
    line            bigint not null,
    sourced_id      varchar not null,       -- an id that stands in the row
    is_key          boolean not null        -- the id is the row's own; false: a cell of a row that cannot be read
);
