-- sync.holds: more changes than the district's limits allow (limits of the settings; 10 % of a type's archives, and the
-- other defaults, are in pipeline/districts/settings.py). The limits are those of the sync date:
--     archive_limit    more archives of a record type than its limit, or than half of the type
--     school_limit     more archives of a record type in one school than the limit per school, or than half of its part
--     update_limit     more updates of a record type than its limit
--     column_limit     more updates of one and the same column than its limit
--     add_limit        more adds and restores of a record type than its limit, where it has active records already
-- Archives that follow from another (a student takes its enrollments) follow its fate and do not count here.
-- grain: record_type, code, school_id, field
-- reads: sync.measured, sync.limits, sync.subjects, sync.holds
insert into day.sync.holds by name
with in_all as (
    select * from day.sync.measured where school_id is null and grade is null
),

updated_columns as (
    select record_type, field, count(*) as changes
    from (select record_type, unnest(changed) as field from day.sync.subjects where operation = 'update' and not exempt)
    group by record_type, field
),

counted as (
    select record_type, 'archive' as measure, 'archive' as operation, archives as changes, base from in_all
    union all by name
    select record_type, 'archive_per_school' as measure, 'archive' as operation, school_id, archives as changes, base
    from day.sync.measured
    where school_id is not null
    union all by name
    select record_type, 'update' as measure, 'update' as operation, updates as changes, base from in_all
    union all by name
    select
        record_type, 'column' as measure, 'update' as operation, updated_columns.field, updated_columns.changes,
        in_all.base
    from updated_columns
    inner join in_all using (record_type)
    union all by name
    select record_type, 'add' as measure, 'add' as operation, adds + restores as changes, base
    from in_all
    where base > 0
),

judged as (
    select
        counted.*,
        allowed(counted.base, limits.percent, limits.at_least) as allowed,
        if(measure in ('archive', 'archive_per_school'), half_at_most(counted.base), null) as half
    from counted
    inner join day.sync.limits as limits using (record_type, measure)
)

select
    record_type,
    if(measure = 'archive_per_school', 'school_limit', measure || '_limit') as code,
    operation,
    school_id,
    field,
    changes,
    if(changes > allowed, allowed, coalesce(half, allowed)) as allowed,
    base
from judged
where
    changes > allowed
    -- half of them is the most, however small the district, except where a window allows that all vanish; what vanishes
    -- has a hold of its own, and a school's part is in that of its type
    or (
        $vanished_is_held
        and changes > half
        and record_type not in (select holds.record_type from day.sync.holds as holds where holds.code = 'all_vanished')
        and not (
            measure = 'archive_per_school'
            and (
                record_type in (
                    select of_types.record_type
                    from judged as of_types
                    where of_types.measure = 'archive' and of_types.changes > least(of_types.allowed, of_types.half)
                )
                or (record_type, school_id) in (
                    select (holds.record_type, holds.school_id)
                    from day.sync.holds as holds
                    where holds.code = 'school_vanished'
                )
            )
        )
    )
