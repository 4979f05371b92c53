-- roster.ids: the id is that of the record that is kept.
-- reads: book.roster.merged, book.sync.syncs
update book.roster.ids
set until_sync = (select max(number) from book.sync.syncs)
where until_sync is null and roster_id in (select merged.roster_id from book.roster.merged as merged)
