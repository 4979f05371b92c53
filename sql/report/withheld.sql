-- how many changes wait for each cause, with what follows from them.
-- grain: origin, record_type
-- reads: sync.withheld, sync.plan_counted, sync.record_types
select
    waiting.origin,
    plan.record_type,
    count(*) filter (where plan.operation = 'add')      as add,
    count(*) filter (where plan.operation = 'update')   as update,
    count(*) filter (where plan.operation = 'restore')  as restore,
    count(*) filter (where plan.operation = 'archive')  as archive
from day.sync.withheld as waiting
inner join day.sync.plan_counted as plan using (record_type, roster_id)
inner join day.sync.record_types as record_types using (record_type)
group by waiting.origin, plan.record_type, record_types.position
order by waiting.origin, record_types.position
