-- how many active records stand after sync $sync, per record type.
-- grain: record_type
-- reads: book.sync.counts
select record_type, active_after as active
from book.sync.counts
where sync_number = $sync
