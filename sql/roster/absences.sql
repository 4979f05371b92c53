-- roster.absences: who is absent from the files for the first time, and not archived.
-- grain: record_type, roster_id, since_sync
-- reads: sync.plan, book.roster.absences
insert into book.roster.absences by name
select record_type, roster_id, $sync_date::date as absent_since, $sync as since_sync
from day.sync.plan
where
    operation = 'absent'
    and (record_type, roster_id) not in (
        select record_type, roster_id from book.roster.absences where until_sync is null
    )
