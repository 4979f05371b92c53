-- the files of the delivery that have only changes.
-- grain: file
-- reads: raw.deltas
select file
from day.raw.deltas
order by file
