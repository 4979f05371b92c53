-- how many pairs of the day are linked though they are barred, or without a role, or have a role and are not linked.
-- grain: one row
-- reads: guardians.guardians
select count(*) as broken
from day.guardians.guardians
where
    (is_barred and role is not null)
    or ((verdict = 'linked') is distinct from (role is not null))
    or role not in ('parent', 'guardian', 'relative')
