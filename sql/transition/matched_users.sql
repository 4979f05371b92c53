-- sync.matched_users: every person of the roster and of the target state, by the id in the target state.
-- grain: roster_id
-- reads: target.roster.users, target.roster.ids, book.roster.users, book.roster.ids
insert into day.sync.matched_users by name
with last_ids as (
    select roster_id, arg_max(sourced_id, since_sync) as sourced_id
    from book.roster.ids
    group by roster_id
)

select
    goal.record_type,
    coalesce(ids.sourced_id, last_ids.sourced_id) as sourced_id,
    goal.roster_id,
    now.state,
    goal.state = 'active'                       as sent,
    goal.line
from target.roster.users as goal
left join target.roster.ids as ids on goal.roster_id = ids.roster_id and ids.until_sync is null
left join last_ids on goal.roster_id = last_ids.roster_id
left join book.roster.users as now on goal.roster_id = now.roster_id and now.until_sync is null
where goal.until_sync is null
