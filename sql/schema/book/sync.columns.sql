-- sync.columns: the columns that the files of each sync had, so that one that appears or vanishes is named.
-- grain: sync_number, file, field
create table if not exists book.sync.columns (
    sync_number     integer not null,
    file            varchar not null,       -- users.csv, classes.csv or enrollments.csv
    field           varchar not null        -- as in pipeline/oneroster/files.py
);
