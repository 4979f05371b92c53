-- roster.absences: who is in the files again, or archived, is no longer absent.
-- reads: sync.plan_counted
update book.roster.absences
set until_sync = $sync
where
    until_sync is null
    and (record_type, roster_id) not in (
        select record_type, roster_id
        from day.sync.plan_counted
        where operation = 'absent' or (operation = 'archive' and withheld)
    )
