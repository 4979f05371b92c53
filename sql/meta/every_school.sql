-- meta.schools for a check of files alone: every school that they name takes part.
-- grain: school_id
-- reads: raw.users, raw.classes
insert into day.meta.schools by name
select distinct
    school_id,
    school_id as name
from (
    select trim(unnest(string_split(org_sourced_ids, ','))) as school_id from day.raw.users
    union all
    select trim(school_sourced_id) as school_id from day.raw.classes
)
where school_id <> ''
