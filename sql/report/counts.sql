-- what the plan does, per record type, in the order of every report.
-- grain: record_type
-- reads: sync.counts, sync.record_types
select counts.*
from day.sync.counts as counts
inner join day.sync.record_types as record_types using (record_type)
order by record_types.position
