-- sync.holds: left_without_classes: enrollments that would go, where more students than the limit of archived students
-- would be left with none at all.
-- grain: record_type
-- reads: sync.enrollments, sync.exempt, sync.measured, sync.limits, sync.holds, book.roster.enrollments
insert into day.sync.holds by name
with going as (
    select plan.roster_id, plan.user_roster_id
    from day.sync.enrollments as plan
    anti join day.sync.exempt as exempt
        on exempt.record_type = 'enrollments' and plan.roster_id = exempt.roster_id
    where plan.operation = 'archive' and not plan.consequence and plan.role = 'student'
),

left_without as (
    select known.user_roster_id, count(*) as enrollments
    from book.roster.enrollments as known
    left join going on known.roster_id = going.roster_id
    where
        in_force(known.since_sync, known.until_sync, $baseline)
        and known.state = 'active'
        and known.user_roster_id in (select user_roster_id from going)
        and known.user_roster_id not in (
            select user_roster_id from day.sync.enrollments where operation in ('add', 'restore')
        )
    group by known.user_roster_id
    having count(*) = count(going.roster_id)
)

select
    'enrollments'                               as record_type,
    'left_without_classes'                      as code,
    'archive'                                   as operation,
    sum(left_without.enrollments)::bigint       as changes,
    any_value(least(allowed(students.base, limits.percent, limits.at_least), half_at_most(students.base))) as allowed,
    any_value(students.base)                    as base
from left_without
cross join day.sync.measured as students
inner join day.sync.limits as limits on limits.record_type = 'enrollments' and limits.measure = 'archive'
where
    students.record_type = 'students'
    and students.school_id is null
    and students.grade is null
    -- too many enrollments are a hold by themselves
    and 'enrollments' not in (
        select holds.record_type from day.sync.holds as holds where holds.code in ('all_vanished', 'archive_limit')
    )
having
    count(*) > any_value(
        least(allowed(students.base, limits.percent, limits.at_least), half_at_most(students.base))
    )
