-- sync.plan_counted: the plan as it is counted: a change of type is an archive in the one and an add in the other.
-- grain: record_type, roster_id
-- reads: sync.plan, sync.users
create or replace view day.sync.plan_counted as
select
    plan.record_type,
    if(users.former_type is null, plan.operation, 'add') as operation,
    plan.roster_id,
    plan.withheld
from day.sync.plan as plan
left join day.sync.users as users
    on plan.record_type = users.record_type and plan.roster_id = users.roster_id and users.former_type is not null
union all
select former_type as record_type, 'archive' as operation, roster_id, withheld
from day.sync.users
where former_type is not null
