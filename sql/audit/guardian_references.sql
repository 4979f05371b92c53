-- how many links of the day name a contact or a student that the day does not have.
-- grain: one row
-- reads: guardians.guardians, oneroster.users, oneroster.known
with people as (
    select sourced_id, contact_key(sourced_id, by_number, sent_id) as contact_key, record_kind from day.oneroster.users
    union all
    select sourced_id, if(by_number, null, sourced_id) as contact_key, record_kind
    from day.oneroster.known
    where file = 'users.csv'
)

select count(*) as broken
from day.guardians.guardians
where
    role is not null
    and (
        contact_id not in (select contact_key from people where contact_key is not null)
        or student_id not in (select sourced_id from people where record_kind = 'student')
    )
