-- target.enrollments: the enrollments that stood after sync $target of the attached roster.
-- grain: class_sourced_id, user_sourced_id, role
-- reads: book.roster.enrollments, book.roster.ids
insert into day.target.enrollments by name
with ids as (
    select roster_id, record_type, sourced_id
    from book.roster.ids
    where in_force(since_sync, until_sync, $target)
)

select
    if($keeps_ids, enrollments.roster_id, null)     as roster_id,
    classes.sourced_id                              as class_sourced_id,
    users.sourced_id                                as user_sourced_id,
    enrollments.role,
    enrollments.sourced_id,
    enrollments.is_primary,
    enrollments.begin_date,
    enrollments.end_date,
    enrollments.line,
    enrollments.delivery_sha256                     as origin_sha256
from book.roster.enrollments as enrollments
inner join ids as classes on enrollments.class_roster_id = classes.roster_id
inner join ids as users on enrollments.user_roster_id = users.roster_id
where
    in_force(enrollments.since_sync, enrollments.until_sync, $target)
    and enrollments.state = 'active'
