-- sync.causes: why this sync withheld changes.
-- grain: sync_number, origin
-- reads: sync.causes of the day
insert into book.sync.causes by name
select $sync as sync_number, *
from day.sync.causes
