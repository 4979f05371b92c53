-- roster.enrollments: forget what came after sync $target, in a scratch copy of the roster.
delete from book.roster.enrollments
where since_sync > $target
