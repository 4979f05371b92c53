-- every version of the enrollments of a person or in a class, oldest first.
-- grain: roster_id, since_sync
-- reads: book.roster.enrollments, book.roster.ids
with ids as (
    select roster_id, arg_max(sourced_id, since_sync) as sourced_id
    from book.roster.ids
    group by roster_id
)

select
    enrollments.roster_id,
    'enrollments' as record_type,
    key_part(classes.sourced_id) || '|' || key_part(users.sourced_id) || '|' || enrollments.role as key,
    enrollments.since_sync,
    enrollments.state,
    enrollments.line,
    enrollments.delivery_sha256,
    null as rule,
    enrollments.sourced_id,
    enrollments.is_primary::varchar as is_primary,
    enrollments.begin_date,
    enrollments.end_date
from book.roster.enrollments as enrollments
inner join ids as classes on enrollments.class_roster_id = classes.roster_id
inner join ids as users on enrollments.user_roster_id = users.roster_id
where
    list_contains($things, enrollments.class_roster_id)
    or list_contains($things, enrollments.user_roster_id)
order by enrollments.roster_id, enrollments.since_sync
