-- sync.holds: more changes than the district's limits allow (limits of the settings; 10 % of a type's archives, and the
-- other defaults, are in pipeline/districts/settings.py). The limits are those of the sync date:
--     archive_limit    more archives of a record type than its limit, or than half of the type
--     school_limit     more archives of a record type in one school than the limit per school, or than half of its part
--     update_limit     more updates of a record type than its limit, or in one school than the limit per school
--     column_limit     more updates of one and the same column than its limit, or in one school than the limit per
--                      school; of a school only where no limit of the whole type says it
--     add_limit        more adds and restores of a record type than its limit, where it has active records already
-- Archives that follow from another (a student takes its enrollments) follow its fate and do not count here. What is
-- missing with one whole school, which is held as such, does not count for the type: the school is the cause.
-- grain: record_type, code, school_id, field
-- reads: sync.measured, sync.limits, sync.subjects, sync.holds
insert into day.sync.holds by name
with vanished as (
    select min(school_id) as school_id
    from day.sync.holds
    where code = 'school_vanished'
    having count(distinct school_id) = 1
),

of_vanished as (
    select record_type, count(*) as archives
    from day.sync.subjects
    where
        operation = 'archive'
        and not consequence
        and not exempt
        and list_contains(school_ids, (select vanished.school_id from vanished))
    group by record_type
),

in_all as (
    select measured.* replace (measured.archives - coalesce(of_vanished.archives, 0) as archives)
    from day.sync.measured as measured
    left join of_vanished using (record_type)
    where measured.school_id is null and measured.grade is null
),

updates as (
    select record_type, null as school_id, changed
    from day.sync.subjects
    where operation = 'update' and not exempt
    union all
    select record_type, unnest(school_ids) as school_id, changed
    from day.sync.subjects
    where operation = 'update' and not exempt
),

updated_columns as (
    select record_type, school_id, field, count(*) as changes
    from (select record_type, school_id, unnest(changed) as field from updates)
    group by record_type, school_id, field
),

counted as (
    select record_type, 'archive' as measure, 'archive' as operation, archives as changes, base from in_all
    union all by name
    select record_type, 'archive_per_school' as measure, 'archive' as operation, school_id, archives as changes, base
    from day.sync.measured
    where
        school_id is not null
        and school_id not in (select holds.school_id from day.sync.holds as holds where holds.code = 'school_vanished')
    union all by name
    select record_type, 'update' as measure, 'update' as operation, updates as changes, base from in_all
    union all by name
    select record_type, 'update_per_school' as measure, 'update' as operation, school_id, updates as changes, base
    from day.sync.measured
    where school_id is not null
    union all by name
    select
        updated_columns.record_type,
        if(updated_columns.school_id is null, 'column', 'column_per_school') as measure,
        'update' as operation,
        updated_columns.school_id,
        updated_columns.field,
        updated_columns.changes,
        measured.base
    from updated_columns
    inner join day.sync.measured as measured
        on
            updated_columns.record_type = measured.record_type
            and updated_columns.school_id is not distinct from measured.school_id
            and measured.grade is null
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
),

over as (
    select *
    from judged
    where
        changes > allowed
        -- half of them is the most, however small the district; the part of a school is in that of its type
        or (
            changes > half
            and not (
                measure = 'archive_per_school'
                and record_type in (
                    select of_types.record_type
                    from judged as of_types
                    where of_types.measure = 'archive' and of_types.changes > least(of_types.allowed, of_types.half)
                )
            )
        )
)

select
    record_type,
    if(measure = 'archive_per_school', 'school_limit', operation_limited || '_limit') as code,
    operation,
    school_id,
    field,
    changes,
    if(changes > allowed, allowed, coalesce(half, allowed)) as allowed,
    base
from (select *, replace(measure, '_per_school', '') as operation_limited from over) as told
where
    -- what vanishes whole has a hold of its own
    not (
        measure in ('archive', 'archive_per_school')
        and record_type in (select holds.record_type from day.sync.holds as holds where holds.code = 'all_vanished')
    )
    -- and what a hold of the type, or of all updates of the school, says is not said of a school's column as well
    and not (
        measure in ('update_per_school', 'column_per_school')
        and exists (
            select 1
            from over as wider
            where
                wider.record_type = told.record_type
                and wider.operation = 'update'
                and coalesce(wider.school_id, told.school_id) = told.school_id
                and (wider.field is null or wider.field is not distinct from told.field)
                and wider.measure <> told.measure
        )
    )
