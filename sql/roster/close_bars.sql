-- roster.bars: those that end tonight.
-- reads: sync.bars
update book.roster.bars
set until_sync = $sync
where
    until_sync is null
    and (contact_id, student_id, kind, file) in (
        select contact_id, student_id, kind, file from day.sync.bars where change = 'ends'
    )
