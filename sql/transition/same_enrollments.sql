-- transition.same: enrollments that came after sync $fork, once people and classes have the roster's numbers: the
-- first of two is the first of the two in the roster.
-- grain: kind, replayed_id
-- reads: target.roster.enrollments, book.roster.enrollments
insert into day.transition.same by name
with replayed as (
    select
        roster_id,
        class_roster_id,
        user_roster_id,
        role,
        row_number() over (
            partition by class_roster_id, user_roster_id, role
            order by min(since_sync), roster_id
        )                                       as place
    from target.roster.enrollments
    group by roster_id, class_roster_id, user_roster_id, role
    having min(since_sync) > $fork
),

known as (
    select
        roster_id,
        class_roster_id,
        user_roster_id,
        role,
        row_number() over (
            partition by class_roster_id, user_roster_id, role
            order by min(since_sync), roster_id
        )                                       as place
    from book.roster.enrollments
    group by roster_id, class_roster_id, user_roster_id, role
    having min(since_sync) > $fork
)

select
    'enrollments'                               as kind,
    replayed.roster_id                          as replayed_id,
    coalesce(
        known.roster_id,
        (select coalesce(max(roster_id), 0) from book.roster.enrollments)
        + row_number() over (
            partition by known.roster_id is null
            order by replayed.class_roster_id, replayed.user_roster_id, replayed.role, replayed.place
        )
    )                                           as roster_id
from replayed
left join known using (class_roster_id, user_roster_id, role, place)
