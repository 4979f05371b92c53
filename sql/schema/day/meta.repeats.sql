-- meta.repeats: the earlier sync that this day repeats to the letter: its day database holds the tables, this one none.
-- grain: one row; none where the day was worked out
create table if not exists day.meta.repeats (
    sync_number     integer not null,
    sync_date       date not null           -- whose day database has the rows
);
