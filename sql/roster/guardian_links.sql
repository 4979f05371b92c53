-- roster.guardian_links: the new versions that the plan makes; an archive keeps the values that stood, and names the
-- bar where there is one.
-- grain: roster_id, since_sync
-- reads: sync.guardian_links, book.roster.guardian_links
insert into book.roster.guardian_links by name
select
    roster_id,
    contact_roster_id,
    student_roster_id,
    role,
    rule,
    relationship,
    legal_guardian,
    'active'            as state,
    $sync               as since_sync,
    coalesce(origin_sha256, $delivery_sha256) as delivery_sha256,
    line,
    file
from day.sync.guardian_links
where not withheld and operation in ('add', 'update', 'restore', 'fill')
union all by name
select
    was.roster_id,
    was.contact_roster_id,
    was.student_roster_id,
    was.role,
    if(plan.barred, plan.rule, was.rule) as rule,
    was.relationship,
    was.legal_guardian,
    'archived'          as state,
    $sync               as since_sync,
    $delivery_sha256    as delivery_sha256
from book.roster.guardian_links as was
inner join day.sync.guardian_links as plan on was.roster_id = plan.roster_id
where was.until_sync = $sync and not plan.withheld and plan.operation = 'archive'
