-- the columns of the files, as the plan takes them.
-- grain: file, field
-- reads: sync.sources
select file, field, state, is_new, silent_since
from day.sync.sources
order by list_position(['users.csv', 'classes.csv', 'enrollments.csv'], file), file, field
