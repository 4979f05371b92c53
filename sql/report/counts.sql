-- what the plan does, per record type, in the order of every report.
-- grain: record_type
-- reads: sync.counts
select *
from day.sync.counts
order by position
