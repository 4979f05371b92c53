-- whether a file has a column status.
-- grain: one row
-- reads: raw.columns
select count(*) > 0 as has_status
from day.raw.columns
where field = 'status' and state = 'used'
