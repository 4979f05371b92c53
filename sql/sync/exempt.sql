-- sync.exempt: the changes of the plan that approvals cover for every cause that stops them.
-- grain: record_type, roster_id
-- reads: sync.identified, sync.approved, sync.stopped
insert into day.sync.exempt by name
select distinct plan.record_type, plan.roster_id
from day.sync.identified as plan
inner join day.sync.approved using (record_type, operation, key, content)
anti join day.sync.stopped as stopped
    on plan.record_type = stopped.record_type and plan.roster_id = stopped.roster_id
