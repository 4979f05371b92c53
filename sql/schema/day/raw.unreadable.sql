-- raw.unreadable: rows that do not fit the header, so that no cell can be trusted to be under its column.
-- grain: file, line
create table if not exists day.raw.unreadable (
    file            varchar not null,
    line            bigint not null,
    cells           varchar[] not null      -- whatever ids stand in them are protected from archiving
);
