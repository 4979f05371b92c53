-- whether any link is kept, or waits, against what the files say.
-- grain: one row
-- reads: sync.guardian_links
select count(*) > 0 as has_kept_links
from day.sync.guardian_links
where withheld or operation = 'absent'
