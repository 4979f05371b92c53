-- roster.enrollments: the enrollments of who was active twice.
-- reads: book.roster.merged
update book.roster.enrollments
set user_roster_id = merged.kept_roster_id
from book.roster.merged as merged
where user_roster_id = merged.roster_id and until_sync is null
