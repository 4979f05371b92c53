-- sync.holds: still_named: archives of people and classes that other rows of the delivery still name: enrollments.csv
-- still enrolls them, or students still name the contact. Only these archives are stopped.
-- grain: record_type
-- reads: sync.subjects, sync.measured, sync.limits
insert into day.sync.holds by name
with named as (
    select record_type, count(*) as changes
    from day.sync.subjects
    where operation = 'archive' and still_named and not exempt
    group by record_type
)

select
    named.record_type,
    'still_named'                               as code,
    'archive'                                   as operation,
    named.changes,
    allowed(measured.base, limits.percent, limits.at_least) as allowed,
    measured.base
from named
inner join day.sync.measured as measured using (record_type)
inner join day.sync.limits as limits using (record_type)
where measured.school_id is null and measured.grade is null and limits.measure = 'archive'
