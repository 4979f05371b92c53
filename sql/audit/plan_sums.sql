-- how many record types have counts that do not add up, or are not those of the plan.
-- grain: one row
-- reads: sync.counts, sync.plan_counted
with planned as (
    select
        record_type,
        count(*) filter (where operation = 'add' and not withheld)      as added,
        count(*) filter (where operation = 'update' and not withheld)   as updated,
        count(*) filter (where operation = 'restore' and not withheld)  as restored,
        count(*) filter (where operation = 'archive' and not withheld)  as archived,
        count(*) filter (
            where withheld and operation in ('add', 'update', 'restore', 'archive')
        )                                                               as withheld
    from day.sync.plan_counted
    group by record_type
)

select count(*) as broken
from day.sync.counts as counts
left join planned using (record_type)
where
    counts.active_after <> counts.active_before + counts.added + counts.restored - counts.archived
    or counts.added <> coalesce(planned.added, 0)
    or counts.updated <> coalesce(planned.updated, 0)
    or counts.restored <> coalesce(planned.restored, 0)
    or counts.archived <> coalesce(planned.archived, 0)
    or counts.withheld_add + counts.withheld_update + counts.withheld_restore + counts.withheld_archive
    <> coalesce(planned.withheld, 0)
