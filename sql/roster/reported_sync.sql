-- the newest sync, or the newest one of a date.
-- grain: one row; none where no sync was
-- reads: book.sync.syncs
select number, sync_date
from book.sync.syncs
where $day::date is null or sync_date = $day::date
order by number desc
limit 1
