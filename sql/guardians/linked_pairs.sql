-- how many pairs of contact and student are linked.
-- grain: one row
-- reads: guardians.guardians
select count(*) as pairs
from day.guardians.guardians
where role is not null
