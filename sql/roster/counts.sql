-- sync.counts: what the sync did, per record type.
-- grain: sync_number, record_type
-- reads: sync.counts of the day
insert into book.sync.counts by name
select $sync as sync_number, * exclude (position)
from day.sync.counts
