-- whether anybody comes whom the roster has never had: only then may an id have moved.
-- grain: one row
-- reads: sync.matched_users
select count(*) > 0 as has_newcomers
from day.sync.matched_users
where sent and state is null
