-- roster.classes: forget what came after sync $target, in a scratch copy of the roster.
delete from book.roster.classes
where since_sync > $target
