-- oneroster.left_out: what rows that were left out for an error name, and what a file of changes does not name: about
-- none of it the files' silence says anything.
-- grain: file, line, sourced_id
create table if not exists day.oneroster.left_out (
    file            varchar not null,
    line            bigint not null,        -- 0: a file of changes has no row of it
    sourced_id      varchar not null,       -- an id in the row
    is_key          boolean not null        -- the id is the row's own; false: a cell of a row that cannot be read
);
