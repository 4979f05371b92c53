-- meta.codes: what each finding code means for a row and for the whole delivery.
-- grain: code
-- reads: the catalogue in pipeline/oneroster/findings.py
create table if not exists day.meta.codes (
    code            varchar not null,
    severity        varchar not null,       -- error, warning or notice
    refuses         boolean not null        -- the whole delivery is rejected for it
);
