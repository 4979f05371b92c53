-- the pairs of contact and student that are barred.
-- grain: contact_id, student_id
-- reads: guardians.guardians
select contact_id, student_id
from day.guardians.guardians
where is_barred
