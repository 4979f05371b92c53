-- sync.plan: the whole plan, one row per change, without the values.
-- grain: record_type, roster_id
-- reads: sync.users, sync.classes, sync.enrollments, sync.guardian_links
create or replace view day.sync.plan as
select record_type, operation, roster_id, changed, consequence, withheld
from day.sync.users
union all
select 'classes' as record_type, operation, roster_id, changed, consequence, withheld
from day.sync.classes
union all
select 'enrollments' as record_type, operation, roster_id, changed, consequence, withheld
from day.sync.enrollments
union all
select 'guardian_links' as record_type, operation, roster_id, changed, consequence, withheld
from day.sync.guardian_links
