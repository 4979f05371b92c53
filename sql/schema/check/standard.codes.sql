-- standard.codes: what each finding code means.
-- grain: code
-- reads: the catalogue in pipeline/oneroster/findings.py
create table if not exists day.standard.codes (
    code            varchar not null,
    severity        varchar not null        -- error, warning or notice
);
