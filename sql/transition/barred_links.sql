-- target.roster.guardian_links: a link of a pair that is barred is archived, and names the bar.
-- reads: transition.barred
update target.roster.guardian_links
set state = 'archived', rule = barred.reason, line = null, file = null, delivery_sha256 = null
from day.transition.barred as barred
where
    target.roster.guardian_links.contact_roster_id = barred.contact_roster_id
    and target.roster.guardian_links.student_roster_id = barred.student_roster_id
    and target.roster.guardian_links.until_sync is null
    and target.roster.guardian_links.state = 'active'
