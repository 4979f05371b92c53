-- the findings of a file, in the order of its lines; at most $most of each code.
-- grain: none
-- reads: meta.findings
select
    file,
    line,
    field,
    code,
    severity,
    sourced_id,
    value
from day.meta.findings
where $file is null or file = $file
qualify $most is null or row_number() over (partition by file, code order by line nulls first) <= $most
order by list_position(['users.csv', 'classes.csv', 'enrollments.csv'], file), line nulls first, code
