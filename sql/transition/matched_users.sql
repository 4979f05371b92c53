-- sync.matched_users: every person of the current roster and of the target state.
-- grain: record_type, sourced_id
-- reads: target.users, book.roster.users, book.roster.ids
insert into day.sync.matched_users by name
with known as (
    select
        users.record_type,
        ids.sourced_id,                         -- null: somebody else has it now
        users.roster_id,
        users.state
    from book.roster.users as users
    left join book.roster.ids as ids
        on users.roster_id = ids.roster_id and in_force(ids.since_sync, ids.until_sync, $baseline)
    where in_force(users.since_sync, users.until_sync, $baseline)
),

-- an undo knows which thing each is; a replay knows its id alone
target as (
    select
        target.record_type,
        target.sourced_id,
        target.line,
        coalesce(target.roster_id, known.roster_id) as roster_id
    from day.target.users as target
    left join known using (record_type, sourced_id)
)

select
    coalesce(target.record_type, known.record_type) as record_type,
    coalesce(target.sourced_id, known.sourced_id)   as sourced_id,
    coalesce(
        target.roster_id,
        known.roster_id,
        (select coalesce(max(roster_id), 0) from book.roster.ids)
        + row_number() over (
            partition by coalesce(target.roster_id, known.roster_id) is null
            order by target.record_type, target.sourced_id
        )
    )                                               as roster_id,
    known.state,
    target.sourced_id is not null                   as sent,
    target.line
from target
full join known on target.roster_id = known.roster_id
where target.sourced_id is not null or known.state = 'active'
