-- the verdict on the plan.
-- grain: one row
-- reads: sync.verdict
select *
from day.sync.verdict
