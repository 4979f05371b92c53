-- roster.sources: those that are not so in the target state.
-- reads: target.sources
update book.roster.sources
set until_sync = $sync
where
    until_sync is null
    and (file, field, coalesce(silent_since::varchar, '')) not in (
        select file, field, coalesce(silent_since::varchar, '') as silent_since
        from day.target.sources
    )
