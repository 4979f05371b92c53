-- how many changes the plan makes.
-- grain: one row
-- reads: sync.counts
select sum(added + updated + restored + archived)::bigint as changes
from day.sync.counts
