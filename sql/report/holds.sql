-- what the gate stopped, in the order of every report.
-- grain: record_type, code, school_id, grade, field
-- reads: sync.holds, sync.record_types, meta.schools
select
    holds.*,
    schools.name as school_name
from day.sync.holds as holds
inner join day.sync.record_types as record_types using (record_type)
left join day.meta.schools as schools on holds.school_id = schools.school_id
order by record_types.position, holds.code, holds.school_id, holds.grade, holds.field
