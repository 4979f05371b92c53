-- the ids that people of the roster have now.
-- grain: roster_id
-- reads: book.roster.ids
select roster_id, sourced_id
from book.roster.ids
where until_sync is null and list_contains($things, roster_id)
