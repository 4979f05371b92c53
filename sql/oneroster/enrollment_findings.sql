-- oneroster.findings of enrollments.csv: one for each row that was left out for an error, or stands there twice; and
-- one for all rows about another stint than the one that counts.
-- grain: line
-- reads: oneroster.enrollment_rows
insert into day.oneroster.findings by name
select
    'enrollments.csv'   as file,
    rows.line,
    case
        when rows.reason like 'class%' then 'classSourcedId'
        when rows.reason like 'user%' then 'userSourcedId'
        when rows.reason like 'role%' then 'role'
    end                 as field,
    rows.reason         as code,
    rows.sourced_id,
    case
        when rows.reason in ('class_unknown', 'class_rejected') then rows.class_sourced_id
        when rows.reason in ('user_unknown', 'user_rejected', 'user_is_contact') then rows.user_sourced_id
        when rows.reason = 'role_unknown' then rows.role
    end                 as value
from day.oneroster.enrollment_rows as rows
where (rows.verdict = 'rejected' and rows.reason <> 'status_unknown') or rows.reason = 'row_repeated'
union all
select
    'enrollments.csv'   as file,
    min(line)           as line,
    null                as field,
    'other_stints'      as code,
    null                as sourced_id,
    count(*)
    || if(count(*) = 1, ' row, on line ', ' rows, the first on lines ')
    || array_to_string(min(line, 3), ', ') as value
from day.oneroster.enrollment_rows
where reason = 'other_stint'
having count(*) > 0
