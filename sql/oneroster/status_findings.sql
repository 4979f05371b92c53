-- oneroster.findings: one for each row whose status says that its record is not active, or is no word that we know;
-- and one for all enrollments of people and in classes whose own rows say so.
-- grain: file, line, code
-- reads: oneroster.user_rows, oneroster.class_rows, oneroster.enrollment_rows, raw.users, raw.classes, raw.enrollments
insert into day.oneroster.findings by name
select
    'users.csv'                                 as file,
    rows.line,
    'status'                                    as field,
    rows.reason                                 as code,
    rows.sourced_id,
    trim(raw.status)                            as value
from day.oneroster.user_rows as rows
inner join day.raw.users as raw using (line)
where rows.reason in ('status_inactive', 'status_unknown')
union all
select
    'classes.csv'                               as file,
    rows.line,
    'status'                                    as field,
    rows.reason                                 as code,
    rows.sourced_id,
    trim(raw.status)                            as value
from day.oneroster.class_rows as rows
inner join day.raw.classes as raw using (line)
where rows.reason in ('status_inactive', 'status_unknown')
union all
select
    'enrollments.csv'                           as file,
    rows.line,
    'status'                                    as field,
    rows.reason                                 as code,
    rows.sourced_id,
    trim(raw.status)                            as value
from day.oneroster.enrollment_rows as rows
inner join day.raw.enrollments as raw using (line)
where rows.reason in ('status_inactive', 'status_unknown')
union all
select
    'enrollments.csv'                           as file,
    min(line)                                   as line,
    null                                        as field,
    'not_active'                                as code,
    null                                        as sourced_id,
    count(*)
    || if(count(*) = 1, ' row, on line ', ' rows, the first on lines ')
    || array_to_string(min(line, 3), ', ')      as value
from day.oneroster.enrollment_rows
where reason = 'not_active'
having count(*) > 0
