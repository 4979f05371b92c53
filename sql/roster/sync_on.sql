-- the last sync of a date or before it.
-- grain: one row; none where no sync was
-- reads: book.sync.syncs
select number, sync_date, outcome
from book.sync.syncs
where $day::date is null or sync_date <= $day::date
order by number desc
limit 1
