-- sync.stopped: a cause does not stop what was approved as its own. No approval moves the id of somebody who is
-- blocked.
-- reads: sync.stopped, sync.identified, sync.approved, sync.held_ids, sync.claims
delete from day.sync.stopped
where
    (origin, record_type, roster_id) in (
        select (stops.origin, plan.record_type, plan.roster_id)
        from day.sync.identified as plan
        inner join day.sync.approved as approved using (record_type, operation, key, content)
        inner join day.sync.stopped as stops using (record_type, roster_id)
        where approved.origin is null or approved.origin = stops.origin
    )
    and (origin, record_type, roster_id) not in (
        select (held.origin, held.record_type, held.roster_id)
        from day.sync.held_ids as held
        inner join day.sync.claims as claims on held.claimed = claims.roster_id and held.cause = claims.cause
        where claims.is_barred
    )
