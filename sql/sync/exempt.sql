-- sync.exempt: the changes of the plan that an approval covers.
-- grain: record_type, roster_id
-- reads: sync.identified, sync.approved
insert into day.sync.exempt by name
select plan.record_type, plan.roster_id
from day.sync.identified as plan
inner join day.sync.approved using (record_type, operation, key, content)
