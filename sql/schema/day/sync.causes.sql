-- sync.causes: why changes are withheld, one row for each decision that a person has to make.
-- grain: origin
create table if not exists day.sync.causes (
    origin          varchar not null,       -- what it is about, in a few words that are the same every night
    code            varchar not null,       -- of the hold that leads it, as in pipeline/plan/causes.py
    file            varchar,                -- the file that the changes rest on
    school_id       varchar,                -- only this school's
    grade           varchar,                -- only this grade's
    field           varchar,                -- only updates of this column, in the spelling of OneRoster
    changes         bigint not null,        -- how many changes it stops by itself
    digest          varchar not null,        -- names just these changes: an approval is bound to it
    rows            varchar[]               -- of rows that do not say whose they are: their contents, as sha256
);
