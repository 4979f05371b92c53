-- a versioned table of the roster: what the target state has and the roster has not.
insert into "table" by name
with now as (
    select
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
        rowid as place,
        row(
            *columns(
                lambda name: name not in ('since_sync', 'until_sync', 'line', 'delivery_sha256')
            )
        ) as content
    from "target"
    where until_sync is null
)

select * replace ($sync as since_sync)
from "target"
where rowid in (select goal.place from goal anti join now using (content))
