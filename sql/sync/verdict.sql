-- the verdict on the plan.
-- grain: one row
-- reads: sync.verdict
select outcome, initial, baseline_sync, is_look, hold_digest
from day.sync.verdict
