-- findings by code.
-- grain: file, code
-- reads: meta.findings, raw.origins
with told as (
    select
        coalesce(origins.sent_file, findings.file)      as file,
        findings.code,
        findings.severity
    from day.meta.findings as findings
    left join day.raw.origins as origins using (file, line)
)

select
    file,
    code,
    severity,
    count(*)                                            as count
from told
group by file, code, severity
order by
    severity = 'notice',
    severity = 'warning',
    -- a cause before what it takes down
    code not in ('class_missing_for_many', 'user_missing_for_many', 'ids_differ'),
    count desc,
    list_position(['users.csv', 'classes.csv', 'enrollments.csv'], file),
    file,
    code
