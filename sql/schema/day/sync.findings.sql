-- sync.findings: what the comparison with the roster found that a person should know, row by row.
-- grain: none; a row may have several findings
create table if not exists day.sync.findings (
    file            varchar not null,       -- users.csv, contacts.csv or guardians.csv
    line            bigint,
    field           varchar,                -- the column concerned; null: the whole row
    code            varchar not null,       -- in pipeline/oneroster/findings.py
    sourced_id      varchar,
    value           varchar
);
