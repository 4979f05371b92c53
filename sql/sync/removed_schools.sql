-- sync.findings: each school that the settings no longer have, while the roster has active records of it.
-- grain: value
-- reads: sync.school_sizes, meta.schools
insert into day.sync.findings by name
with removed as (
    select
        school_id,
        coalesce(sum(active) filter (where record_type = 'students'), 0)::bigint as students,
        coalesce(sum(active) filter (where record_type = 'classes'), 0)::bigint as classes
    from day.sync.school_sizes
    where school_id not in (select schools.school_id from day.meta.schools as schools)
    group by school_id
)

select
    'the settings'                              as file,
    null                                        as line,
    null                                        as field,
    'school_removed'                            as code,
    null                                        as sourced_id,
    school_id
    || ' is no longer in the settings. The roster still has '
    || students
    || if(students = 1, ' student and ', ' students and ')
    || classes
    || if(classes = 1, ' class of it', ' classes of it') as value
from removed
