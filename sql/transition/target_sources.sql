-- target.sources: the sources after sync $target of the attached roster.
-- grain: file, field
-- reads: book.roster.sources
insert into day.target.sources by name
select file, field, silent_since
from book.roster.sources
where in_force(since_sync, until_sync, $target)
