-- roster.absences: what ended after sync $target stands again, in a scratch copy of the roster.
update book.roster.absences
set until_sync = null
where until_sync > $target
