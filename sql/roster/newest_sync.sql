-- the newest sync's number; 0 where none was.
-- grain: one row
-- reads: book.sync.syncs
select coalesce(max(number), 0) as newest_sync
from book.sync.syncs
