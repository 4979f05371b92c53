-- sync.matched_users: a newcomer whose id has moved is the person whose id has gone.
-- grain: record_type, sourced_id
-- reads: sync.claims, book.roster.users
update day.sync.matched_users
set
    roster_id = moved.other_roster_id,
    moved_from = moved.other_sourced_id,
    state = moved.state,
    known_type = moved.record_type
from (
    select claims.roster_id, claims.other_roster_id, claims.other_sourced_id, users.state, users.record_type
    from day.sync.claims as claims
    inner join book.roster.users as users
        on claims.other_roster_id = users.roster_id and in_force(users.since_sync, users.until_sync, $baseline)
    where claims.cause = 'id_moved' and not claims.is_held
) as moved
where day.sync.matched_users.roster_id = moved.roster_id
