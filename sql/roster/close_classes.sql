-- roster.classes: the versions that the plan ends are no longer current.
-- reads: sync.classes
update book.roster.classes
set until_sync = $sync
where
    until_sync is null
    and roster_id in (
        select roster_id
        from day.sync.classes
        where not withheld and operation in ('update', 'restore', 'archive', 'fill')
    )
