-- what of a rollover a night did, in figures.
-- grain: one row
-- reads: sync.rollover, sync.users, sync.exempt, sync.verdict, book.roster.users
with students as (
    select
        plan.roster_id,
        plan.operation,
        known.school_ids,
        known.grades                            as grade_before,
        plan.grades                             as grade_after
    from day.sync.users as plan
    inner join book.roster.users as known on plan.roster_id = known.roster_id
    where
        plan.record_type = 'students'
        and plan.operation in ('archive', 'update')
        and not plan.withheld
        and in_force(known.since_sync, known.until_sync, (select baseline_sync from day.sync.verdict))
)

select
    coalesce(sum(classes) filter (where schedules_fit), 0)::bigint as classes,
    coalesce(sum(classes_going) filter (where schedules_fit), 0)::bigint as classes_replaced,
    coalesce(sum(classes_going) filter (where waits), 0)::bigint as classes_waiting,
    -- who went up on an earlier night, as with a school that rolled over before, is no part of it
    coalesce(
        sum(students - students_up + students_moving) filter (where grades_fit and students_moving > 0), 0
    )::bigint                                   as students,
    (
        select count(*)
        from students
        where
            operation = 'update'
            and is_next_grade(grade_before, grade_after)
            and school_ids[1] in (
                select school_id from day.sync.rollover where grades_fit and students_moving > 0
            )
    )                                           as students_up,
    (
        select count(*)
        from students
        where
            operation = 'archive'
            and roster_id in (select roster_id from day.sync.exempt where record_type = 'students')
            and exists (
                select 1
                from day.sync.rollover as rollover
                where
                    rollover.people_fit
                    and grade_rank(students.grade_before) >= rollover.top_rank
                    and list_contains(students.school_ids, rollover.school_id)
            )
    )                                           as graduated
from day.sync.rollover
