-- a table of what each sync did: forget what came after sync $target, in a scratch copy of the roster.
delete from "table"
where sync_number > $target
