-- sync.holds: a record type, a school or a grade that would vanish: every active record of it would be archived.
--     all_vanished     of a record type nothing would be left
--     school_vanished  of a school no student, or no class, would be left: then nothing of the school is archived
--     grade_vanished   of a grade no student would be left, and not only because a school vanishes
-- grain: record_type, code, school_id, grade
-- reads: sync.measured, sync.limits, sync.subjects
insert into day.sync.holds by name
with vanished_types as (
    select *
    from day.sync.measured
    where school_id is null and grade is null and base > 0 and archives > 0 and all_archives = base
),

-- where the whole type vanishes, that has a hold of its own
of_others as (
    select measured.*
    from day.sync.measured as measured
    anti join vanished_types on measured.record_type = vanished_types.record_type
    where measured.all_archives = measured.base
),

vanished_schools as (
    select distinct school_id
    from of_others
    -- a school's only class may be replaced by another
    where school_id is not null and (record_type = 'students' or (record_type = 'classes' and base > 1))
)

select
    vanished_types.record_type,
    'all_vanished'                              as code,
    'archive'                                   as operation,
    vanished_types.archives                     as changes,
    allowed(vanished_types.base, limits.percent, limits.at_least) as allowed,
    vanished_types.base
from vanished_types
inner join day.sync.limits as limits
    on vanished_types.record_type = limits.record_type and limits.measure = 'archive'
union all by name
select
    measured.record_type,
    'school_vanished'                           as code,
    'archive'                                   as operation,
    measured.school_id,
    measured.archives                           as changes,
    0                                           as allowed,
    measured.base
from day.sync.measured as measured
inner join vanished_schools on measured.school_id = vanished_schools.school_id
where measured.archives > 0
union all by name
select
    record_type,
    'grade_vanished'                            as code,
    'archive'                                   as operation,
    grade,
    archives                                    as changes,
    0                                           as allowed,
    base
from of_others
where
    grade is not null
    and exists (
        select 1
        from day.sync.subjects as subjects
        where
            subjects.grade = of_others.grade
            and subjects.operation = 'archive'
            and not subjects.exempt
            and not list_has_any(
                subjects.school_ids, (select coalesce(list(vanished_schools.school_id), []) from vanished_schools)
            )
    )
