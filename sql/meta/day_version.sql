-- the version of the day database.
-- grain: one row
-- reads: meta.version
select version
from day.meta.version
