-- what the gate stopped, in the order of every report.
-- grain: record_type, code
-- reads: sync.holds, sync.limits
select holds.*, limits.percent, limits.at_least
from day.sync.holds as holds
inner join day.sync.limits as limits using (record_type)
order by limits.position, holds.code
