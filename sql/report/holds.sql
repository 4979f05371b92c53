-- what the gate judged to be too much, with the cause that each is a part of, in the order of every report.
-- grain: record_type, code, operation, school_id, grade, field, file
-- reads: sync.holds, sync.causes, sync.record_types, meta.schools
select
    holds.*,
    schools.name                                as school_name,
    causes.code                                 as cause,
    causes.digest
from day.sync.holds as holds
inner join day.sync.causes as causes using (origin)
inner join day.sync.record_types as record_types using (record_type)
left join day.meta.schools as schools on holds.school_id = schools.school_id
order by
    record_types.position,
    holds.code,
    holds.school_id,
    holds.grade,
    holds.field,
    holds.file,
    holds.operation,
    holds.origin
