-- standard.columns: the columns of OneRoster 1.1.
-- grain: file, field
-- reads: pipeline/oneroster/files.py
create table if not exists day.standard.columns (
    file            varchar not null,
    field           varchar not null,       -- as the standard spells it
    kind            varchar not null,
    is_list         boolean not null,
    mandatory       boolean not null,
    has_vocabulary  boolean not null,
    reference       varchar                 -- the file whose sourcedId a value must be
);
