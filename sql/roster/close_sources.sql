-- roster.sources: what fell silent tonight, or speaks again, has a new version.
-- reads: sync.sources
update book.roster.sources
set until_sync = $sync
where
    until_sync is null
    and (file, field, coalesce(silent_since::varchar, '')) not in (
        select file, field, coalesce(silent_since::varchar, '') as silent_since
        from day.sync.sources
    )
