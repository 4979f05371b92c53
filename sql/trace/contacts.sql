-- what the guardian rules made of a contact or of a student's contacts on one day.
-- grain: contact_id, student_id
-- reads: guardians.guardians, oneroster.users
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
where
    contact_id = $sourced_id
    or student_id = $sourced_id
    -- a student who is known by the number is named as a contact by the sourcedId
    or contact_id in (select sent_id from day.oneroster.users where sourced_id = $sourced_id and by_number)
order by contact_id, student_id
