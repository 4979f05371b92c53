-- oneroster.findings: each class and person that enrollments name and nobody knows, once, with how many rows it takes
-- down and the id that is probably meant. The rows themselves have findings of their own.
-- grain: code, value
-- reads: oneroster.enrollment_rows, oneroster.class_rows, oneroster.user_rows
insert into day.oneroster.findings by name
with missing as (
    select
        if(reason = 'class_unknown', 'class', 'user') as kind,
        if(reason = 'class_unknown', class_sourced_id, user_sourced_id) as id,
        min(line)                               as line,
        count(*)                                as many
    from day.oneroster.enrollment_rows
    where reason in ('class_unknown', 'user_unknown')
    group by all
    having count(*) > 1
),

ids as (
    select 'class' as kind, sourced_id as id
    from day.oneroster.class_rows
    union
    select 'user' as kind, sourced_id as id
    from day.oneroster.user_rows
),

twins as (
    select
        missing.kind,
        missing.id,
        min(ids.id)                             as twin
    from missing
    inner join ids on missing.kind = ids.kind and ltrim(lower(missing.id), '0') = ltrim(lower(ids.id), '0')
    group by missing.kind, missing.id
)

select
    'enrollments.csv'                           as file,
    missing.line,
    if(missing.kind = 'class', 'classSourcedId', 'userSourcedId') as field,
    missing.kind || '_missing_for_many'         as code,
    null                                        as sourced_id,
    missing.id || ' is not in ' || if(missing.kind = 'class', 'classes.csv', 'users.csv')
    || ' and affects ' || missing.many || ' rows' || coalesce('. Closest match: ' || twins.twin, '') as value
from missing
left join twins using (kind, id)
order by missing.many desc, missing.kind, missing.id
limit 100
