-- meta.findings: the findings of all stages, with their severity.
-- reads: raw.findings, oneroster.findings, guardians.findings, sync.findings, meta.codes
create or replace view day.meta.findings as
select
    findings.*,
    codes.severity,
    codes.refuses
from (
    select 1 as stage, * from day.raw.findings
    union all
    select 2 as stage, * from day.oneroster.findings
    union all
    select 3 as stage, * from day.guardians.findings
    union all
    select 4 as stage, * from day.sync.findings
) as findings
inner join day.meta.codes as codes using (code)
