-- sync.holds: what the gate judged to be too much in this sync.
-- grain: sync_number, record_type, code, operation, school_id, grade, field, file, roster_id
-- reads: sync.holds of the day, sync.causes of the day
insert into book.sync.holds by name
select $sync as sync_number, *
from day.sync.holds
where origin in (select causes.origin from day.sync.causes as causes)
