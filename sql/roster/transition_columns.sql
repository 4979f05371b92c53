-- sync.columns: the columns that the files had in the target state.
-- grain: sync_number, file, field
-- reads: target.columns
insert into book.sync.columns by name
select $sync as sync_number, file, field
from day.target.columns
