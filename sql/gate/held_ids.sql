-- sync.held_ids: what waits for the claims that no one has answered, each under one cause: names that slipped before
-- an exchange, an exchange before another person, and a slip of other columns last. Of an id that moved, the record
-- whose id has gone counts as present. A bar never waits.
-- grain: record_type, roster_id
-- reads: sync.claims, sync.exempt, sync.users, sync.guardian_links, sync.enrollments, book.roster.guardian_links
insert into day.sync.held_ids by name
with claimed as (
    select claims.record_type, claims.roster_id, claims.other_roster_id, claims.cause
    from day.sync.claims as claims
    anti join day.sync.exempt as exempt
        on
            claims.record_type = exempt.record_type
            and claims.roster_id = exempt.roster_id
            and not claims.is_barred
    where claims.is_held
    qualify
        row_number() over (
            partition by claims.record_type, claims.roster_id
            order by
                claims.field is distinct from 'names',
                list_position(['id_moved', 'id_exchanged', 'identity_changed', 'column_slipped'], claims.cause),
                claims.field
        ) = 1
),

in_doubt as (
    select record_type, roster_id, cause, roster_id as claimed
    from claimed
    union all
    select record_type, other_roster_id as roster_id, cause, roster_id as claimed
    from claimed
    where cause = 'id_moved'
),

-- guardians who would go because a student in doubt no longer has them
followers as (
    select
        'guardians'                             as record_type,
        links.contact_roster_id                 as roster_id,
        any_value(in_doubt.cause order by in_doubt.claimed) as cause,
        min(in_doubt.claimed)                   as claimed
    from in_doubt
    inner join book.roster.guardian_links as links
        on
            in_doubt.roster_id = links.student_roster_id
            and in_force(links.since_sync, links.until_sync, $baseline)
            and links.state = 'active'
    inner join day.sync.users as plan on links.contact_roster_id = plan.roster_id
    where
        plan.operation in ('archive', 'absent')
        and links.contact_roster_id not in (select in_doubt.roster_id from in_doubt)
    group by links.contact_roster_id
),

people as (
    select * from in_doubt
    union all
    select * from followers
)

select * from people
union all
select
    'enrollments'                               as record_type,
    enrollments.roster_id,
    people.cause,
    people.claimed
from day.sync.enrollments as enrollments
inner join people on enrollments.user_roster_id = people.roster_id
union all
select
    'guardian_links'                            as record_type,
    links.roster_id,
    any_value(people.cause order by people.claimed) as cause,
    min(people.claimed)                         as claimed
from day.sync.guardian_links as links
inner join people on people.roster_id in (links.contact_roster_id, links.student_roster_id)
where not links.barred
group by links.roster_id
