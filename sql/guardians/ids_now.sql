-- the ids that people of the roster have now, and whether another person has the same: a student's number may be the id
-- of a contact.
-- grain: roster_id
-- reads: book.roster.ids
select
    roster_id,
    sourced_id,
    record_type = 'students' and sourced_id in (
        select others.sourced_id
        from book.roster.ids as others
        where others.until_sync is null and others.record_type not in ('students', 'classes')
    )                                           as is_shared
from book.roster.ids
where until_sync is null and list_contains($things, roster_id)
