-- sync.holds: what the gate stopped in this sync.
-- grain: sync_number, record_type, code
-- reads: sync.holds of the day
insert into book.sync.holds by name
select $sync as sync_number, *
from day.sync.holds
