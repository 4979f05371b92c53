-- how many people stand in the roster.
-- grain: one row
-- reads: book.roster.users
select count(*) as people
from book.roster.users
where until_sync is null and state = 'active'
