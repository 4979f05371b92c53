-- sync.exempt: the changes of the plan that approvals cover for every cause that stops them: of who was approved as the
-- person of another id, or as another person under a known id, whatever follows from that.
-- grain: record_type, roster_id
-- reads: sync.identified, sync.approved, sync.stopped, sync.claims, sync.matched_users
insert into day.sync.exempt by name
select plan.record_type, plan.roster_id
from day.sync.identified as plan
inner join day.sync.approved using (record_type, operation, key, content)
anti join day.sync.stopped as stopped
    on plan.record_type = stopped.record_type and plan.roster_id = stopped.roster_id
union
select record_type, other_roster_id as roster_id
from day.sync.claims
where cause = 'id_moved' and not is_held and facts < 3
union
select matched.record_type, matched.roster_id
from day.sync.matched_users as matched
inner join day.sync.matched_users as former using (sourced_id, by_number)
where former.is_replaced
