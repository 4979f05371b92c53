-- pairs of contact and student by what the rules made of them.
-- grain: role, reason, relationship
-- reads: guardians.guardians
select
    role,
    reason,
    lower(trim(relationship))                           as relationship,
    count(*)                                            as pairs
from day.guardians.guardians
group by role, reason, lower(trim(relationship))
order by role is null, count(*) desc, reason, lower(trim(relationship))
