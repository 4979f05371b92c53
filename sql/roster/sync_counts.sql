-- what one sync did, per record type.
-- grain: record_type
-- reads: book.sync.counts
select *
from book.sync.counts
where sync_number = $sync
