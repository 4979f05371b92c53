-- what the guardian rules made of a contact or of a student's contacts on one day.
-- grain: contact_id, student_id
-- reads: guardians.guardians
select
    contact_id,
    student_id,
    role,
    reason,
    relationship,
    relationship_display,
    legal_guardian,
    no_contact,
    custody,
    lives_with,
    emergency,
    priority,
    role_sent,
    file,
    line
from day.guardians.guardians
where contact_id = $sourced_id or student_id = $sourced_id
order by contact_id, student_id
