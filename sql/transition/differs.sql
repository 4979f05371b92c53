-- whether the target state has other current versions of a table than the roster, or more or fewer of them. Where a
-- value comes from makes no difference.
-- grain: one row
with now as (
    select * exclude (since_sync, until_sync)
    from "table"
    where until_sync is null
),

goal as (
    select * exclude (since_sync, until_sync)
    from "target"
    where until_sync is null
)

select count(*) > 0 as differs
from (
    (
        select * from now
        except
        select * from goal
    )
    union all
    (
        select * from goal
        except
        select * from now
    )
)
