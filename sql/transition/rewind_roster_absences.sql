-- roster.absences: forget what came after sync $target, in a scratch copy of the roster.
delete from book.roster.absences
where since_sync > $target
