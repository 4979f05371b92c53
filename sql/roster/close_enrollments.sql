-- roster.enrollments: the versions that the plan ends are no longer current.
-- reads: sync.enrollments
update book.roster.enrollments
set until_sync = $sync
where
    until_sync is null
    and roster_id in (
        select roster_id
        from day.sync.enrollments
        where not withheld and operation in ('update', 'restore', 'archive', 'fill')
    )
