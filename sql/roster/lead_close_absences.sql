-- roster.absences: who is no longer absent in the roster that is led to.
-- reads: target.absences
update book.roster.absences
set until_sync = $sync
where
    until_sync is null
    and (record_type, roster_id, absent_since) not in (
        select record_type, roster_id, absent_since from day.target.absences
    )
