-- a versioned table of the roster: what the target state does not have as it is ends with this sync. Where a value
-- comes from makes no difference.
update "table"
set until_sync = $sync
where
    rowid in (
        with now as (
            select
                rowid as place,
                row(
                    *columns(
                        lambda name: name not in ('since_sync', 'until_sync', 'line', 'delivery_sha256')
                    )
                ) as content
            from "table"
            where until_sync is null
        ),

        goal as (
            select
                row(
                    *columns(
                        lambda name: name not in ('since_sync', 'until_sync', 'line', 'delivery_sha256')
                    )
                ) as content
            from "target"
            where until_sync is null
        )

        select now.place
        from now
        anti join goal using (content)
    )
