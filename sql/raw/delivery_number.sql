-- the delivery that the day began with; no row where nothing was delivered.
-- grain: one row
-- reads: meta.delivery
select number
from day.meta.delivery
