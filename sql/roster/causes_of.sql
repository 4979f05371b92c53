-- why a sync withheld changes.
-- grain: origin
-- reads: book.sync.causes
select *
from book.sync.causes
where sync_number = $sync
order by origin
