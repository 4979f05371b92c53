-- sync.changes: what the sync changed, thing by thing. An initial sync has none: since_sync says it all.
-- grain: sync_number, record_type, roster_id
-- reads: sync.users, sync.classes, sync.enrollments, sync.guardian_links, sync.verdict
insert into book.sync.changes by name
select
    $sync               as sync_number,
    plan.record_type,
    plan.operation,
    plan.roster_id,
    plan.changed        as columns,
    plan.consequence
from (
    select record_type, operation, roster_id, changed, consequence, withheld from day.sync.users
    union all
    select 'classes' as record_type, operation, roster_id, changed, consequence, withheld from day.sync.classes
    union all
    select 'enrollments' as record_type, operation, roster_id, changed, consequence, withheld from day.sync.enrollments
    union all
    select 'guardian_links' as record_type, operation, roster_id, changed, consequence, withheld
    from day.sync.guardian_links
) as plan
where not plan.withheld and not (select initial from day.sync.verdict)
