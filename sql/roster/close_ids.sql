-- roster.ids: an id that moved to another ends with this sync; so does that of who is another person from now on, and
-- that of who is of another type, which has the id again.
-- reads: sync.users, sync.matched_users
update book.roster.ids
set until_sync = $sync
where
    until_sync is null
    and (roster_id, sourced_id) in (
        select (plan.roster_id, coalesce(matched.moved_from, plan.sourced_id))
        from day.sync.users as plan
        inner join day.sync.matched_users as matched using (roster_id)
        where
            not plan.withheld
            and plan.operation in ('update', 'restore')
            and (matched.moved_from is not null or plan.record_type <> matched.known_type)
        union all
        select (former.roster_id, former.sourced_id)
        from day.sync.matched_users as former
        inner join day.sync.users as plan
            on former.sourced_id = plan.sourced_id and plan.operation = 'add' and not plan.withheld
        inner join day.sync.matched_users as newcomers
            on plan.roster_id = newcomers.roster_id and former.by_number = newcomers.by_number
        where former.is_replaced
    )
