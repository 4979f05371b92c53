-- whether a file of the delivery was cut off.
-- grain: one row
-- reads: raw.findings
select count(*) > 0 as is_cut_off
from day.raw.findings
where code = 'file_cut_off'
