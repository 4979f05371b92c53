-- roster.ids: forget what came after sync $target, in a scratch copy of the roster.
delete from book.roster.ids
where since_sync > $target
