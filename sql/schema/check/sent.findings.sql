-- sent.findings: what does not conform.
-- grain: none; a row may have several findings
create table if not exists day.sent.findings (
    file            varchar not null,
    line            bigint,                 -- physical line; null: the whole file
    field           varchar,                -- the column concerned; null: the whole row
    code            varchar not null,       -- in pipeline/oneroster/findings.py
    value           varchar                 -- what stood there
);
