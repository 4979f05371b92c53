-- both sides of each id that waits because it may mean another person: who has it in the roster, and who comes with it
-- tonight; of a person under a new id, the record whose id has gone, and the newcomer. At most $most of each cause.
-- grain: origin, sourced_id, side
-- reads: sync.claims, sync.held_ids, sync.verdict, sync.matched_users, oneroster.users, guardians.guardians,
--     book.roster.users, book.roster.ids, book.roster.guardian_links
with verdict as (
    select baseline_sync from day.sync.verdict
),

in_doubt as (
    select
        held.origin,
        claims.record_type,
        claims.sourced_id,
        claims.roster_id,
        if(claims.cause = 'id_moved', claims.other_roster_id, claims.roster_id) as known_roster_id
    from day.sync.claims as claims
    inner join day.sync.held_ids as held
        on
            claims.record_type = held.record_type
            and claims.roster_id = held.roster_id
            and claims.roster_id = held.claimed
            and claims.cause = held.cause
    where claims.is_held
    qualify
        row_number() over (partition by held.origin, claims.record_type, claims.roster_id order by claims.field) = 1
        and (
            $most::integer is null
            or dense_rank() over (partition by held.origin order by claims.record_type, claims.sourced_id) <= $most
        )
),

known as (
    select users.*, ids.sourced_id as id
    from book.roster.users as users
    left join book.roster.ids as ids
        on
            users.roster_id = ids.roster_id
            and in_force(ids.since_sync, ids.until_sync, (select baseline_sync from verdict))
    where in_force(users.since_sync, users.until_sync, (select baseline_sync from verdict))
),

known_links as (
    select contact_roster_id, student_roster_id
    from book.roster.guardian_links
    where in_force(since_sync, until_sync, (select baseline_sync from verdict)) and state = 'active'
),

known_relatives as (
    select
        links.roster_id,
        list(
            struct_pack(
                sourced_id := known.id, given_name := known.given_name, family_name := known.family_name
            ) order by known.id
        )                                       as relatives
    from (
        select student_roster_id as roster_id, contact_roster_id as relative_id from known_links
        union all
        select contact_roster_id as roster_id, student_roster_id as relative_id from known_links
    ) as links
    inner join known on links.relative_id = known.roster_id
    where links.roster_id in (select in_doubt.known_roster_id from in_doubt)
    group by links.roster_id
),

tonight as (
    select matched.roster_id, users.*
    from day.sync.matched_users as matched
    inner join day.oneroster.users as users
        on matched.sourced_id = users.sourced_id and matched.by_number = users.by_number
    where matched.sent
),

tonight_relatives as (
    select
        links.sourced_id,
        links.is_student,
        list(
            struct_pack(
                sourced_id := users.sourced_id, given_name := users.given_name, family_name := users.family_name
            ) order by users.sourced_id
        )                                       as relatives
    from (
        select student_id as sourced_id, true as is_student, contact_id as relative_id, false as relative_is_student
        from day.guardians.guardians
        where role is not null
        union all
        select contact_id as sourced_id, false as is_student, student_id as relative_id, true as relative_is_student
        from day.guardians.guardians
        where role is not null
    ) as links
    inner join day.oneroster.users as users
        on
            links.relative_id = users.sourced_id
            and links.relative_is_student = (users.record_kind = 'student')
    where links.sourced_id in (select in_doubt.sourced_id from in_doubt)
    group by links.sourced_id, links.is_student
)

select
    in_doubt.origin,
    in_doubt.record_type,
    in_doubt.sourced_id,
    'roster'                                    as side,
    known.id,
    known.given_name,
    known.family_name,
    known.school_ids,
    known.grades,
    known.identifier,
    known.email,
    known.sms,
    coalesce(relatives.relatives, [])           as relatives
from in_doubt
inner join known on in_doubt.known_roster_id = known.roster_id
left join known_relatives as relatives on known.roster_id = relatives.roster_id
union all by name
select
    in_doubt.origin,
    in_doubt.record_type,
    in_doubt.sourced_id,
    'files'                                     as side,
    tonight.sourced_id                          as id,
    tonight.given_name,
    tonight.family_name,
    tonight.school_ids,
    tonight.grades,
    tonight.identifier,
    tonight.email,
    tonight.sms,
    coalesce(relatives.relatives, [])           as relatives
from in_doubt
inner join tonight on in_doubt.roster_id = tonight.roster_id
left join tonight_relatives as relatives
    on
        tonight.sourced_id = relatives.sourced_id
        and relatives.is_student = (tonight.record_kind = 'student')
order by origin, record_type, sourced_id, side desc
