-- sync.stopped: a cause does not stop what was approved as its own.
-- reads: sync.stopped, sync.identified, sync.approved
delete from day.sync.stopped
where
    (origin, record_type, roster_id) in (
        select (stops.origin, plan.record_type, plan.roster_id)
        from day.sync.identified as plan
        inner join day.sync.approved as approved using (record_type, operation, key, content)
        inner join day.sync.stopped as stops using (record_type, roster_id)
        where approved.origin is null or approved.origin = stops.origin
    )
