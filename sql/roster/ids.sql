-- roster.ids: the ids of the things that the plan adds, and those that the plan's people have in place of another.
-- grain: record_type, sourced_id, since_sync
-- reads: sync.users, sync.classes, sync.matched_users
insert into book.roster.ids by name
select roster_id, record_type, sourced_id, $sync as since_sync
from day.sync.users
where operation = 'add' and not withheld
union all by name
select plan.roster_id, plan.record_type, plan.sourced_id, $sync as since_sync
from day.sync.users as plan
inner join day.sync.matched_users as matched
    on plan.record_type = matched.record_type and plan.sourced_id = matched.sourced_id
where matched.moved_from is not null and not plan.withheld and plan.operation in ('update', 'restore')
union all by name
select roster_id, 'classes' as record_type, sourced_id, $sync as since_sync
from day.sync.classes
where operation = 'add' and not withheld
