-- enrollments.csv of the roster as after sync $sync, in the columns of OneRoster 1.1.
-- grain: classSourcedId, userSourcedId, role
-- reads: book.roster.enrollments, book.roster.classes, book.roster.ids
with ids as (
    select roster_id, sourced_id
    from book.roster.ids
    where in_force(since_sync, until_sync, $sync)
),

classes as (
    select roster_id, school_id
    from book.roster.classes
    where in_force(since_sync, until_sync, $sync)
)

select
    enrollments.sourced_id          as "sourcedId",
    null                            as "status",
    null                            as "dateLastModified",
    class_ids.sourced_id            as "classSourcedId",
    classes.school_id               as "schoolSourcedId",
    user_ids.sourced_id             as "userSourcedId",
    enrollments.role,
    enrollments.is_primary          as "primary",
    enrollments.begin_date          as "beginDate",
    enrollments.end_date            as "endDate"
from book.roster.enrollments as enrollments
inner join ids as class_ids on enrollments.class_roster_id = class_ids.roster_id
inner join ids as user_ids on enrollments.user_roster_id = user_ids.roster_id
inner join classes on enrollments.class_roster_id = classes.roster_id
where
    in_force(enrollments.since_sync, enrollments.until_sync, $sync)
    and enrollments.state = 'active'
order by class_ids.sourced_id, user_ids.sourced_id, enrollments.role
