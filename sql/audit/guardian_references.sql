-- how many links of the day name a contact or a student that the day does not have.
-- grain: one row
-- reads: guardians.guardians, oneroster.users, oneroster.known
with people as (
    select sourced_id, by_number, record_kind from day.oneroster.users
    union all
    select sourced_id, by_number, record_kind from day.oneroster.known where file = 'users.csv'
)

select count(*) as broken
from day.guardians.guardians
where
    role is not null
    and (
        contact_id not in (select sourced_id from people where not by_number)
        or student_id not in (select sourced_id from people where record_kind = 'student')
    )
