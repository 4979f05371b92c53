-- sync.withheld: the changes that each cause stops by itself, once for each digest.
-- grain: hold_digest, record_type, operation, key
-- reads: sync.causes, sync.stopped, sync.identified, book.sync.withheld
insert into book.sync.withheld by name
select
    causes.digest                               as hold_digest,
    causes.origin,
    plan.record_type,
    plan.operation,
    plan.key,
    plan.content
from day.sync.stopped
inner join day.sync.identified as plan using (record_type, roster_id)
inner join day.sync.causes as causes using (origin)
where plan.withheld and causes.digest not in (select hold_digest from book.sync.withheld)
