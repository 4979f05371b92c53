-- sync.exempt: the changes of the plan that an approval covers; who was approved as a newcomer and is the person of
-- another id gets the new id.
-- grain: record_type, roster_id
-- reads: sync.identified, sync.approved, sync.claims
insert into day.sync.exempt by name
select plan.record_type, plan.roster_id
from day.sync.identified as plan
inner join day.sync.approved using (record_type, operation, key, content)
union
select record_type, other_roster_id as roster_id
from day.sync.claims
where cause = 'id_moved' and not is_held and facts < 3
