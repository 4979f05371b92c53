-- a table of records of the target state: what came after it is archived there, as what it was last.
insert into "target" by name
select
    * replace (
        if(state = 'active', null, line) as line,
        if(state = 'active', null, delivery_sha256) as delivery_sha256,
        'archived' as state
    )
from "table"
where until_sync is null and roster_id not in (select roster_id from "target" where until_sync is null)
