-- sync.counts: what the plan does, per record type; the sums must add up (tests/plan/test_plan.py).
-- grain: record_type
-- reads: sync.plan_counted, sync.users, sync.enrollments, sync.matched_users, sync.matched_classes, sync.matched_links,
--     sync.record_types, oneroster.enrollments, book.roster.enrollments, book.roster.guardian_links
insert into day.sync.counts by name
with operations as (
    select
        record_type,
        count(*) filter (where operation = 'add' and not withheld)      as added,
        count(*) filter (where operation = 'update' and not withheld)   as updated,
        count(*) filter (where operation = 'restore' and not withheld)  as restored,
        count(*) filter (where operation = 'archive' and not withheld)  as archived,
        count(*) filter (where operation = 'add' and withheld)          as withheld_add,
        count(*) filter (where operation = 'update' and withheld)       as withheld_update,
        count(*) filter (where operation = 'restore' and withheld)      as withheld_restore,
        count(*) filter (where operation = 'archive' and withheld)      as withheld_archive,
        count(*) filter (where operation = 'keep')                      as kept,
        count(*) filter (where operation = 'fill')                      as filled,
        count(*) filter (where operation = 'absent')                    as waiting,
        count(*) filter (where operation = 'archive')                   as gone
    from day.sync.plan_counted
    group by record_type
),

sizes as (
    select
        record_type,
        sum(accepted)                           as accepted,
        sum(still_said)                         as still_said,
        sum(active_before)                      as active_before
    from (
        select
            record_type,
            count(*) filter (where sent)        as accepted,
            count(*) filter (where sent and state = 'active' and record_type = known_type) as still_said,
            0                                   as active_before
        from day.sync.matched_users
        group by record_type
        union all
        select known_type as record_type, 0 as accepted, 0 as still_said, count(*) as active_before
        from day.sync.matched_users
        where state = 'active'
        group by known_type
        union all
        -- who leaves and stays a guardian stands in no row
        select plan.record_type, 1 as accepted, 0 as still_said, 0 as active_before
        from day.sync.users as plan
        inner join day.sync.matched_users as matched using (roster_id)
        where plan.former_type is not null and not matched.sent
    )
    group by record_type
    union all
    select
        'classes'                               as record_type,
        count(*) filter (where sent)            as accepted,
        count(*) filter (where sent and state = 'active') as still_said,
        count(*) filter (where state = 'active') as active_before
    from day.sync.matched_classes
    union all
    select
        'enrollments'                           as record_type,
        (select count(*) from day.oneroster.enrollments) as accepted,
        -- what is kept is archived: nobody is enrolled in a class that stays so
        (select count(*) from day.oneroster.enrollments) - (
            select count(*) from day.sync.enrollments where operation in ('add', 'restore', 'keep')
        )                                       as still_said,
        count(*)                                as active_before
    from book.roster.enrollments
    where in_force(since_sync, until_sync, $baseline) and state = 'active'
    union all
    select
        'guardian_links'                        as record_type,
        (select count(*) from day.sync.matched_links where fate = 'said') as accepted,
        (select count(*) from day.sync.matched_links where fate = 'said' and state = 'active') as still_said,
        count(*)                                as active_before
    from book.roster.guardian_links
    where in_force(since_sync, until_sync, $baseline) and state = 'active'
)

select
    record_types.record_type,
    coalesce(added, 0)                          as added,
    coalesce(updated, 0)                        as updated,
    coalesce(accepted, 0) - coalesce(added, 0) - coalesce(updated, 0) - coalesce(restored, 0)
    - coalesce(withheld_add, 0) - coalesce(withheld_update, 0) - coalesce(withheld_restore, 0)
    - coalesce(kept, 0)                         as unchanged,
    coalesce(restored, 0)                       as restored,
    coalesce(archived, 0)                       as archived,
    coalesce(kept, 0)                           as kept,
    coalesce(withheld_add, 0)                   as withheld_add,
    coalesce(withheld_update, 0)                as withheld_update,
    coalesce(withheld_restore, 0)               as withheld_restore,
    coalesce(withheld_archive, 0)               as withheld_archive,
    coalesce(active_before, 0)                  as active_before,
    coalesce(active_before, 0) + coalesce(added, 0) + coalesce(restored, 0) - coalesce(archived, 0) as active_after,
    coalesce(filled, 0)                         as filled,
    coalesce(waiting, 0)                        as waiting,
    coalesce(active_before, 0) - coalesce(still_said, 0) - coalesce(gone, 0) - coalesce(waiting, 0) as not_reported
from day.sync.record_types as record_types
left join operations using (record_type)
left join sizes using (record_type)
