-- roster.users: of who was active twice one record is history from the newest sync on.
-- reads: book.roster.merged, book.sync.syncs
update book.roster.users
set until_sync = (select max(number) from book.sync.syncs)
where until_sync is null and roster_id in (select merged.roster_id from book.roster.merged as merged)
