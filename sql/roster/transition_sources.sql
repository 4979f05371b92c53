-- roster.sources: those of the target state.
-- grain: file, field, since_sync
-- reads: target.sources, book.roster.sources
insert into book.roster.sources by name
select
    target.file,
    target.field,
    target.silent_since,
    $sync               as since_sync
from day.target.sources as target
anti join book.roster.sources as known
    on target.file = known.file and target.field = known.field and known.until_sync is null
