-- sync.withheld: the withheld set that the hold's digest names, once for each digest.
-- grain: hold_digest, record_type, operation, key
-- reads: sync.identified, book.sync.withheld
insert into book.sync.withheld by name
select $hold_digest as hold_digest, record_type, operation, key, content
from day.sync.identified
where withheld and $hold_digest not in (select hold_digest from book.sync.withheld)
