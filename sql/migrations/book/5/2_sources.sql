-- roster.sources: the columns that the files of any applied sync had; those of the newest sync speak, the others have
-- been silent since the first sync without them.
-- grain: file, field
-- reads: book.sync.columns, book.sync.syncs
create table book.roster.sources as
with had as (
    select columns.file, columns.field, max(columns.sync_number) as last_number
    from book.sync.columns as columns
    group by columns.file, columns.field
),

numbers as (
    select distinct columns.sync_number
    from book.sync.columns as columns
)

select
    had.file,
    had.field,
    (
        select min(syncs.sync_date)
        from numbers
        inner join book.sync.syncs as syncs on numbers.sync_number = syncs.number
        where numbers.sync_number > had.last_number
    )                   as silent_since,
    (select max(number) from book.sync.syncs) as since_sync,
    null::integer       as until_sync
from had
