-- sync.rollover: which schools' changes fit the picture of a rollover, see sql/schema/day/sync.rollover.sql. Runs only
-- within a rollover's dates; $before is the last sync before them.
-- Nearly all means three of four, and a quarter of a school's classes or enrollments is the least that is a turnover.
-- Nothing fits where a file is damaged: what is missing from it may only have been lost.
-- grain: school_id
-- reads: sync.users, sync.classes, sync.enrollments, sync.held_ids, sync.nameless_rows, raw.unreadable,
--     book.roster.users, book.roster.classes, book.roster.enrollments
insert into day.sync.rollover by name
with students_before as (
    select roster_id, school_ids, grades
    from book.roster.users
    where in_force(since_sync, until_sync, $before) and state = 'active' and record_type = 'students'
),

grades_before as (
    select school_id, grades, count(*) as students
    from (select unnest(school_ids) as school_id, grades from students_before)
    group by school_id, grades
),

-- a few students in a grade that the school does not have are a slip of the pen
tops as (
    select school_id, max(grade_rank(grades)) as top_rank
    from (select *, sum(students) over (partition by school_id) as all_students from grades_before)
    where students * 20 >= all_students and $is_year
    group by school_id
),

loads as (
    select user_roster_id, sum(before) as before, sum(after) as after
    from (
        select user_roster_id, 1 as before, 0 as after
        from book.roster.enrollments
        where in_force(since_sync, until_sync, $before) and state = 'active'
        union all
        select user_roster_id, 0 as before, 1 as after
        from book.roster.enrollments
        where in_force(since_sync, until_sync, $baseline) and state = 'active'
        union all
        select user_roster_id, 0 as before, if(operation in ('archive', 'absent'), -1, 1) as after
        from day.sync.enrollments
        where
            operation in ('archive', 'absent')
            -- what an id in doubt would be enrolled in waits
            or (
                operation in ('add', 'restore')
                and roster_id not in (select roster_id from day.sync.held_ids where record_type = 'enrollments')
            )
    )
    group by user_roster_id
),

students as (
    select
        known.school_ids,
        students_before.grades                  as grade_before,
        known.grades                            as grade_now,
        coalesce(plan.operation in ('archive', 'absent'), false) as goes,
        if(plan.operation = 'update', plan.grades, known.grades) as grade_after,
        if(plan.operation = 'update', plan.school_ids, known.school_ids) as schools_after,
        coalesce(loads.before, 0)               as load_before,
        coalesce(loads.after, 0)                as load_after
    from book.roster.users as known
    inner join students_before on known.roster_id = students_before.roster_id
    left join day.sync.users as plan on known.roster_id = plan.roster_id and plan.record_type = 'students'
    left join loads on known.roster_id = loads.user_roster_id
    where in_force(known.since_sync, known.until_sync, $baseline) and known.state = 'active'
),

of_schools as (
    select
        school_id,
        tops.top_rank,
        coalesce(grade_rank(grade_before) >= tops.top_rank, false) as is_top,
        goes,
        list_contains(schools_after, school_id) as stays_here,
        school_id = school_ids[1] and coalesce(grade_rank(grade_before) < grade_rank('12'), false) as has_next,
        coalesce(is_next_grade(grade_before, grade_after), false) as is_up,
        (grade_after is distinct from grade_now) as changes,
        load_before,
        load_after
    from (select *, unnest(school_ids) as school_id from students)
    left join tops using (school_id)
),

people as (
    select
        school_id,
        any_value(top_rank)                     as top_rank,
        count(*) filter (where not is_top)      as others,
        count(*) filter (where not is_top and not goes and stays_here) as others_staying,
        count(*) filter (where not goes and has_next) as students,
        count(*) filter (where not goes and has_next and is_up) as students_up,
        count(*) filter (where not goes and has_next and is_up and changes) as students_moving,
        count(*) filter (where not goes)        as students_staying,
        count(*) filter (where not goes and changes) as grades_changing,
        coalesce(sum(load_before) filter (where not goes), 0) as load_before,
        coalesce(sum(load_after) filter (where not goes), 0) as load_after
    from of_schools
    group by school_id
),

