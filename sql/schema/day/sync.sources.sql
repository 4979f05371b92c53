-- sync.sources: the columns that tonight's files have, and those that earlier ones had, as the plan takes them.
-- grain: file, field
create table if not exists day.sync.sources (
    file            varchar not null,
    field           varchar not null,       -- as in pipeline/oneroster/files.py
    -- said, absent, retired (absent, and a person said that it stays so), or unsaid (of a file of changes)
    state           varchar not null,
    is_new          boolean not null,       -- no earlier files had it
    silent_since    date                    -- of an absent one: the first sync date without it
);
