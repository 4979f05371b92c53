-- roster.guardian_support: the support that moves has a new version.
-- reads: sync.contact_values, sync.matched_users, sync.users
update book.roster.guardian_support
set until_sync = $sync
where
    until_sync is null
    and roster_id in (
        select roster_id
        from day.sync.contact_values
        where
            has_moved
            and roster_id not in (select roster_id from day.sync.users where withheld)
            and (
                roster_id in (select roster_id from day.sync.matched_users where sent)
                or roster_id in (select roster_id from day.sync.users where former_type is not null)
            )
            -- who is not in the roster, and is not to come into it, has no support there
            and roster_id not in (
                select plan.roster_id
                from day.sync.users as plan
                inner join day.sync.matched_users as matched on plan.roster_id = matched.roster_id
                where plan.operation = 'keep' and matched.state is distinct from 'active'
            )
    )
