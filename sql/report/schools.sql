-- what the plan does, per school and record type.
-- grain: school_id, record_type
-- reads: sync.school_counts, sync.record_types, meta.schools
select
    counts.school_id,
    coalesce(schools.name, counts.school_id)            as name,
    counts.record_type,
    counts.added,
    counts.updated,
    counts.restored,
    counts.archived,
    counts.withheld,
    counts.active_before
from day.sync.school_counts as counts
inner join day.sync.record_types as record_types using (record_type)
left join day.meta.schools as schools using (school_id)
order by name, counts.school_id, record_types.position
