-- what a plan for a date is compared with: the newest sync, or for an older date the last sync before that date.
-- grain: one row
-- reads: book.sync.syncs
select
    coalesce(max(number), 0)                                                        as newest_sync,
    max(sync_date)                                                                  as newest_date,
    coalesce(max(number) filter (where sync_date < $sync_date::date), 0)            as last_before,
    min(number) filter (where outcome in ('applied', 'unchanged', 'held'))          as first_applied
from book.sync.syncs
