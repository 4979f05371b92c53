-- sync.holds: changes to guardians where the delivery lost what they were worked out from: a column of users.csv, or
-- contacts.csv or guardians.csv as a whole. Runs only where sql/sync/evidence_is_absent.sql says so.
--     column_absent    guardians and links that would be archived
--     weaker_evidence  links that would be made: what is left makes guardians of people who were none before
-- grain: record_type, code
-- reads: sync.measured, sync.limits
insert into day.sync.holds by name
select
    measured.record_type,
    'column_absent'                             as code,
    'archive'                                   as operation,
    measured.archives                           as changes,
    allowed(measured.base, limits.percent, limits.at_least) as allowed,
    measured.base
from day.sync.measured as measured
inner join day.sync.limits as limits using (record_type)
where
    measured.record_type in ('guardians', 'guardian_links')
    and measured.school_id is null
    and measured.archives > 0
    and limits.measure = 'archive'
union all by name
select
    record_type,
    'weaker_evidence'                           as code,
    'add'                                       as operation,
    adds + restores                             as changes,
    0                                           as allowed,
    base
from day.sync.measured
where record_type = 'guardian_links' and school_id is null and adds + restores > 0
