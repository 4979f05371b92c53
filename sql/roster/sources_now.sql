-- the columns of files that have told something, with the first date without each that is absent now.
-- grain: file, field
-- reads: book.roster.sources
select file, field, silent_since
from book.roster.sources
where until_sync is null
order by file, field
