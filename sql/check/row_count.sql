-- how many rows of a file were read.
-- grain: one row
-- reads: sent.rows
select count(*) as rows
from day.sent.rows
where file = $file
