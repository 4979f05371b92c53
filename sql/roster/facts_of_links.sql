-- whether the links say what a contact is to a student, whether every contact is the same to all of its students, and
-- whether a staff member is a guardian.
-- grain: one row
-- reads: book.roster.guardian_links, book.roster.users
with contacts as (
    select
        contact_roster_id,
        count(relationship) + count(legal_guardian) > 0     as has_facts,
        min(hash(relationship, legal_guardian)) = max(hash(relationship, legal_guardian)) as is_unanimous
    from book.roster.guardian_links
    where in_force(since_sync, until_sync, $sync) and state = 'active'
    group by contact_roster_id
)

select
    coalesce(bool_or(has_facts), false)                     as has_facts,
    coalesce(bool_and(is_unanimous), true)                  as is_unanimous,
    coalesce(
        bool_or(
            contact_roster_id in (
                select roster_id
                from book.roster.users
                where
                    in_force(since_sync, until_sync, $sync)
                    and state = 'active'
                    and record_type = 'staff'
            )
        ), false
    )                                                       as has_staff
from contacts
