-- sync.columns: forget what came after sync $target, in a scratch copy of the roster.
delete from book.sync.columns
where sync_number > $target
