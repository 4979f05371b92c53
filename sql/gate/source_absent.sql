-- sync.holds: source_absent: links that would be made, or given a stronger role, while a file or column is absent that
-- says more about guardians than what is left, or that may bar a person: they wait until it is back, or until a person
-- has retired it.
-- grain: record_type, operation
-- reads: sync.guardian_links, sync.measured
insert into day.sync.holds by name
select
    'guardian_links'                            as record_type,
    'source_absent'                             as code,
    'source_absent'                             as origin,
    if(links.operation = 'update', 'update', 'add') as operation,
    count(*)                                    as changes,
    0                                           as allowed,
    any_value(measured.base)                    as base
from day.sync.guardian_links as links
inner join day.sync.measured as measured
    on measured.record_type = 'guardian_links' and measured.school_id is null and measured.grade is null
where links.waits and links.operation in ('add', 'restore', 'update')
group by all
