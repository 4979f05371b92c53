-- the number of the sync that applied this day's plan; no row where it was not applied.
-- grain: one row
-- reads: book.sync.syncs, sync.verdict
select max(syncs.number) as sync_number
from book.sync.syncs as syncs
inner join day.sync.verdict as verdict on syncs.baseline_sync = verdict.baseline_sync
where syncs.sync_date = $sync_date::date and not verdict.is_look
