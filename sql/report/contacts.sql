-- pairs of contact and student by what the rules made of them.
-- grain: role, reason, relationship
-- reads: guardians.guardians
with pairs as (
    select
        role,
        reason,
        lower(trim(coalesce(relationship, relationship_display))) as relationship
    from day.guardians.guardians
)

select
    role,
    reason,
    relationship,
    count(*)                                            as pairs
from pairs
group by role, reason, relationship
order by role is null, count(*) desc, reason, relationship, role
