-- sync.exempt: the changes that a rollover is made of, in the schools that fit its picture:
--     in a year, students who move up one grade from the one before, and students of a top grade who leave the district
--     or go on to another school; nothing else of them may change at the same time
--     classes and enrollments: new ones, and where the students have schedules again the end of those from before; not
--     of a class that enrollments.csv still names
-- Guardians and links that go with a student who leaves follow the student.
-- grain: record_type, roster_id
-- reads: sync.rollover, sync.exempt, sync.users, sync.classes, sync.enrollments, book.roster.users,
--     book.roster.classes, book.roster.enrollments
insert into day.sync.exempt by name
with students as (
    select
        plan.roster_id,
        plan.operation,
        plan.changed,
        plan.grades                             as grade_after,
        earlier.grades                          as grade_before,
        unnest(known.school_ids)                as school_id
    from day.sync.users as plan
    inner join book.roster.users as known
        on
            plan.roster_id = known.roster_id
            and in_force(known.since_sync, known.until_sync, $baseline)
            and known.state = 'active'
    inner join book.roster.users as earlier
        on
            plan.roster_id = earlier.roster_id
            and in_force(earlier.since_sync, earlier.until_sync, $before)
            and earlier.state = 'active'
    where plan.record_type = 'students' and plan.operation in ('archive', 'update')
),

classes as (
    select
        plan.roster_id,
        plan.operation,
        plan.changed,
        plan.still_named,
        coalesce(known.school_id, plan.school_id) as school_id,
        earlier.roster_id is not null           as was_there
    from day.sync.classes as plan
    left join book.roster.classes as known
        on plan.roster_id = known.roster_id and in_force(known.since_sync, known.until_sync, $baseline)
    left join book.roster.classes as earlier
        on
            plan.roster_id = earlier.roster_id
            and in_force(earlier.since_sync, earlier.until_sync, $before)
            and earlier.state = 'active'
),

enrollments as (
    select
        plan.roster_id,
        plan.operation,
        coalesce(known.school_id, classes.school_id) as school_id,
        earlier.roster_id is not null           as was_there
    from day.sync.enrollments as plan
    left join book.roster.classes as known
        on plan.class_roster_id = known.roster_id and in_force(known.since_sync, known.until_sync, $baseline)
    left join day.sync.classes as classes on plan.class_roster_id = classes.roster_id
    left join book.roster.enrollments as earlier
        on
            plan.roster_id = earlier.roster_id
            and in_force(earlier.since_sync, earlier.until_sync, $before)
            and earlier.state = 'active'
),

expected as (
    select 'students' as record_type, students.roster_id
    from students
    inner join day.sync.rollover as rollover using (school_id)
    where
        rollover.people_fit
        and case students.operation
            when 'archive' then grade_rank(grade_before) >= rollover.top_rank
            else
                list_has_all(['grades', 'orgSourcedIds'], changed)
                and (
                    not list_contains(changed, 'grades')
                    or (rollover.grades_fit and is_next_grade(grade_before, grade_after))
                )
                and (not list_contains(changed, 'orgSourcedIds') or grade_rank(grade_before) >= rollover.top_rank)
        end
    union
    select 'classes' as record_type, classes.roster_id
    from classes
    inner join day.sync.rollover as rollover using (school_id)
    where
        case classes.operation
            when 'archive' then rollover.schedules_fit and classes.was_there and not classes.still_named
            when 'update' then rollover.schedules_fit and not list_contains(classes.changed, 'schoolSourcedId')
            else rollover.people_fit and rollover.turns
        end
    union
    select 'enrollments' as record_type, enrollments.roster_id
    from enrollments
    inner join day.sync.rollover as rollover using (school_id)
    where
        case enrollments.operation
            when 'archive' then rollover.schedules_fit and enrollments.was_there
            when 'update' then rollover.schedules_fit
            else rollover.people_fit and rollover.turns
        end
)

select record_type, roster_id
from expected
-- an approval may cover them already
where (record_type, roster_id) not in (select record_type, roster_id from day.sync.exempt)
