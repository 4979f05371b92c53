-- the findings of a file, in the order of its lines, with the name in the row; at most $most of each code.
-- grain: none
-- reads: meta.findings, oneroster.user_rows
with listed as (
    select *
    from day.meta.findings
    where $file is null or file = $file
    qualify $most is null or row_number() over (partition by file, code order by line nulls first) <= $most
)

select
    listed.file,
    listed.line,
    listed.field,
    listed.code,
    listed.severity,
    listed.sourced_id,
    listed.value,
    rows.given_name,
    rows.family_name
from listed
left join day.oneroster.user_rows as rows on listed.file = 'users.csv' and listed.line = rows.line
order by
    list_position(['users.csv', 'classes.csv', 'enrollments.csv'], listed.file),
    listed.line nulls first,
    listed.code
