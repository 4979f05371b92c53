-- what a correction archives, by record type and number, as one list.
-- grain: one row
-- reads: sync.plan
select coalesce(list(record_type || ' ' || roster_id order by record_type, roster_id), []) as losses
from day.sync.plan
where operation = 'archive'
