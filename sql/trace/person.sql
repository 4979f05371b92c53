-- one person of the roster as of now, by the roster's own number.
-- grain: roster_id
-- reads: book.roster.users, book.roster.ids
select
    users.roster_id,
    (
        select arg_max(ids.sourced_id, ids.since_sync) from book.roster.ids as ids
        where ids.roster_id = users.roster_id
    ) as sourced_id,
    users.record_type,
    users.role,
    users.state,
    users.given_name,
    users.family_name,
    users.identifier,
    users.grades,
    users.school_ids,
    users.email,
    users.sms,
    users.phone,
    users.language
from book.roster.users as users
where users.roster_id = $roster_id and users.until_sync is null
