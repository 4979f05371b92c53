-- the schools that a file's rows name; those of a list one by one.
-- grain: school_id
-- reads: raw.users, raw.classes, raw.enrollments
with lists as (
    select distinct org_sourced_ids as ids
    from day.raw.users
    where $file = 'users.csv'
),

named as (
    select unnest(string_split(ids, ',')) as school_id
    from lists
    union all
    select school_sourced_id as school_id
    from day.raw.classes
    where $file = 'classes.csv'
    union all
    select school_sourced_id as school_id
    from day.raw.enrollments
    where $file = 'enrollments.csv'
)

select distinct trim(school_id) as school_id
from named
where school_id is not null
