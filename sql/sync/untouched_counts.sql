-- sync.counts of a delivery that is rejected or missing: the roster stands as it was.
-- grain: record_type
-- reads: sync.record_types, book.roster.users, book.roster.classes, book.roster.enrollments, book.roster.guardian_links
insert into day.sync.counts by name
with active as (
    select record_type
    from book.roster.users
    where in_force(since_sync, until_sync, $baseline) and state = 'active'
    union all
    select 'classes' as record_type
    from book.roster.classes
    where in_force(since_sync, until_sync, $baseline) and state = 'active'
    union all
    select 'enrollments' as record_type
    from book.roster.enrollments
    where in_force(since_sync, until_sync, $baseline) and state = 'active'
    union all
    select 'guardian_links' as record_type
    from book.roster.guardian_links
    where in_force(since_sync, until_sync, $baseline) and state = 'active'
)

select
    record_types.record_type,
    0                                           as added,
    0                                           as updated,
    0                                           as unchanged,
    0                                           as restored,
    0                                           as archived,
    0                                           as kept,
    0                                           as withheld_add,
    0                                           as withheld_update,
    0                                           as withheld_restore,
    0                                           as withheld_archive,
    count(active.record_type)                   as active_before,
    count(active.record_type)                   as active_after,
    0                                           as filled,
    0                                           as waiting,
    0                                           as not_reported
from day.sync.record_types as record_types
left join active using (record_type)
group by record_types.record_type
