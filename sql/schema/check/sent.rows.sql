-- sent.rows: every row of every file of a package, as sent.
-- grain: file, line
create table if not exists day.sent.rows (
    file            varchar not null,       -- the standard's name, such as users.csv
    line            bigint not null,        -- physical line on which the row starts; the header is 1
    cells           varchar[] not null
);
