-- every finding with its severity and the sourcedId of its row.
-- grain: none
-- reads: sent.findings, sent.cells, standard.codes
select
    findings.file,
    findings.line,
    findings.field,
    findings.code,
    codes.severity,
    nullif(ids.value, '')                       as sourced_id,
    findings.value
from day.sent.findings as findings
inner join day.standard.codes as codes using (code)
left join day.sent.cells as ids
    on findings.file = ids.file and findings.line = ids.line and ids.field = 'sourcedId'
order by
    codes.severity = 'notice',
    codes.severity = 'warning',
    findings.line is not null,
    findings.file,
    findings.line,
    findings.field,
    findings.code
