-- how many enrollments of the day stand there more than once.
-- grain: one row
-- reads: oneroster.enrollments
select count(*) as broken
from (
    select class_sourced_id
    from day.oneroster.enrollments
    group by class_sourced_id, user_sourced_id, role
    having count(*) > 1
)
