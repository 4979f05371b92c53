-- the columns that the files of a set have, as sent.
-- grain: file, field
-- reads: raw.columns
select distinct file, field
from day.raw.columns
where state in ('used', 'mark')
