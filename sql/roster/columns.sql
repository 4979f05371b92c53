-- sync.columns: the columns that the files of this sync had.
-- grain: sync_number, file, field
-- reads: raw.columns
insert into book.sync.columns by name
select $sync as sync_number, file, field
from day.raw.columns
where state = 'used'
