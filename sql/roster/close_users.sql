-- roster.users: the versions that the plan ends are no longer current.
-- reads: sync.users
update book.roster.users
set until_sync = $sync
where
    until_sync is null
    and roster_id in (
        select roster_id
        from day.sync.users
        where not withheld and operation in ('update', 'restore', 'archive', 'fill')
    )
