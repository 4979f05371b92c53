-- roster.classes: the new versions that the plan makes; an archive keeps the values that stood.
-- grain: roster_id, since_sync
-- reads: sync.classes, book.roster.classes
insert into book.roster.classes by name
select
    roster_id,
    title,
    grades,
    school_id,
    -- columns of classes: {field},
    periods,
    location,
    class_code,
    class_type,
    course_sourced_id,
    term_sourced_ids,
    -- end of columns
    'active'            as state,
    $sync               as since_sync,
    coalesce(origin_sha256, $delivery_sha256) as delivery_sha256,
    line
from day.sync.classes
where not withheld and operation in ('add', 'update', 'restore', 'fill')
union all by name
select
    was.roster_id,
    was.title,
    was.grades,
    was.school_id,
    -- columns of classes: was.{field},
    was.periods,
    was.location,
    was.class_code,
    was.class_type,
    was.course_sourced_id,
    was.term_sourced_ids,
    -- end of columns
    'archived'          as state,
    $sync               as since_sync,
    $delivery_sha256    as delivery_sha256
from book.roster.classes as was
inner join day.sync.classes as plan on was.roster_id = plan.roster_id
where was.until_sync = $sync and not plan.withheld and plan.operation = 'archive'
