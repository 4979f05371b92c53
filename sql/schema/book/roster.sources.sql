-- roster.sources: the columns of the files that have told something, so that one that falls silent is noticed on every
-- night until it speaks again.
-- grain: file, field, since_sync
create table if not exists book.roster.sources (
    file            varchar not null,       -- such as contacts.csv
    field           varchar not null,       -- as in pipeline/oneroster/files.py
    silent_since    date,                   -- the first sync date without it; null: the newest files have it
    since_sync      integer not null,
    until_sync      integer                 -- null: current
);
