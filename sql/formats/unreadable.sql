-- the rows of the files of a set that could not be read.
-- grain: file, line
-- reads: raw.unreadable
select file, line, cells
from day.raw.unreadable
order by file, line
