-- transition.same: people and classes that came after sync $fork: those of the same namespace, id and first sync. What
-- came on another night is the same where the id means one thing in each roster and the names do not contradict.
-- grain: kind, replayed_id
-- reads: target.roster.ids, target.roster.users, book.roster.ids, book.roster.users
insert into day.transition.same by name
with replayed as (
    select
        if(record_type = 'classes', 'classes', 'people') as namespace,
        roster_id,
        arg_min(sourced_id, since_sync)         as sourced_id,
        min(since_sync)                         as first_sync
    from target.roster.ids
    group by namespace, roster_id
    having min(since_sync) > $fork
),

known as (
    select
        if(record_type = 'classes', 'classes', 'people') as namespace,
        roster_id,
        arg_min(sourced_id, since_sync)         as sourced_id,
        min(since_sync)                         as first_sync
    from book.roster.ids
    group by namespace, roster_id
    having min(since_sync) > $fork
),

surely as (
    select
        replayed.roster_id                      as replayed_id,
        known.roster_id
    from replayed
    inner join known using (namespace, sourced_id, first_sync)
),

replayed_once as (
    select
        namespace,
        sourced_id,
        min(roster_id)                          as replayed_id
    from replayed
    where roster_id not in (select replayed_id from surely)
    group by namespace, sourced_id
    having count(*) = 1
),

known_once as (
    select
        namespace,
        sourced_id,
        min(roster_id)                          as roster_id
    from known
    where roster_id not in (select roster_id from surely)
    group by namespace, sourced_id
    having count(*) = 1
),

named as (
    select
        replayed_once.replayed_id,
        known_once.roster_id
    from replayed_once
    inner join known_once using (namespace, sourced_id)
    left join target.roster.users as people
        on replayed_once.replayed_id = people.roster_id and people.until_sync is null
    left join book.roster.users as others
        on known_once.roster_id = others.roster_id and others.until_sync is null
    where
        coalesce(
            is_near(name_tokens(people.given_name), name_tokens(others.given_name))
            or is_near(name_tokens(people.family_name), name_tokens(others.family_name)),
            true
        )
),

found as (
    select * from surely
    union all
    select * from named
)

select
    'things'                                    as kind,
    replayed.roster_id                          as replayed_id,
    coalesce(
        found.roster_id,
        (select coalesce(max(ids.roster_id), 0) from book.roster.ids as ids)
        + row_number() over (
            partition by found.roster_id is null
            order by replayed.namespace, replayed.sourced_id, replayed.first_sync
        )
    )                                           as roster_id
from replayed
left join found on replayed.roster_id = found.replayed_id
