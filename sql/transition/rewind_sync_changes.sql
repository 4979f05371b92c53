-- sync.changes: forget what came after sync $target, in a scratch copy of the roster.
delete from book.sync.changes
where sync_number > $target
