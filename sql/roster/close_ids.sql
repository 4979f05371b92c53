-- roster.ids: an id that moved to another ends with this sync; so does that of who is another person from now on.
-- reads: sync.users, sync.matched_users
update book.roster.ids
set until_sync = $sync
where
    until_sync is null
    and (record_type, roster_id, sourced_id) in (
        select (plan.record_type, plan.roster_id, matched.moved_from)
        from day.sync.users as plan
        inner join day.sync.matched_users as matched
            on plan.record_type = matched.record_type and plan.sourced_id = matched.sourced_id
        where matched.moved_from is not null and not plan.withheld and plan.operation in ('update', 'restore')
        union all
        select (former.record_type, former.roster_id, former.sourced_id)
        from day.sync.matched_users as former
        inner join day.sync.users as plan
            on former.record_type = plan.record_type and former.sourced_id = plan.sourced_id
        where former.is_replaced and plan.operation = 'add' and not plan.withheld
    )
