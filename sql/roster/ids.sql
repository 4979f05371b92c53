-- roster.ids: the ids of the things that the plan adds, those that the plan's people have in place of another, and the
-- ids of people who are of another type.
-- grain: record_type, sourced_id, since_sync
-- reads: sync.users, sync.classes, sync.matched_users
insert into book.roster.ids by name
select roster_id, record_type, sourced_id, $sync as since_sync
from day.sync.users
where operation = 'add' and not withheld
union all by name
select plan.roster_id, plan.record_type, plan.sourced_id, $sync as since_sync
from day.sync.users as plan
inner join day.sync.matched_users as matched using (roster_id)
where
    not plan.withheld
    and plan.operation in ('update', 'restore')
    and (matched.moved_from is not null or plan.record_type <> matched.known_type)
union all by name
select roster_id, 'classes' as record_type, sourced_id, $sync as since_sync
from day.sync.classes
where operation = 'add' and not withheld
