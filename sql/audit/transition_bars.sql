-- how many active links of the roster are of a pair that the undo, replay or block must not link.
-- grain: one row
-- reads: transition.barred, book.roster.guardian_links
select count(*) as broken
from book.roster.guardian_links as links
semi join day.transition.barred using (contact_roster_id, student_roster_id)
where links.until_sync is null and links.state = 'active'
