-- roster.absences: nobody waits to be archived under a record that is history.
-- reads: book.roster.merged, book.sync.syncs
update book.roster.absences
set until_sync = (select max(number) from book.sync.syncs)
where until_sync is null and roster_id in (select merged.roster_id from book.roster.merged as merged)
