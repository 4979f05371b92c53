-- sync.held_ids: what waits for the claims, each under one cause: names that slipped before an exchange, an exchange
-- before another person, and a slip of other columns last. Of an id that moved, the record whose id has gone counts as
-- present. A bar never waits. Each id is a cause of its own, for each may have another answer; where there are more
-- than twenty of a type, all are one, and so is a column that slipped.
-- grain: record_type, roster_id
-- reads: sync.claims, sync.users, sync.guardian_links, sync.enrollments, book.roster.guardian_links
insert into day.sync.held_ids by name
with claimed as (
    select
        claims.record_type,
        claims.roster_id,
        claims.other_roster_id,
        claims.cause,
        claims.sourced_id,
        claims.field,
        claims.school_id
    from day.sync.claims as claims
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

caused as (
    select
        *,
        case
            when cause = 'column_slipped' then concat_ws(' ', cause, record_type, field, school_id)
            when count(*) over (partition by cause, record_type) > 20 then concat_ws(' ', cause, record_type)
            else concat_ws(' ', cause, record_type, sourced_id)
        end                                     as origin
    from claimed
),

in_doubt as (
    select record_type, roster_id, cause, roster_id as claimed, origin
    from caused
    union all
    select record_type, other_roster_id as roster_id, cause, roster_id as claimed, origin
    from caused
    where cause = 'id_moved'
),

-- guardians who would go because a student in doubt no longer has them
followers as (
    select
        'guardians'                             as record_type,
        links.contact_roster_id                 as roster_id,
        arg_min(in_doubt.cause, in_doubt.claimed) as cause,
        min(in_doubt.claimed)                   as claimed,
        arg_min(in_doubt.origin, in_doubt.claimed) as origin
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
    people.claimed,
    people.origin
from day.sync.enrollments as enrollments
inner join people on enrollments.user_roster_id = people.roster_id
-- what goes with a class or a person follows these
where not enrollments.consequence
union all
select
    'guardian_links'                            as record_type,
    links.roster_id,
    arg_min(people.cause, people.claimed)       as cause,
    min(people.claimed)                         as claimed,
    arg_min(people.origin, people.claimed)      as origin
from day.sync.guardian_links as links
inner join people on people.roster_id in (links.contact_roster_id, links.student_roster_id)
where
    not links.barred
    and (
        not links.consequence
        -- the link to a student in doubt stays with the guardian who would only go because of the student
        or (
            links.student_roster_id in (select in_doubt.roster_id from in_doubt)
            and links.contact_roster_id in (select followers.roster_id from followers)
        )
    )
group by links.roster_id
