-- sync.measured: what the gate judges, see sql/schema/day/sync.measured.sql.
-- grain: record_type, school_id, grade
-- reads: sync.subjects, sync.record_types, sync.school_sizes, sync.matched_users, sync.matched_classes,
--     book.roster.users, book.roster.enrollments, book.roster.guardian_links
insert into day.sync.measured by name
with sizes as (
    select record_type, count(*) as base from day.sync.matched_users where state = 'active' group by record_type
    union all by name
    select 'classes' as record_type, count(*) as base from day.sync.matched_classes where state = 'active'
    union all by name
    select 'enrollments' as record_type, count(*) as base
    from book.roster.enrollments
    where in_force(since_sync, until_sync, $baseline) and state = 'active'
    union all by name
    select 'guardian_links' as record_type, count(*) as base
    from book.roster.guardian_links
    where in_force(since_sync, until_sync, $baseline) and state = 'active'
    union all by name
    select record_type, school_id, active as base from day.sync.school_sizes
    union all by name
    select 'students' as record_type, grades as grade, count(*) as base
    from book.roster.users
    where
        in_force(since_sync, until_sync, $baseline)
        and state = 'active'
        and record_type = 'students'
        and grades is not null
    group by grades
    union all by name
    -- a type without active records has a row as well
    select record_type, 0 as base from day.sync.record_types
),

-- each change once for the district, an archive or update also for each of its schools, an archive for its grade
changes as (
    select record_type, operation, consequence
    from day.sync.subjects
    where not exempt
    union all by name
    select record_type, unnest(school_ids) as school_id, operation, consequence
    from day.sync.subjects
    where operation in ('archive', 'update') and not exempt
    union all by name
    select record_type, grade, operation, consequence
    from day.sync.subjects
    where operation = 'archive' and grade is not null and not exempt
)

select
    record_type,
    school_id,
    grade,
    coalesce(sum(base), 0)                      as base,
    count(*) filter (where operation = 'archive' and not consequence) as archives,
    count(*) filter (where operation = 'archive') as all_archives,
    count(*) filter (where operation = 'update') as updates,
    count(*) filter (where operation = 'add')   as adds,
    count(*) filter (where operation = 'restore') as restores,
    count(operation)                            as changes
from (
    select * from sizes
    union all by name
    select * from changes
)
group by record_type, school_id, grade
-- a school or a grade that had nothing active can lose nothing
having base > 0 or coalesce(school_id, grade) is null
