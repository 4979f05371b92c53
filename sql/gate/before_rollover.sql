-- the number of the sync whose roster was the last before a rollover's first date; where the district began later, of
-- its initial sync. Null: there is none.
-- grain: one row
-- reads: book.sync.syncs
select
    coalesce(
        max(number) filter (where sync_date < $first and number >= begun),
        min(begun)
    ) as number
from (
    select
        number,
        sync_date,
        min(number) filter (where initial and outcome <> 'rejected') over () as begun
    from book.sync.syncs
    where number <= $baseline
)
