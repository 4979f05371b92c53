-- oneroster.enrollments: who is in which class, as what.
-- grain: class_sourced_id, user_sourced_id, role
-- reads: oneroster.enrollment_rows, raw.enrollments
insert into day.oneroster.enrollments by name
select
    rows.line,
    rows.class_sourced_id,
    rows.user_sourced_id,
    rows.role,
    nullif(trim(raw.sourced_id), '')            as sourced_id,
    case lower(trim(raw.is_primary)) when 'true' then true when 'false' then false end as is_primary,
    nullif(trim(raw.begin_date), '')            as begin_date,
    nullif(trim(raw.end_date), '')              as end_date
from day.oneroster.enrollment_rows as rows
inner join day.raw.enrollments as raw on rows.line = raw.line
where rows.verdict = 'accepted'
