-- findings by code.
-- grain: file, code
-- reads: meta.findings
select
    file,
    code,
    severity,
    count(*)                                            as count
from day.meta.findings
group by file, code, severity
order by
    severity = 'notice',
    severity = 'warning',
    count desc,
    list_position(['users.csv', 'classes.csv', 'enrollments.csv'], file),
    code
