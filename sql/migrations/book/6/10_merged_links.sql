-- roster.guardian_links: the links of who was active twice are those of the record that is kept. Both had one id, so
-- the exports of earlier dates say what they said.
-- reads: book.roster.merged
update book.roster.guardian_links
set contact_roster_id = merged.kept_roster_id
from book.roster.merged as merged
where contact_roster_id = merged.roster_id and until_sync is null and student_roster_id <> merged.kept_roster_id
