-- roster.bars: the bars of who was active twice.
-- reads: book.roster.merged
update book.roster.bars
set contact_roster_id = merged.kept_roster_id
from book.roster.merged as merged
where contact_roster_id = merged.roster_id and until_sync is null
