-- columns that appeared or vanished since the last delivery in the roster.
-- grain: file, field
-- reads: sync.columns
select file, field, change
from day.sync.columns
order by list_position(['users.csv', 'classes.csv', 'enrollments.csv'], file), field
