-- the ids that the things have had, oldest first.
-- grain: roster_id, since_sync
-- reads: book.roster.ids
select roster_id, record_type, sourced_id, since_sync, until_sync
from book.roster.ids
where list_contains($things, roster_id)
order by roster_id, since_sync
