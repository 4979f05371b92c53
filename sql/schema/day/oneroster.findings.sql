-- oneroster.findings: what stage oneroster found wrong, row by row.
-- grain: none; a row may have several findings
create table if not exists day.oneroster.findings (
    file            varchar not null,       -- a file of the delivery, or the settings
    line            bigint,                 -- physical line; null: the whole file
    field           varchar,                -- the column concerned; null: the whole row
    code            varchar not null,       -- in pipeline/oneroster/findings.py
    sourced_id      varchar,                -- of the row, where it could be read
    value           varchar                 -- what stood there
);
