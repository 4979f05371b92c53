-- a table of the plan: mark the changes that wait.
-- reads: sync.withheld
update "table"
set withheld = true
where
    roster_id in (
        select waiting.roster_id
        from day.sync.withheld as waiting
        where list_contains($record_types, waiting.record_type)
    )
