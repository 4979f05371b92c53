-- sync.counts: forget what came after sync $target, in a scratch copy of the roster.
delete from book.sync.counts
where sync_number > $target
