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
    code not in ('class_missing_for_many', 'user_missing_for_many'),     -- a cause before what it takes down
    count desc,
    list_position(['users.csv', 'classes.csv', 'enrollments.csv'], file),
    file,
    code
