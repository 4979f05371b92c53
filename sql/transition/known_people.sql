-- the people and classes of a scratch copy of the roster.
-- grain: roster_id
-- reads: book.roster.ids
select distinct roster_id
from book.roster.ids
order by roster_id
