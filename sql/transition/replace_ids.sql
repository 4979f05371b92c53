-- target.roster.ids: the ids that a renumbering gives, in place of those that things had.
-- reads: transition.renumbered
update target.roster.ids
set sourced_id = renumbered.sourced_id
from day.transition.renumbered as renumbered
where target.roster.ids.roster_id = renumbered.roster_id and target.roster.ids.until_sync is null
