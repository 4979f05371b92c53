-- the pairs of contact and student that the files of a day bar, with the bar in words.
-- grain: contact_id, student_id
-- reads: guardians.guardians
select contact_id, student_id, reason
from day.guardians.guardians
where is_barred and verdict <> 'blocked'
