-- the columns that a file of the delivery has.
-- grain: field
-- reads: raw.columns
select field
from day.raw.columns
where file = $file and state = 'used'
