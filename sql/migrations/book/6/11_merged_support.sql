-- roster.guardian_support: who said the contact details of who was active twice.
-- reads: book.roster.merged
update book.roster.guardian_support
set roster_id = merged.kept_roster_id
from book.roster.merged as merged
where book.roster.guardian_support.roster_id = merged.roster_id and until_sync is null
