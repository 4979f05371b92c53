-- a versioned table of the roster: forget what came after sync $target, in a scratch copy of the roster.
delete from "table"
where since_sync > $target
