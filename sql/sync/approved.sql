-- sync.approved: the withheld sets that approvals in force cover.
-- grain: origin, record_type, operation, key, content
-- reads: book.sync.withheld
insert into day.sync.approved by name
select
    origin,
    record_type,
    operation,
    key,
    content,
    bool_or(list_contains($as_new_person, hold_digest)) as as_new_person
from book.sync.withheld
where list_contains($digests, hold_digest)
group by all
