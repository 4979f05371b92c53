-- what the day is compared with and judged by.
-- grain: one row
-- reads: meta.criteria
select *
from day.meta.criteria
