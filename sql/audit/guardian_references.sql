-- how many links of the day name a contact or a student that the day does not have.
-- grain: one row
-- reads: guardians.guardians, oneroster.users
select count(*) as broken
from day.guardians.guardians
where
    role is not null
    and (
        contact_id not in (select sourced_id from day.oneroster.users where not by_number)
        or student_id not in (select sourced_id from day.oneroster.users where record_kind = 'student')
    )
