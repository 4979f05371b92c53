-- what was found wrong with the rows of an id on one day.
-- grain: none
-- reads: meta.findings
select file, line, field, code, severity, sourced_id, value
from day.meta.findings
where sourced_id = $sourced_id
order by list_position(['users.csv', 'classes.csv', 'enrollments.csv'], file), file, line, code, field, value
