-- sync.syncs: forget what came after sync $target, in a scratch copy of the roster.
delete from book.sync.syncs
where number > $target
