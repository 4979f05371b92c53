-- the delivery that the day database was made from; no row where nothing was delivered.
-- grain: one row
-- reads: meta.delivery
select sha256
from day.meta.delivery
