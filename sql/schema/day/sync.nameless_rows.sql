-- sync.nameless_rows: rows that do not say whose they are: while a file has one, what is missing from it may be that
-- row. A person may say that such rows are no one's: that is remembered of their content.
-- grain: file, line
create table if not exists day.sync.nameless_rows (
    file            varchar not null,
    line            bigint not null,
    content         varchar,                -- sha256 of the row's cells; null: it has an id, which is another's as well
    is_settled      boolean not null        -- a person has said that the row is no one's
);
