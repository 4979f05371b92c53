-- sync.columns: columns that the last delivery in the roster did not have, or had and this one has not.
-- grain: file, field
-- reads: raw.columns, book.sync.columns
insert into day.sync.columns by name
with before as (
    select file, field
    from book.sync.columns
    where sync_number = (select max(sync_number) from book.sync.columns where sync_number <= $baseline)
),

now as (
    select distinct file, field
    from day.raw.columns
    where state = 'used'
)

select
    coalesce(now.file, before.file)             as file,
    coalesce(now.field, before.field)           as field,
    if(before.field is null, 'appeared', 'vanished') as change
from now
full join before using (file, field)
where (now.field is null or before.field is null) and exists (select 1 from before)
