-- the ids that things of the roster have.
-- grain: roster_id
-- reads: book.roster.ids
select roster_id, record_type, sourced_id
from book.roster.ids
where until_sync is null
order by roster_id
