-- sync.approved: the withheld sets that approvals in force cover.
-- grain: origin, record_type, operation, key, content
-- reads: book.sync.withheld
insert into day.sync.approved by name
select distinct origin, record_type, operation, key, content
from book.sync.withheld
where list_contains($digests, hold_digest)
