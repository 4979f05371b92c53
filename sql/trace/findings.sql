-- what was found wrong with the rows of an id on one day.
-- grain: none
-- reads: meta.findings, raw.origins
select
    coalesce(origins.sent_file, findings.file)          as file,
    coalesce(origins.sent_line, findings.line)          as line,
    if(origins.sent_file is null, null, findings.file)  as made_file,
    findings.field,
    findings.code,
    findings.severity,
    findings.sourced_id,
    findings.value
from day.meta.findings as findings
left join day.raw.origins as origins using (file, line)
where findings.sourced_id = $sourced_id
order by
    list_position(['users.csv', 'classes.csv', 'enrollments.csv'], findings.file),
    findings.file,
    findings.line,
    findings.code,
    findings.field,
    findings.value
