-- sync.findings: what the comparison with the roster found that a person should know: a school that the settings no
-- longer have, an id that may mean another person.
-- grain: none
create table if not exists day.sync.findings (
    file            varchar not null,       -- the settings, or a file of the delivery
    line            bigint,                 -- physical line; null: the whole file
    field           varchar,                -- the column concerned; null: the whole row
    code            varchar not null,       -- in pipeline/oneroster/findings.py
    sourced_id      varchar,                -- of the row, where it could be read
    value           varchar                 -- what stood there
);
