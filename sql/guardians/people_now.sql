-- who a contact and a student are in the roster now, by the ids of the district. A contact may be anybody.
-- grain: is_student, roster_id
-- reads: book.roster.ids
select sourced_id = $student_id and record_type = 'students' as is_student, roster_id
from book.roster.ids
where
    until_sync is null
    and record_type <> 'classes'
    and (
        sourced_id = $contact_id
        or (sourced_id in ($student_id, $contact_number) and record_type = 'students')
    )
-- a student's number may be the id of a contact: the last one counts
order by record_type <> 'students'