arrivals as (
    select school_id, count(*) as arrivals
    from (
        select unnest(school_ids) as school_id
        from day.sync.users
        where record_type = 'students' and operation in ('add', 'restore')
        union all
        select unnest(list_filter(schools_after, lambda school: not list_contains(school_ids, school))) as school_id
        from students
        where not goes
    )
    group by school_id
),

classes as (
    select
        known.roster_id,
        known.school_id,
        earlier.roster_id is not null           as was_there,
        coalesce(plan.operation in ('archive', 'absent'), false) as goes
    from book.roster.classes as known
    left join book.roster.classes as earlier
        on
            known.roster_id = earlier.roster_id
            and earlier.state = 'active'
            and in_force(earlier.since_sync, earlier.until_sync, $before)
    left join day.sync.classes as plan on known.roster_id = plan.roster_id
    where in_force(known.since_sync, known.until_sync, $baseline) and known.state = 'active'
),

timetables as (
    select
        school_id,
        count(*) filter (where was_there)       as classes,
        count(*) filter (where was_there and goes) as classes_going,
        count(*) filter (where not was_there)   as new_classes,
        count(*) filter (where not was_there and goes) as new_classes_going
    from classes
    group by school_id
),

coming as (
    select school_id, count(*) as classes_coming
    from day.sync.classes
    where operation in ('add', 'restore')
    group by school_id
),

schedules as (
    select
        classes.school_id,
        count(known.roster_id)                  as enrollments,
        count(*) filter (where plan.operation in ('archive', 'absent')) as enrollments_going
    from book.roster.enrollments as known
    inner join book.roster.enrollments as earlier
        on
            known.roster_id = earlier.roster_id
            and earlier.state = 'active'
            and in_force(earlier.since_sync, earlier.until_sync, $before)
    inner join classes on known.class_roster_id = classes.roster_id
    left join day.sync.enrollments as plan on known.roster_id = plan.roster_id
    where in_force(known.since_sync, known.until_sync, $baseline) and known.state = 'active'
    group by classes.school_id
),

damages as (
    select 1
    from day.raw.unreadable as unreadable
    anti join day.sync.nameless_rows as rows
        on unreadable.file = rows.file and unreadable.line = rows.line and rows.is_settled
    union all
    select 1
    from day.sync.nameless_rows
    where
        not is_settled and content is not null and file in ('users.csv', 'classes.csv', 'enrollments.csv')
),

figures as (
    select
        school_id,
        top_rank,
        coalesce(others, 0)                     as others,
        coalesce(others_staying, 0)             as others_staying,
        coalesce(students, 0)                   as students,
        coalesce(students_up, 0)                as students_up,
        coalesce(students_moving, 0)            as students_moving,
        coalesce(students_staying, 0)           as students_staying,
        coalesce(grades_changing, 0)            as grades_changing,
        coalesce(classes, 0)                    as classes,
        coalesce(classes_going, 0)              as classes_going,
        coalesce(new_classes, 0)                as new_classes,
        coalesce(new_classes_going, 0)          as new_classes_going,
        coalesce(classes_coming, 0)             as classes_coming,
        coalesce(enrollments, 0)                as enrollments,
        coalesce(enrollments_going, 0)          as enrollments_going,
        coalesce(load_before, 0)                as load_before,
        coalesce(load_after, 0)                 as load_after,
        coalesce(arrivals, 0)                   as arrivals
    from people
    full join timetables using (school_id)
    left join coming using (school_id)
    left join schedules using (school_id)
    left join arrivals using (school_id)
)

select
    * exclude (arrivals),
    others_staying * 4 >= others * 3
    and others_staying + arrivals > 0
    and (grades_changing * 4 <= students_staying or ($is_year and students_up * 4 >= students * 3)) as people_fit,
    $is_year and people_fit and students > 0 and students_up * 4 >= students * 3 as grades_fit,
    (classes > 0 and classes_going * 4 >= classes)
    or (enrollments > 0 and enrollments_going * 4 >= enrollments) as turns,
    people_fit
    and turns
    and not $enrollments_are_absent
    and load_after * 4 > load_before * 3
    and (new_classes + classes_coming) * 2 >= classes_going as schedules_fit,
    people_fit and turns and $enrollments_are_absent as waits
from figures
where not exists (select 1 from damages)
