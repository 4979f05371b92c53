-- sync.holds: forget what came after sync $target, in a scratch copy of the roster.
delete from book.sync.holds
where sync_number > $target
