-- roster.users: forget what came after sync $target, in a scratch copy of the roster.
delete from book.roster.users
where since_sync > $target
