-- roster.guardian_links: the versions that the plan ends are no longer current.
-- reads: sync.guardian_links
update book.roster.guardian_links
set until_sync = $sync
where
    until_sync is null
    and roster_id in (
        select roster_id
        from day.sync.guardian_links
        where not withheld and operation in ('update', 'restore', 'archive', 'fill')
    )
