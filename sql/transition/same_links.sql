-- transition.same: guardian links that came after sync $fork, once people and classes have the roster's numbers: the
-- first of two is the first of the two in the roster.
-- grain: kind, replayed_id
-- reads: target.roster.guardian_links, book.roster.guardian_links
insert into day.transition.same by name
with replayed as (
    select
        roster_id,
        contact_roster_id,
        student_roster_id,
        row_number() over (
            partition by contact_roster_id, student_roster_id
            order by min(since_sync), roster_id
        )                                       as place
    from target.roster.guardian_links
    group by roster_id, contact_roster_id, student_roster_id
    having min(since_sync) > $fork
),

known as (
    select
        roster_id,
        contact_roster_id,
        student_roster_id,
        row_number() over (
            partition by contact_roster_id, student_roster_id
            order by min(since_sync), roster_id
        )                                       as place
    from book.roster.guardian_links
    group by roster_id, contact_roster_id, student_roster_id
    having min(since_sync) > $fork
)

select
    'guardian_links'                            as kind,
    replayed.roster_id                          as replayed_id,
    coalesce(
        known.roster_id,
        (select coalesce(max(roster_id), 0) from book.roster.guardian_links)
        + row_number() over (
            partition by known.roster_id is null
            order by replayed.contact_roster_id, replayed.student_roster_id, replayed.place
        )
    )                                           as roster_id
from replayed
left join known using (contact_roster_id, student_roster_id, place)
