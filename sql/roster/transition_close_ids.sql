-- roster.ids: an id that meant another thing, or that the thing no longer has, ends with this sync.
-- reads: target.users, target.classes, book.roster.ids
update book.roster.ids
set until_sync = $sync
where
    until_sync is null
    and (roster_id, sourced_id) in (
        with target as (
            select roster_id, record_type, sourced_id from day.target.users
            union all
            select roster_id, 'classes' as record_type, sourced_id from day.target.classes
        )

        select ids.roster_id, ids.sourced_id
        from book.roster.ids as ids
        inner join target on ids.record_type = target.record_type and ids.roster_id = target.roster_id
        where ids.until_sync is null and ids.sourced_id <> target.sourced_id
        union
        select ids.roster_id, ids.sourced_id
        from book.roster.ids as ids
        inner join target on ids.record_type = target.record_type and ids.sourced_id = target.sourced_id
        where ids.until_sync is null and ids.roster_id <> target.roster_id
    )
