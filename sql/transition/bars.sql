-- roster.bars: those that a replay found and the nights did not.
-- grain: contact_id, student_id, kind, file, since_sync
-- reads: target.roster.bars, book.roster.bars
insert into book.roster.bars by name
select found.* replace ($sync as since_sync, null as until_sync)
from target.roster.bars as found
anti join book.roster.bars as known
    on
        found.contact_id = known.contact_id
        and found.student_id = known.student_id
        and found.kind = known.kind
        and found.file = known.file
where found.until_sync is null
