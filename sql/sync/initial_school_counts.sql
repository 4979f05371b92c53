-- sync.school_counts: what an initial plan does, per school and record type: it adds, for nothing stands there yet.
-- grain: school_id, record_type
-- reads: sync.users, sync.classes, sync.enrollments, sync.guardian_links
insert into day.sync.school_counts by name
with links as (
    select
        links.contact_roster_id,
        unnest(students.school_ids)             as school_id
    from day.sync.guardian_links as links
    inner join day.sync.users as students on links.student_roster_id = students.roster_id
    where links.operation = 'add'
),

added as (
    select record_type, school_id, count(*) as added
    from (
        select record_type, unnest(school_ids) as school_id
        from day.sync.users
        where operation = 'add' and record_type <> 'guardians'
    )
    group by all
    union all by name
    select 'classes' as record_type, school_id, count(*) as added
    from day.sync.classes
    where operation = 'add'
    group by all
    union all by name
    select 'enrollments' as record_type, classes.school_id, count(*) as added
    from day.sync.enrollments as enrollments
    inner join day.sync.classes as classes on enrollments.class_roster_id = classes.roster_id
    where enrollments.operation = 'add'
    group by all
    union all by name
    select 'guardian_links' as record_type, school_id, count(*) as added
    from links
    group by all
    union all by name
    select 'guardians' as record_type, school_id, count(distinct contact_roster_id) as added
    from links
    group by all
)

select
    school_id,
    record_type,
    added,
    0                                           as updated,
    0                                           as restored,
    0                                           as archived,
    0                                           as withheld,
    0                                           as active_before
from added
