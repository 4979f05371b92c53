-- target.absences: who was absent from the files after sync $target of the attached roster.
-- grain: record_type, roster_id
-- reads: book.roster.absences
insert into day.target.absences by name
select record_type, roster_id, absent_since
from book.roster.absences
where
    in_force(since_sync, until_sync, $target)
    -- what a replay numbered anew may be another thing in the roster: its absence is counted from the next sync on
    and ($keeps_ids or since_sync <= $fork)
