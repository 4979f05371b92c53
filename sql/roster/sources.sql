-- roster.sources: the columns that told something for the first time, fell silent or speak again.
-- grain: file, field, since_sync
-- reads: sync.sources, book.roster.sources
insert into book.roster.sources by name
select
    now.file,
    now.field,
    now.silent_since,
    $sync               as since_sync
from day.sync.sources as now
anti join book.roster.sources as known
    on now.file = known.file and now.field = known.field and known.until_sync is null
