-- how many pairs of contact and student of the day stand there more than once.
-- grain: one row
-- reads: guardians.guardians
select count(*) as broken
from (
    select contact_id
    from day.guardians.guardians
    group by contact_id, student_id
    having count(*) > 1
)
