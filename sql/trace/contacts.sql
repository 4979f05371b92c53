-- what the guardian rules made of a contact or of a student's contacts on one day.
-- grain: contact_id, student_id
-- reads: guardians.guardians
select contact_id, student_id, role, reason, relationship, legal_guardian, line
from day.guardians.guardians
where contact_id = $sourced_id or student_id = $sourced_id
order by contact_id, student_id
