-- a versioned table of the roster: what ended after sync $target is in force again, in a scratch copy of the roster.
update "table"
set until_sync = null
where until_sync > $target
