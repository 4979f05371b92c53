-- sync.subjects: what the gate looks at: every change, with the schools that it concerns.
-- grain: record_type, roster_id
-- reads: sync.users, sync.classes, sync.enrollments, sync.guardian_links, sync.exempt, sync.held_ids,
--     book.roster.users, book.roster.classes, book.roster.guardian_links
insert into day.sync.subjects by name
with known_users as (
    select roster_id, school_ids, grades, file
    from book.roster.users
    where in_force(since_sync, until_sync, $baseline)
),

known_classes as (
    select roster_id, school_id
    from book.roster.classes
    where in_force(since_sync, until_sync, $baseline)
),

known_links as (
    select roster_id, file
    from book.roster.guardian_links
    where in_force(since_sync, until_sync, $baseline)
),

-- the links that the plan is about, and those of the students and guardians that it is about
links as (
    select contact_roster_id, student_roster_id
    from book.roster.guardian_links
    where
        in_force(since_sync, until_sync, $baseline)
        and state = 'active'
        and (
            contact_roster_id in (select roster_id from day.sync.users where record_type = 'guardians')
            or student_roster_id in (select student_roster_id from day.sync.guardian_links)
        )
    union
    select contact_roster_id, student_roster_id
    from day.sync.guardian_links
),

-- the schools of the students that a link of the plan, or a guardian of it, is about
students as (
    select
        links.contact_roster_id,
        links.student_roster_id,
        coalesce(plan.school_ids, known.school_ids, []) as school_ids
    from links
    left join known_users as known on links.student_roster_id = known.roster_id
    left join day.sync.users as plan on links.student_roster_id = plan.roster_id
),

guardians as (
    select
        contact_roster_id                       as roster_id,
        list_sort(list_distinct(flatten(list(school_ids)))) as school_ids
    from students
    group by contact_roster_id
),

people as (
    select
        plan.record_type,
        plan.roster_id,
        plan.operation,
        plan.consequence,
        coalesce(plan.still_named, false)       as still_named,
        plan.changed,
        case
            when plan.record_type = 'guardians' then coalesce(guardians.school_ids, [])
            when plan.operation = 'archive' then coalesce(known.school_ids, [])
            else coalesce(plan.school_ids, [])
        end                                     as school_ids,
        if(
            plan.operation = 'update' and plan.record_type <> 'guardians' and plan.former_type is null,
            list_filter(known.school_ids, lambda school: not list_contains(plan.school_ids, school)),
            []
        )                                       as leaves,
        if(plan.operation = 'archive' and plan.record_type = 'students', known.grades, null) as grade,
        coalesce(if(plan.operation = 'archive', known.file, plan.file), 'users.csv') as file
    from day.sync.users as plan
    left join known_users as known on plan.roster_id = known.roster_id
    left join guardians on plan.roster_id = guardians.roster_id
),

classes as (
    select
        'classes'                               as record_type,
        plan.roster_id,
        plan.operation,
        plan.consequence,
        coalesce(plan.still_named, false)       as still_named,
        plan.changed,
        [if(plan.operation = 'archive', known.school_id, plan.school_id)] as school_ids,
        if(plan.operation = 'update' and known.school_id <> plan.school_id, [known.school_id], []) as leaves,
        null                                    as grade,
        'classes.csv'                           as file
    from day.sync.classes as plan
    left join known_classes as known on plan.roster_id = known.roster_id
),

enrollments as (
    select
        'enrollments'                           as record_type,
        plan.roster_id,
        plan.operation,
        plan.consequence,
        false                                   as still_named,
        plan.changed,
        [coalesce(known.school_id, classes.school_id)] as school_ids,
        []                                      as leaves,
        null                                    as grade,
        'enrollments.csv'                       as file
    from day.sync.enrollments as plan
    left join known_classes as known on plan.class_roster_id = known.roster_id
    left join day.sync.classes as classes on plan.class_roster_id = classes.roster_id
),

guardian_links as (
    select
        'guardian_links'                        as record_type,
        plan.roster_id,
        plan.operation,
        plan.consequence,
        false                                   as still_named,
        plan.changed,
        coalesce(students.school_ids, [])       as school_ids,
        []                                      as leaves,
        null                                    as grade,
        coalesce(if(plan.operation = 'archive', known.file, plan.file), 'users.csv') as file
    from day.sync.guardian_links as plan
    left join known_links as known on plan.roster_id = known.roster_id
    left join students using (contact_roster_id, student_roster_id)
),

-- a change of type is a loss of the old one
former as (
    select
        plan.former_type                        as record_type,
        plan.roster_id,
        'archive'                               as operation,
        false                                   as consequence,
        false                                   as still_named,
        []::varchar[]                           as changed,
        if(plan.former_type = 'guardians', coalesce(guardians.school_ids, []), coalesce(known.school_ids, []))
            as school_ids,
        []                                      as leaves,
        if(plan.former_type = 'students', known.grades, null) as grade,
        coalesce(known.file, 'users.csv')       as file
    from day.sync.users as plan
    left join known_users as known on plan.roster_id = known.roster_id
    left join guardians on plan.roster_id = guardians.roster_id
    where plan.former_type is not null
),

subjects as (
    select * from people
    union all
    select * from former
    union all
    select * from classes
    union all
    select * from enrollments
    union all
    select * from guardian_links
)

select
    subjects.*,
    exempt.roster_id is not null or held.roster_id is not null as exempt
from subjects
left join day.sync.exempt as exempt
    on subjects.record_type = exempt.record_type and subjects.roster_id = exempt.roster_id
left join day.sync.held_ids as held
    on subjects.record_type = held.record_type and subjects.roster_id = held.roster_id
where subjects.operation in ('add', 'update', 'restore', 'archive')
