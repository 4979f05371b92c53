-- sync.counts: what an undo or a replay does, per record type.
-- grain: record_type
-- reads: sync.record_types, sync.plan_counted, target.roster.users, target.roster.classes, target.roster.enrollments,
--     target.roster.guardian_links, book.roster.users, book.roster.classes, book.roster.enrollments,
--     book.roster.guardian_links
insert into day.sync.counts by name
with operations as (
    select
        record_type,
        count(*) filter (where operation = 'add')       as added,
        count(*) filter (where operation = 'update')    as updated,
        count(*) filter (where operation = 'restore')   as restored,
        count(*) filter (where operation = 'archive')   as archived
    from day.sync.plan_counted
    group by record_type
),

active as (
    select record_type, count(*) as active_before
    from book.roster.users
    where until_sync is null and state = 'active'
    group by record_type
    union all
    select 'classes' as record_type, count(*) as active_before
    from book.roster.classes
    where until_sync is null and state = 'active'
    union all
    select 'enrollments' as record_type, count(*) as active_before
    from book.roster.enrollments
    where until_sync is null and state = 'active'
    union all
    select 'guardian_links' as record_type, count(*) as active_before
    from book.roster.guardian_links
    where until_sync is null and state = 'active'
),

wanted as (
    select record_type, count(*) as wanted
    from target.roster.users
    where until_sync is null and state = 'active'
    group by record_type
    union all
    select 'classes' as record_type, count(*) as wanted
    from target.roster.classes
    where until_sync is null and state = 'active'
    union all
    select 'enrollments' as record_type, count(*) as wanted
    from target.roster.enrollments
    where until_sync is null and state = 'active'
    union all
    select 'guardian_links' as record_type, count(*) as wanted
    from target.roster.guardian_links
    where until_sync is null and state = 'active'
)

select
    record_types.record_type,
    coalesce(added, 0)                                  as added,
    coalesce(updated, 0)                                as updated,
    coalesce(wanted, 0) - coalesce(added, 0) - coalesce(updated, 0) - coalesce(restored, 0) as unchanged,
    coalesce(restored, 0)                               as restored,
    coalesce(archived, 0)                               as archived,
    0                                                   as kept,
    0                                                   as withheld_add,
    0                                                   as withheld_update,
    0                                                   as withheld_restore,
    0                                                   as withheld_archive,
    coalesce(active_before, 0)                          as active_before,
    coalesce(active_before, 0) + coalesce(added, 0) + coalesce(restored, 0) - coalesce(archived, 0) as active_after,
    0                                                   as filled,
    0                                                   as waiting,
    0                                                   as not_reported
from day.sync.record_types as record_types
left join operations using (record_type)
left join active using (record_type)
left join wanted using (record_type)
