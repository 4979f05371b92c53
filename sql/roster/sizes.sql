-- how many versions of people the roster had on the evening of $day, and how many people were active then.
-- grain: one row
-- reads: book.roster.users, book.sync.syncs
with newest as (
    select coalesce(max(number), 0) as sync_number
    from book.sync.syncs
    where sync_date <= $day
)

select
    count(*) as versions,
    count(*) filter (where in_force(users.since_sync, users.until_sync, newest.sync_number) and users.state = 'active')
        as people
from book.roster.users as users
inner join newest on users.since_sync <= newest.sync_number
