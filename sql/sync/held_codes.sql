-- the codes for which a sync withheld something.
-- grain: code
-- reads: book.sync.holds
select distinct code
from book.sync.holds
where sync_number = $sync
order by code
