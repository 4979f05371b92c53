-- a versioned table of the scratch copy that a replay lived in: the numbers of the roster for what it numbered again.
-- reads: transition.same
update "target"
set roster_id = same.roster_id
from day.transition.same as same
where same.kind = $kind and "target".roster_id = same.replayed_id
