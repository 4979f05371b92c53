-- sent.cells: the cells of all rows that have as many as their header, under the standard's columns.
-- grain: file, line, field
create table if not exists day.sent.cells (
    file            varchar not null,
    line            bigint not null,
    field           varchar not null,       -- the standard's column
    value           varchar not null        -- as sent
);
