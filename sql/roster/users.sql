-- roster.users: the new versions that the plan makes; an archive keeps the values that stood.
-- grain: roster_id, since_sync
-- reads: sync.users, book.roster.users
insert into book.roster.users by name
select
    roster_id,
    record_type,
    role,
    school_ids,
    -- columns of users: {field},
    given_name,
    family_name,
    middle_name,
    identifier,
    username,
    email,
    sms,
    phone,
    grades,
    language,
    enabled_user,
    -- end of columns
    rule,
    'active'            as state,
    $sync               as since_sync,
    coalesce(origin_sha256, $delivery_sha256) as delivery_sha256,
    line,
    file
from day.sync.users
where not withheld and operation in ('add', 'update', 'restore', 'fill')
union all by name
select
    was.roster_id,
    was.record_type,
    was.role,
    was.school_ids,
    -- columns of users: was.{field},
    was.given_name,
    was.family_name,
    was.middle_name,
    was.identifier,
    was.username,
    was.email,
    was.sms,
    was.phone,
    was.grades,
    was.language,
    was.enabled_user,
    -- end of columns
    was.rule,
    'archived'          as state,
    $sync               as since_sync,
    $delivery_sha256    as delivery_sha256
from book.roster.users as was
inner join day.sync.users as plan on was.roster_id = plan.roster_id
where was.until_sync = $sync and not plan.withheld and plan.operation = 'archive'
