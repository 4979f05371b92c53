-- sync.school_counts: what the plan does, per school and record type.
-- grain: school_id, record_type
-- reads: sync.subjects, sync.plan_counted, sync.school_sizes
insert into day.sync.school_counts by name
with changes as (
    select
        subjects.record_type,
        unnest(subjects.school_ids)             as school_id,
        plan.operation,
        plan.withheld
    from day.sync.subjects as subjects
    inner join day.sync.plan_counted as plan using (record_type, roster_id)
)

select
    coalesce(changes.school_id, sizes.school_id) as school_id,
    coalesce(changes.record_type, sizes.record_type) as record_type,
    count(*) filter (where changes.operation = 'add' and not changes.withheld) as added,
    count(*) filter (where changes.operation = 'update' and not changes.withheld) as updated,
    count(*) filter (where changes.operation = 'restore' and not changes.withheld) as restored,
    count(*) filter (where changes.operation = 'archive' and not changes.withheld) as archived,
    count(*) filter (where changes.withheld)    as withheld,
    coalesce(any_value(sizes.active), 0)        as active_before
from changes
full join day.sync.school_sizes as sizes using (record_type, school_id)
group by coalesce(changes.school_id, sizes.school_id), coalesce(changes.record_type, sizes.record_type)
