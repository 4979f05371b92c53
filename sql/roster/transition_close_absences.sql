-- roster.absences: who is not absent in the target state.
-- reads: target.absences
update book.roster.absences
set until_sync = $sync
where
    until_sync is null
    and (record_type, roster_id, absent_since) not in (
        select record_type, roster_id, absent_since from day.target.absences
    )
