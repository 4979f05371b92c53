-- roster.link_support: the support that moves has a new version.
-- reads: sync.matched_links, sync.guardian_links
update book.roster.link_support
set until_sync = $sync
where
    until_sync is null
    and roster_id in (
        select roster_id
        from day.sync.matched_links
        where
            fate = 'said'
            and roster_id is not null
            and (state = 'archived' or has_moved)
            and roster_id not in (select roster_id from day.sync.guardian_links where withheld or operation = 'keep')
    )
