-- the people of the roster who have a number.
-- grain: roster_id
-- reads: book.roster.users, book.roster.ids
select
    users.roster_id,
    ids.sourced_id
from book.roster.users as users
inner join book.roster.ids as ids on users.roster_id = ids.roster_id and ids.until_sync is null
where users.until_sync is null and lower(users.identifier) = lower($identifier)
order by users.roster_id
