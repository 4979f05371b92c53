-- how many things the plan changes more than once.
-- grain: one row
-- reads: sync.plan
select count(*) as broken
from (
    select roster_id
    from day.sync.plan
    group by if(record_type in ('students', 'staff', 'guardians'), 'people', record_type), roster_id
    having count(*) > 1
)
