-- sync.changes: what the sync changed, thing by thing. An initial sync has none: since_sync says it all.
-- grain: sync_number, record_type, roster_id
-- reads: sync.plan, sync.verdict
insert into book.sync.changes by name
select
    $sync               as sync_number,
    record_type,
    operation,
    roster_id,
    changed             as columns,
    consequence
from day.sync.plan
where
    not withheld
    and operation in ('add', 'update', 'restore', 'archive')
    and not (select initial from day.sync.verdict)
