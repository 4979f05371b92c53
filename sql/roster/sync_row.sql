-- one sync of the roster.
-- grain: one row
-- reads: book.sync.syncs
select *
from book.sync.syncs
where number = $sync
