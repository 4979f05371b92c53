-- the earlier sync that this day repeats.
-- grain: one row; none where the day was worked out
-- reads: meta.repeats
select sync_number, sync_date
from day.meta.repeats
