-- roster.ids: the ids of the things that the plan adds.
-- grain: record_type, sourced_id, since_sync
-- reads: sync.users, sync.classes
insert into book.roster.ids by name
select roster_id, record_type, sourced_id, $sync as since_sync
from day.sync.users
where operation = 'add' and not withheld
union all by name
select roster_id, 'classes' as record_type, sourced_id, $sync as since_sync
from day.sync.classes
where operation = 'add' and not withheld
