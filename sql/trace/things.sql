-- the things that an id of the district means or ever meant.
-- grain: roster_id
-- reads: book.roster.ids
select distinct roster_id, record_type
from book.roster.ids
where sourced_id = $sourced_id
order by roster_id
