-- who a contact and a student are in the roster now, by the ids of the district.
-- grain: record_type
-- reads: book.roster.ids
select record_type, roster_id
from book.roster.ids
where
    until_sync is null
    and (
        (record_type = 'guardians' and sourced_id = $contact_id)
        or (record_type = 'students' and sourced_id = $student_id)
    )
