-- target.columns: the columns that the files had as of sync $target of the attached roster.
-- grain: file, field
-- reads: book.sync.columns
insert into day.target.columns by name
select file, field
from book.sync.columns
where sync_number = (select max(sync_number) from book.sync.columns where sync_number <= $target)
