-- roster.absences: who is absent in the target state.
-- grain: record_type, roster_id, since_sync
-- reads: target.absences, book.roster.absences
insert into book.roster.absences by name
select record_type, roster_id, absent_since, $sync as since_sync
from day.target.absences
where
    (record_type, roster_id) not in (
        select record_type, roster_id from book.roster.absences where until_sync is null
    )
