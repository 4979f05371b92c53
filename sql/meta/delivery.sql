-- the delivery that the day database was made from.
-- grain: one row; none where nothing was delivered
-- reads: meta.delivery
select number, sha256, by_hand
from day.meta.delivery
