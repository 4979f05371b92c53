-- whether the delivery has a guardians.csv that could be read.
-- grain: one row
-- reads: raw.columns
select count(*) > 0 as has_guardians_file
from day.raw.columns
where file = 'guardians.csv' and state = 'used'
