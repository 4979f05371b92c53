-- roster.enrollments: the new versions that the plan makes; an archive keeps the values that stood.
-- grain: roster_id, since_sync
-- reads: sync.enrollments, book.roster.enrollments
insert into book.roster.enrollments by name
select
    roster_id,
    class_roster_id,
    user_roster_id,
    role,
    sourced_id,
    is_primary,
    begin_date,
    end_date,
    'active'            as state,
    $sync               as since_sync,
    coalesce(origin_sha256, $delivery_sha256) as delivery_sha256,
    line
from day.sync.enrollments
where not withheld and operation in ('add', 'update', 'restore', 'fill')
union all by name
select
    was.roster_id,
    was.class_roster_id,
    was.user_roster_id,
    was.role,
    was.sourced_id,
    was.is_primary,
    was.begin_date,
    was.end_date,
    'archived'          as state,
    $sync               as since_sync,
    $delivery_sha256    as delivery_sha256
from book.roster.enrollments as was
inner join day.sync.enrollments as plan on was.roster_id = plan.roster_id
where was.until_sync = $sync and not plan.withheld and plan.operation = 'archive'
